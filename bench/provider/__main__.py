"""Serves the stub: `python -m bench.provider [port]` prints the port it took and runs until stopped."""

from __future__ import annotations

import asyncio
import signal
import sys

import uvloop

from bench.provider.connection import Connection, Provider


async def serve(port: int) -> None:
    """Serves on the loopback until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    provider, stop = Provider(loop), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: Connection(provider), "127.0.0.1", port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()


with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
