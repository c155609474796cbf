"""Runs one service as a process of its own, until it is told to stop."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping

import uvloop
from prometheus_client import start_http_server

from owui_chassis.garbage import settle
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.logs import configure_logging
from owui_chassis.metrics import watch_loop_lag
from owui_chassis.outages import outage
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from owui_chassis.settings import SettingsError
from owui_chassis.tracing import configure_tracing

log = logging.getLogger(__name__)
Build = Callable[[Runtime], Awaitable[Service]]


def stop_signal() -> asyncio.Event:
    """Return an event that SIGTERM or SIGINT sets."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


async def drain(server: GrpcServer, service: Service) -> None:
    """Report not ready and wait until everybody knows; then let calls, streams and other work finish."""
    settings, clock = service.settings, asyncio.get_running_loop().time
    await server.leave()
    await asyncio.sleep(settings.drain_delay_seconds)
    end = clock() + settings.drain_seconds
    await server.stop(settings.drain_seconds)
    await service.drain(max(0.0, end - clock()))


async def run(build: Build, environ: Mapping[str, str]) -> None:
    """Build the service, serve it, drain it when asked to stop."""
    stopped = stop_signal()
    async with RemoteChannels(environ) as channels:
        service = await build(Runtime(environ, channels))
        server = GrpcServer(service)
        try:
            port = await server.start(service.settings.listen)
            if service.settings.metrics_port:
                start_http_server(service.settings.metrics_port)
            service.background.forever(watch_loop_lag, "event loop lag")
            settle()
            log.info("%s answers gRPC on port %d", service.name, port)
            await stopped.wait()
            log.info("%s is stopping", service.name)
            await drain(server, service)
        finally:
            await server.stop(0)
            await service.stop()


def serve(build: Build) -> None:
    """Be the main function of a service; a wrong setting ends it with one line and exit code 1."""
    name = os.path.basename(os.path.dirname(sys.argv[0])).removeprefix("owui_").replace("_", "-") or "service"
    configure_logging(os.environ, name)
    configure_tracing(os.environ, name)
    try:
        uvloop.run(run(build, os.environ))
    except (SettingsError, OSError) as error:
        sys.stderr.write(f"{name} cannot start: {error}\n")
        sys.exit(1)
    except Exception as error:
        if (away := outage(error)) is None:
            raise
        sys.stderr.write(f"{name} cannot start: {away}\n")
        sys.exit(1)
