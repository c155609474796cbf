"""A TCP balancer: asks every gateway whether it is ready, as an ingress does, and passes connections on."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

_CHECK_SECONDS = 0.1
_CHECK_TIMEOUT = 2.0
_CHUNK = 65536


@dataclass(eq=False)
class Backend:
    """One gateway."""

    port: int
    is_ready: bool = False
    open: int = 0
    served: int = 0
    was_away: int = 0
    refused: list[str] = field(default_factory=list)


class Balancer:
    """Gives each new connection to the ready gateway with the fewest; open connections stay where they are.

    A connection that no gateway takes is closed: its client counts a failure.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self.backends = [Backend(port) for port in ports]
        self.turned_away = 0
        self.url = ""
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._checks = [asyncio.create_task(self._watch(backend)) for backend in self.backends]
        async with asyncio.timeout(30):
            while not all(backend.is_ready for backend in self.backends):  # noqa: ASYNC110 - they are asked
                await asyncio.sleep(_CHECK_SECONDS)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in (*self._checks, *self._tasks):
            task.cancel()
        await asyncio.gather(*self._checks, *self._tasks, return_exceptions=True)

    async def _watch(self, backend: Backend) -> None:
        while True:
            is_ready = False
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
                async with asyncio.timeout(_CHECK_TIMEOUT):
                    is_ready = await _answers_ready(backend.port)
            backend.was_away += backend.is_ready and not is_ready
            backend.is_ready = is_ready
            await asyncio.sleep(_CHECK_SECONDS)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        for backend in sorted(self.backends, key=lambda one: one.open):
            if not backend.is_ready:
                continue
            try:
                inner = await asyncio.open_connection("127.0.0.1", backend.port)
            except OSError as error:
                # What every balancer does: the next one, as nothing has been sent yet.
                backend.refused.append(str(error))
                continue
            # At the end of the test, asyncio's callback does not expect that the task was cancelled.
            with contextlib.suppress(asyncio.CancelledError):
                await self._pass(backend, (reader, writer), inner)
            return
        self.turned_away += 1
        writer.close()

    async def _pass(
        self,
        backend: Backend,
        outer: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        inner: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        backend.open += 1
        backend.served += 1
        try:
            await asyncio.gather(_copy(outer[0], inner[1]), _copy(inner[0], outer[1]))
        finally:
            backend.open -= 1
            for _, writer in (outer, inner):
                writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    # Either side that has said its last word ends the connection: HTTP/1.1 knows no half-open ones.
    writer.close()


async def _answers_ready(port: int) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /ready HTTP/1.1\r\nhost: balancer\r\nconnection: close\r\n\r\n")
        return (await reader.readline()).split(b" ")[1:2] == [b"200"]
    finally:
        writer.close()
