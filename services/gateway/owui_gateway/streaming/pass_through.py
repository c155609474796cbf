"""The routes whose requests go to a provider as they are."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from owui.model_proxy.v1 import pass_through_service_pb2 as pb
from owui.model_proxy.v1.pass_through_service_pb2_grpc import PassThroughServiceStub
from starlette.requests import Request
from starlette.responses import Response

from owui_gateway.access import Doorkeeper
from owui_gateway.streaming.answer import ProviderAnswer, Slots
from owui_gateway.streaming.bodies import connection_index
from owui_gateway.transcoding.ports import STATUS_SCOPE_KEY, Access

_USER = Access("user")
_ADMIN = Access("admin")
# What changes the models of an Ollama server is for administrators.
_OLLAMA = [
    ("POST", "api/unload", _ADMIN, False),
    ("POST", "api/pull", _ADMIN, True),
    ("DELETE", "api/push", _ADMIN, True),
    ("POST", "api/create", _ADMIN, True),
    ("POST", "api/copy", _ADMIN, True),
    ("DELETE", "api/delete", _ADMIN, True),
    ("POST", "api/show", _USER, False),
    ("POST", "api/embed", _USER, True),
    ("POST", "api/embeddings", _USER, True),
]


class PassThrough:
    """Sends requests to a provider and their answers back."""

    def __init__(
        self, stub: PassThroughServiceStub, doorkeeper: Doorkeeper, slots: Slots, idle: float
    ) -> None:
        self._stub = stub
        self._doorkeeper = doorkeeper
        self._slots = slots
        self._idle = idle

    async def openai(self, request: Request) -> Response:
        """Send a request to an OpenAI-compatible provider."""
        await self._doorkeeper(request, _USER)
        path = request.path_params.get("path") or request.url.path.removeprefix("/openai/")
        return await self._pass(request, pb.PROVIDER_KIND_OPENAI, request.method, path)

    async def _pass(
        self,
        request: Request,
        kind: pb.ProviderKind,
        method: str,
        path: str,
        index: int | None = None,
    ) -> Response:
        request.scope[STATUS_SCOPE_KEY] = {"not_found": 403}
        asked = pb.PassThroughRequest(
            kind=kind,
            method=method,
            path=path,
            query=request.url.query,
            body=await request.body(),
            content_type=request.headers.get("content-type", ""),
            connection_index=index,
        )
        return ProviderAnswer(self._stub.PassThrough(asked), self._slots, self._idle)

    def routes(self) -> APIRouter:
        """Return the routes; the catch-all comes last."""
        router = APIRouter(tags=["providers"])
        for method, path, access, indexed in _OLLAMA:
            endpoint = self._ollama(method, path, access)
            for suffix in ("", "/{url_idx:int}") if indexed else ("",):
                router.add_api_route(
                    f"/ollama/{path}{suffix}", endpoint, methods=[method], response_model=None
                )
        router.add_api_route("/openai/audio/speech", self.openai, methods=["POST"], response_model=None)
        return router

    def catch_all(self) -> APIRouter:
        """Return the route for every other path of OpenAI-compatible providers."""
        router = APIRouter(tags=["providers"])
        for method in ("GET", "POST", "PUT", "DELETE"):
            router.add_api_route(
                "/openai/{path:path}",
                self.openai,
                methods=[method],
                operation_id=f"openai_pass_through_{method.lower()}",
                response_model=None,
            )
        return router

    def _ollama(self, method: str, path: str, access: Access) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            await self._doorkeeper(request, access)
            # Ollama pushes with POST; the public route has always been DELETE.
            sent_as = "POST" if path == "api/push" else method
            index = connection_index(request)
            return await self._pass(request, pb.PROVIDER_KIND_OLLAMA, sent_as, path, index)

        endpoint.__doc__ = f"Send /{path} to an Ollama server."
        endpoint.__name__ = f"ollama_{path.replace('/', '_')}"
        return endpoint
