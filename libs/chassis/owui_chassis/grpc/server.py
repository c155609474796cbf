"""Serves a built service over gRPC, with health, reflection and a graceful end.

Health is told under three names: "" is readiness (what the service needs is there, and it is not leaving),
"liveness" that the process answers, "calls" whether callers should send it calls.
"""

import asyncio
import logging
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from owui.streams.v1.stream_service_pb2_grpc import add_StreamServiceServicer_to_server

from owui_chassis.grpc.client import CALLS, MAX_MESSAGE_BYTES, TRANSPORT_OPTIONS
from owui_chassis.grpc.streams_server import StreamServicer
from owui_chassis.service import Service

log = logging.getLogger(__name__)
READINESS, LIVENESS = "", "liveness"
_CHECK_SECONDS = 5.0
_Status = health_pb2.HealthCheckResponse.ServingStatus
_OPTIONS = [
    *TRANSPORT_OPTIONS,
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.so_reuseport", 0),
]


class GrpcServer:
    """The gRPC side of one service process."""

    def __init__(self, service: Service) -> None:
        self._service = service
        # Clients resolve a name again when a connection ends; without an age new replicas would stay idle.
        age = ("grpc.max_connection_age_ms", int(service.settings.connection_age_seconds * 1000))
        self._server = grpc.aio.server(options=[*_OPTIONS, age])
        self._health = health.aio.HealthServicer()
        self._streams = StreamServicer(service.methods)
        self._leaving = False

    async def start(self, address: str) -> int:
        """Begin to serve; return the port (useful when the address asked for port 0)."""
        grouped: dict[str, dict[str, grpc.RpcMethodHandler[Any, Any]]] = {}
        for path, handler in self._service.methods.items():
            _, name, method = path.split("/")
            grouped.setdefault(name, {})[method] = handler.for_server()
        for name, handlers in grouped.items():
            self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))
        add_StreamServiceServicer_to_server(self._streams, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (*self._service.descriptors, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)
        try:
            port: int = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise OSError(f"cannot listen on {address}: is another process using the port?") from error
        for name in (LIVENESS, CALLS):
            await self._health.set(name, _Status.SERVING)
        await self._server.start()
        self._service.background.every(_CHECK_SECONDS, self._report_health, "health of the service")
        return port

    async def _report_health(self) -> None:
        failing = await self._service.failing_checks()
        for name, reason in failing.items():
            log.warning("not ready: %s: %s", name, reason)
        is_ready = not failing and not self._leaving
        await self._health.set(READINESS, _Status.SERVING if is_ready else _Status.NOT_SERVING)

    async def leave(self) -> None:
        """Report not ready and send callers to other replicas; whoever comes all the same is served."""
        self._leaving = True
        for name in (READINESS, CALLS):
            await self._health.set(name, _Status.NOT_SERVING)
        self._streams.leave()

    async def stop(self, grace_seconds: float) -> None:
        """Leave, let streams and calls finish within the grace period, then end."""
        await self.leave()
        clock = asyncio.get_running_loop().time
        end = clock() + grace_seconds
        try:
            async with asyncio.timeout(grace_seconds):
                await self._streams.drain()
        except TimeoutError:
            log.warning("streams were cut off: the grace period of %.0f s is over", grace_seconds)
        await self._server.stop(max(0.0, end - clock()))
