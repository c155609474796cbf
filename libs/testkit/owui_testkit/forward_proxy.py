"""A small HTTP proxy: tunnels by CONNECT, and requests with a whole address."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from owui_testkit.tls_front import pump


@dataclass
class ForwardProxy:
    """What it saw: `tunnels` are "host:port", `requests` whole addresses; `names` are addresses it knows."""

    port: int = 0
    tunnels: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)
    names: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address for HTTP_PROXY and HTTPS_PROXY."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            first, _, rest = head.partition(b"\r\n")
            method, target, version = first.decode().split(" ")
            for line in rest.split(b"\r\n"):
                name, _, value = line.decode("latin-1").partition(":")
                if name.lower() == "proxy-authorization":
                    self.credentials.append(value.strip())
            if method == "CONNECT":
                self.tunnels.append(target)
                host, _, port = target.rpartition(":")
                inner = await asyncio.open_connection(*self._place(host.strip("[]"), int(port)))
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                self.requests.append(target)
                parts = urlsplit(target)
                inner = await asyncio.open_connection(*self._place(parts.hostname or "", parts.port or 80))
                path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
                inner[1].write(f"{method} {path} {version}\r\n".encode() + rest)
            await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            writer.close()

    def _place(self, host: str, port: int) -> tuple[str, int]:
        return self.names.get(host, (host, port))


@contextlib.asynccontextmanager
async def forward_proxy() -> AsyncIterator[ForwardProxy]:
    """Yield a proxy that runs."""
    proxy = ForwardProxy()
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            running.add(task)
            task.add_done_callback(running.discard)
        with contextlib.suppress(asyncio.CancelledError):
            await proxy.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
