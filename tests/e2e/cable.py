"""A network cable between browser and platform that a test can pull out."""

import asyncio
import contextlib
from typing import Self
from urllib.parse import urlsplit


class Cable:
    """Passes on connections to the platform under an address of its own."""

    def __init__(self, base_url: str) -> None:
        self._target = urlsplit(base_url)
        self._plugged = True
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server

    @property
    def base_url(self) -> str:
        """The address at which the platform is reached through the cable."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Break every connection; new ones are made at once."""
        for writer in list(self._writers):
            writer.transport.abort()

    def pull_out(self) -> None:
        """Break every connection and refuse new ones."""
        self._plugged = False
        self.cut()

    def plug_in(self) -> None:
        """Let new connections through."""
        self._plugged = True

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End with everything that is open."""
        self._server.close()
        self.pull_out()
        await self._server.wait_closed()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._plugged:
            writer.transport.abort()
            return
        beyond, further = await asyncio.open_connection(self._target.hostname, self._target.port)
        ends = {writer, further}
        self._writers |= ends
        try:
            await asyncio.gather(pass_on(reader, further), pass_on(beyond, writer))
        finally:
            self._writers -= ends


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy bytes until one side ends, then end the other."""
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()
