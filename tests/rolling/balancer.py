"""A TCP balancer: asks every gateway whether it is ready, as an ingress does, and passes connections on."""

import asyncio
import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

_CHECK_SECONDS = 0.1
_CHECK_TIMEOUT = 10.0
_START_SECONDS = 120.0
_CHUNK = 65536
_READY = 200
# The name by which a gateway that leaves calls what is not well.
ITSELF = "gateway"


@dataclass(eq=False)
class Backend:
    """One gateway, and what it did although it should not."""

    port: int
    is_ready: bool = False
    open: int = 0
    served: int = 0
    # How often it said that it is leaving, and how often it was gone.
    told: int = 0
    gone: int = 0
    broken: list[str] = field(default_factory=list)
    # When it was asked to which it last answered that it is ready.
    ready_at: float = float("-inf")

    def note_ready(self, asked_at: float) -> None:
        """It takes connections."""
        self.is_ready, self.ready_at = True, asked_at

    def note_unready(self, failing: Sequence[str]) -> None:
        """It wants no more connections; because it leaves, and for no other reason."""
        if self.is_ready:
            self.told += failing == [ITSELF]
            if failing != [ITSELF]:
                self.broken.append(f"was not ready: {', '.join(failing)}")
        self.is_ready = False

    def note_refused(self, now: float, promised_seconds: float) -> None:
        """It listens no more; whoever asks often enough has heard so before."""
        if self.is_ready:
            self.gone += 1
            # A balancer that looks too seldom, as on a busy machine, is not the gateway's fault.
            if now - self.ready_at < promised_seconds:
                self.broken.append(f"refused a connection {now - self.ready_at:.2f} s after it was ready")
        self.is_ready = False


class Balancer:
    """Gives each new connection to the ready gateway with the fewest; open connections stay where they are.

    A connection that no gateway takes is closed: its client counts a failure. A gateway goes on for so many
    seconds after it has begun to leave.
    """

    def __init__(self, ports: Sequence[int], promised_seconds: float) -> None:
        self._promised = promised_seconds
        self.backends = [Backend(port) for port in ports]
        self.turned_away = 0
        self.url = ""
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._checks = [asyncio.create_task(self._watch(backend)) for backend in self.backends]
        async with asyncio.timeout(_START_SECONDS):
            while not all(backend.is_ready for backend in self.backends):  # noqa: ASYNC110 - they are asked
                await asyncio.sleep(_CHECK_SECONDS)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in (*self._checks, *self._tasks):
            task.cancel()
        await asyncio.gather(*self._checks, *self._tasks, return_exceptions=True)

    async def _watch(self, backend: Backend) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            asked_at = clock()
            try:
                async with asyncio.timeout(_CHECK_TIMEOUT):
                    status, failing = await _ask(backend.port)
            except ConnectionRefusedError:
                backend.note_refused(clock(), self._promised)
            except (OSError, TimeoutError, ValueError):
                # Its process ended while it was asked, or the machine is busy: the next question tells.
                pass
            else:
                if status == _READY:
                    backend.note_ready(asked_at)
                else:
                    backend.note_unready(failing)
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
            except OSError:
                # What every balancer does: the next one, as nothing has been sent yet.
                backend.note_refused(asyncio.get_running_loop().time(), self._promised)
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


async def _ask(port: int) -> tuple[int, list[str]]:
    """Return the status of the gateway's readiness, and what is not well."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /ready HTTP/1.1\r\nhost: balancer\r\nconnection: close\r\n\r\n")
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1] if b" " in head else b""), json.loads(body)["failing"]
    finally:
        writer.close()
