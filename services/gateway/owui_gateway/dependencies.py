"""Asks the services behind the gateway whether they are well."""

import asyncio
from collections.abc import Mapping

from grpc_health.v1 import health_pb2, health_pb2_grpc
from owui_chassis.errors import ServiceError
from owui_chassis.runtime import Runtime

from owui_gateway.health import Checks

SERVICES = ("auth", "chat", "model-proxy", "rag")
# Longer than a channel waits before it dials a replica again that has just come back.
_SECONDS = 4.0
# A replica that is leaving says no, and calls of other requests decide which one is asked next. By the last
# question the channel has heard of the leaving, and asks another one.
_PAUSES = (0.0, 0.01, 0.05, 0.2)


def dependency_checks(runtime: Runtime) -> Checks:
    """Return a function that gives the services which are not serving, with the reason."""
    stubs = {name: health_pb2_grpc.HealthStub(runtime.channel(name)) for name in SERVICES}

    async def ask(name: str) -> str:
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            try:
                answer = await stubs[name].Check(health_pb2.HealthCheckRequest(), timeout=_SECONDS)
            except ServiceError as error:
                return error.message
            if answer.status == health_pb2.HealthCheckResponse.SERVING:
                return ""
        return "not serving"

    async def checks() -> Mapping[str, str]:
        reasons = await asyncio.gather(*(ask(name) for name in SERVICES))
        return {name: reason for name, reason in zip(SERVICES, reasons, strict=True) if reason}

    return checks
