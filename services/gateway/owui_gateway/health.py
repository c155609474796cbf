"""Liveness, readiness and metrics over HTTP."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter
from owui_chassis.errors import Unavailable
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from owui_gateway.access import Doorkeeper
from owui_gateway.transcoding.ports import Access

Checks = Callable[[], Awaitable[Mapping[str, str]]]


class Health:
    """Tells orchestrators and people whether this replica works; `stopping` makes it not ready."""

    def __init__(self, checks: Checks, doorkeeper: Doorkeeper) -> None:
        self._checks = checks
        self._doorkeeper = doorkeeper
        self.stopping = False

    async def alive(self) -> dict[str, bool]:
        """Tell that the process answers; depends on nothing else."""
        return {"status": True}

    async def database(self) -> dict[str, bool]:
        """Tell that every service reaches its database."""
        failing = await self._checks()
        if failing:
            raise Unavailable(f"Not ready: {', '.join(sorted(failing))}", "not_ready")
        return {"status": True}

    async def ready(self) -> JSONResponse:
        """Tell whether requests should be sent here, and what is missing when not."""
        failing = {"gateway": "stopping"} if self.stopping else dict(await self._checks())
        return JSONResponse({"status": not failing, "failing": sorted(failing)}, 503 if failing else 200)

    async def metrics(self, request: Request) -> Response:
        """Return the metrics of this process for Prometheus, to administrators.

        They tell about everybody's use. A scraper without a key asks at GATEWAY_METRICS_PORT.
        """
        await self._doorkeeper(request, Access("admin"))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    def routes(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["health"])
        router.add_api_route("/health", self.alive)
        router.add_api_route("/health/db", self.database)
        router.add_api_route("/ready", self.ready, response_model=None)
        router.add_api_route("/metrics", self.metrics, response_model=None)
        return router
