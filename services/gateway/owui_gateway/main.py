"""The gateway: HTTP and Socket.IO in, gRPC out."""

import asyncio
import logging
import os
import sys

import uvloop
from owui_chassis.garbage import settle
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.logs import configure_logging
from owui_chassis.metrics import watch_loop_lag
from owui_chassis.redis import open_redis
from owui_chassis.runtime import Runtime
from owui_chassis.serve import stop_signal
from owui_chassis.service import Service
from owui_chassis.settings import SettingsError
from owui_chassis.tracing import configure_tracing
from prometheus_client import start_http_server

from owui_gateway.application import Application
from owui_gateway.dependencies import dependency_checks
from owui_gateway.health import Checks
from owui_gateway.server import HttpServer
from owui_gateway.settings import GatewaySettings

log = logging.getLogger(__name__)
_FAREWELL_SECONDS = 1.0


class Gateway:
    """A gateway that has been built."""

    def __init__(self, service: Service, settings: GatewaySettings, application: Application) -> None:
        self.service = service
        self._settings = settings
        self._application = application
        self._http = HttpServer(application.asgi, settings.drain_seconds)

    async def start(self) -> int:
        """Begin to answer; return the port."""
        await self._application.hub.start()
        if self._settings.metrics_port:
            start_http_server(self._settings.metrics_port)
        self.service.background.forever(watch_loop_lag, "event loop lag")
        return await self._http.start(self._settings.host, self._settings.port)

    async def stop(self) -> None:
        """Report not ready until everybody knows, send sockets elsewhere, let streams finish, close."""
        self._application.health.stopping = True
        await asyncio.sleep(self._settings.drain_delay_seconds)
        loop, seconds = asyncio.get_running_loop(), self._settings.drain_seconds
        end = loop.time() + seconds
        # A little before the server would cut them: their clients shall hear why.
        ending = loop.call_at(end - min(seconds, _FAREWELL_SECONDS), self._application.streams.end_all)
        await self._application.hub.leave(seconds / 2)
        await self._http.stop(max(0.0, end - loop.time()))
        ending.cancel()
        await self.service.stop()


async def build(runtime: Runtime, checks: Checks | None = None) -> Gateway:
    """Wire the gateway; `checks` tells what it depends on, by default the health of the other services."""
    settings = GatewaySettings.read(runtime.environ)
    service = Service("gateway", settings)
    redis = await service.enter(open_redis(settings.redis))
    application = Application(runtime, service, settings, redis, checks or dependency_checks(runtime))
    return Gateway(service, settings, application)


async def run() -> None:
    """Be the gateway until told to stop."""
    stopped = stop_signal()
    async with RemoteChannels(os.environ) as channels:
        gateway = await build(Runtime(os.environ, channels))
        try:
            log.info("gateway answers HTTP on port %d", await gateway.start())
            settle()
            await stopped.wait()
        finally:
            await gateway.stop()


if __name__ == "__main__":
    configure_logging(os.environ, "gateway")
    configure_tracing(os.environ, "gateway")
    try:
        uvloop.run(run())
    except (SettingsError, OSError) as error:
        sys.stderr.write(f"gateway cannot start: {error}\n")
        sys.exit(1)
