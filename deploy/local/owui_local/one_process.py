"""All services and the gateway on one event loop, calling each other without a wire."""

import logging
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

from owui_auth.main import build as build_auth
from owui_chassis.garbage import settle
from owui_chassis.grpc.inprocess import LocalChannel
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.logs import JsonFormatter, configure_logging
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from owui_chassis.tracing import configure_tracing
from owui_chat.main import build as build_chat
from owui_gateway.main import Gateway
from owui_gateway.main import build as build_gateway
from owui_model_proxy.main import build as build_model_proxy
from owui_rag.main import build as build_rag

from owui_local.process import LOG_LIMIT
from owui_local.services import migrate_all, snake

log = logging.getLogger(__name__)
# In the order in which they start.
BUILDS = {"auth": build_auth, "model-proxy": build_model_proxy, "rag": build_rag, "chat": build_chat}
# What the worker, a process of its own, asks for embeddings.
FOR_WORKERS = "model-proxy"


class OneProcess:
    """The platform in this process."""

    def __init__(self, environ: Mapping[str, str], log_file: Path) -> None:
        """Use this environment for all services; what happens is written to `log_file` too."""
        # With a name the next start knows at once which answers this process left unfinished.
        self._environ = environ = {"CHAT_REPLICA_NAME": "one-process", **environ}
        self._services: dict[str, Service] = {}
        self._gateway: Gateway | None = None
        self._server: GrpcServer | None = None
        self._runtime = Runtime(environ, self._channel)
        configure_logging(environ, "local")
        copy_logs(log_file)
        configure_tracing(environ, "local")

    async def migrate(self) -> None:
        """Bring every schema to its newest revision."""
        await migrate_all(self._environ)

    async def start(self) -> int:
        """Build all services and begin to answer; return the port. `stop()` also ends what was built half."""
        for name, build in BUILDS.items():
            self._services[name] = await build(self._runtime)
        gateway = await build_gateway(self._runtime, self.failing_checks)
        port = await gateway.start()
        self._gateway = gateway
        settle()
        log.info("the platform answers on port %d", port)
        return port

    async def serve_workers(self) -> dict[str, str]:
        """Answer the workers of this machine; return the variables that tell them where."""
        self._server = GrpcServer(self._services[FOR_WORKERS])
        port = await self._server.start("127.0.0.1:0")
        return {f"{snake(FOR_WORKERS).upper()}_ADDRESS": f"127.0.0.1:{port}"}

    async def failing_checks(self) -> Mapping[str, str]:
        """Return the services that are not well, with the reason."""
        failing: dict[str, str] = {}
        for name in BUILDS:
            if name not in self._services:
                failing[name] = "not running"
            elif reasons := await self._services[name].failing_checks():
                failing[name] = "; ".join(reasons.values())
        return failing

    async def stop(self) -> None:
        """Stop answering, then stop the services, last built first."""
        if self._gateway is not None:
            await self._gateway.stop()
        if self._server is not None:
            await self._server.stop(0)
        for service in reversed(self._services.values()):
            await service.stop()

    def _channel(self, name: str) -> LocalChannel:
        return LocalChannel(name, lambda: self._services[name].methods if name in self._services else {})


def copy_logs(file: Path) -> None:
    """Write all messages from INFO on to a file as JSON lines too; the terminal keeps its own level."""
    root = logging.getLogger()
    for handler in root.handlers:
        handler.setLevel(root.level)
    file.parent.mkdir(parents=True, exist_ok=True)
    copy = RotatingFileHandler(file, maxBytes=LOG_LIMIT, backupCount=1, delay=True)
    copy.setFormatter(JsonFormatter("local"))
    root.addHandler(copy)
    root.setLevel(min(root.level, logging.INFO))
