"""A wire between a proxy and a gateway at which one can see what passes."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Self

_CHUNK = 65536
_HEALTH = b"GET /ready "


@dataclass(eq=False)
class Wire:
    """One connection: how it began, and how many bytes of answers have passed."""

    beginning: bytes = b""
    answered: int = 0


class Tap:
    """Listens on a port and passes connections on, no faster than they are read."""

    def __init__(self, gateway_port: int) -> None:
        self._gateway_port = gateway_port
        self._wires: list[Wire] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.address = ""

    @property
    def wires(self) -> list[Wire]:
        """The connections so far that were more than a question whether the gateway is ready."""
        return [wire for wire in self._wires if wire.beginning and not wire.beginning.startswith(_HEALTH)]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        wire = Wire()
        self._wires.append(wire)
        # At the end of the tests, asyncio's callback does not expect that the task was cancelled.
        with contextlib.suppress(OSError, asyncio.CancelledError):
            answers, questions = await asyncio.open_connection("127.0.0.1", self._gateway_port)
            try:
                await asyncio.gather(_ask(reader, questions, wire), _answer(answers, writer, wire))
            finally:
                questions.close()
        writer.close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            wire.beginning = wire.beginning or data[:100]
            writer.write(data)
            await writer.drain()
    writer.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            wire.answered += len(data)
            writer.write(data)
            await writer.drain()
    writer.close()
