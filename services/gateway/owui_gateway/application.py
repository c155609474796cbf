"""Puts the gateway together: routes in their order, layers around them."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from owui.auth.v1.identity_service_pb2_grpc import IdentityServiceStub
from owui.auth.v1.public_config_service_pb2_grpc import PublicConfigServiceStub
from owui.chat.v1.completion_service_pb2_grpc import CompletionServiceStub as ChatCompletionStub
from owui.chat.v1.configuration_service_pb2_grpc import ConfigurationServiceStub
from owui.chat.v1.note_service_pb2_grpc import NoteServiceStub
from owui.model_proxy.v1.completion_service_pb2_grpc import CompletionServiceStub
from owui.model_proxy.v1.pass_through_service_pb2_grpc import PassThroughServiceStub
from owui.rag.v1.public_config_service_pb2_grpc import PublicConfigServiceStub as RagConfigStub
from owui_chassis.errors import ServiceError
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from redis.asyncio import Redis
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from owui_gateway import errors
from owui_gateway.access import Doorkeeper
from owui_gateway.calls import ServiceCalls
from owui_gateway.config import PublicConfig, own_version
from owui_gateway.cookies import SessionCookie
from owui_gateway.credentials import Credentials
from owui_gateway.files.download import Downloads
from owui_gateway.files.rag import Rag
from owui_gateway.files.routes import file_routes
from owui_gateway.files.status import FileStatus
from owui_gateway.files.upload import UPLOAD_PATH, Uploads
from owui_gateway.health import Checks, Health
from owui_gateway.http.compression import Compression
from owui_gateway.http.context import RequestContext
from owui_gateway.http.leaving import Leaving
from owui_gateway.http.limits import BodyLimit
from owui_gateway.http.security import SecurityHeaders, security_headers
from owui_gateway.mcp.knowledge import KnowledgeTools
from owui_gateway.mcp.rag import KnowledgeStubs
from owui_gateway.mcp.routes import McpRoutes
from owui_gateway.mcp.server import McpServer
from owui_gateway.mcp.sessions import Sessions
from owui_gateway.settings import GatewaySettings
from owui_gateway.sockets.client_events import ClientEvents
from owui_gateway.sockets.connection import Limits
from owui_gateway.sockets.hub import SocketHub
from owui_gateway.sockets.note_rooms import NoteRooms
from owui_gateway.sockets.origins import Origins
from owui_gateway.sockets.usage import ModelUsage
from owui_gateway.streaming.answer import Slots
from owui_gateway.streaming.completions import Completions
from owui_gateway.streaming.pass_through import PassThrough
from owui_gateway.transcoding.descriptors import load_contracts
from owui_gateway.transcoding.docs import add_docs
from owui_gateway.transcoding.openapi import extend_openapi
from owui_gateway.transcoding.routes import register
from owui_gateway.web import WebInterface

_LEAST_RECHECK_SECONDS = 0.2


class Application:
    """The ASGI application with the parts that have a life of their own."""

    def __init__(
        self, runtime: Runtime, service: Service, settings: GatewaySettings, redis: Redis, checks: Checks
    ) -> None:
        auth, chat, models = (runtime.channel(name) for name in ("auth", "chat", "model-proxy"))
        credentials = Credentials(
            IdentityServiceStub(auth), service.identities, settings.credential_cache_seconds
        )
        doorkeeper = Doorkeeper(credentials)
        self.health = Health(checks, doorkeeper)
        usage = ModelUsage()
        chat_completions = ChatCompletionStub(chat)
        notes = NoteRooms(redis, settings.redis_key_prefix, NoteServiceStub(chat))
        self.hub = SocketHub(
            redis=redis,
            prefix=settings.redis_key_prefix,
            credentials=credentials,
            chat=chat_completions,
            events=ClientEvents(chat_completions, usage, notes),
            origins=Origins(settings.cors_allow_origin),
            background=service.background,
            max_sockets=settings.max_sockets,
            limits=Limits(
                ping_interval=settings.socket_ping_interval,
                ping_timeout=settings.socket_ping_timeout,
                recheck=max(_LEAST_RECHECK_SECONDS, settings.credential_cache_seconds),
            ),
        )
        self.streams = slots = Slots(settings.max_streams)
        idle = settings.stream_idle.total_seconds()
        completions = Completions(CompletionServiceStub(models), chat_completions, doorkeeper, slots, idle)
        passing = PassThrough(PassThroughServiceStub(models), doorkeeper, slots, idle)
        rag = Rag(runtime)
        origins = Origins(settings.cors_allow_origin)
        # "*" lets programs with a token in, never the cookies of a visitor.
        named_origins = Origins(tuple(origin for origin in settings.cors_allow_origin if origin != "*"))
        files = file_routes(
            Uploads(rag, doorkeeper, named_origins, settings.max_uploads),
            Downloads(rag, doorkeeper, slots, idle),
            FileStatus(rag, doorkeeper, slots, idle),
        )
        mcp = McpRoutes(
            McpServer(KnowledgeTools(KnowledgeStubs(runtime)), settings.name, own_version()),
            doorkeeper,
            origins,
            Sessions(settings.secret_key),
        )
        config = PublicConfig(
            settings,
            auth=PublicConfigServiceStub(auth),
            chat=ConfigurationServiceStub(chat),
            rag=RagConfigStub(runtime.channel("rag")),
            doorkeeper=doorkeeper,
            usage=usage,
        )

        app = FastAPI(title="Open WebUI", version=own_version(), docs_url=None, redoc_url=None)
        app.router.redirect_slashes = False
        app.add_exception_handler(ServiceError, errors.on_service_error)
        app.add_exception_handler(RequestValidationError, errors.on_invalid_request)
        app.add_exception_handler(HTTPException, errors.on_http_exception)
        app.add_exception_handler(Exception, errors.on_bug)
        contracts = load_contracts()
        # First, because they are found by a tree, and the others one after the other.
        bindings = register(
            app, contracts.services, ServiceCalls(runtime), doorkeeper, SessionCookie(settings).by_method()
        )
        for router in (
            completions.routes(),
            self.health.routes(),
            config.routes(),
            passing.routes(),
            files,
            mcp.routes(),
        ):
            app.include_router(router)
        extend_openapi(app, bindings, contracts)
        add_docs(app)
        app.include_router(passing.catch_all())
        if settings.enable_websocket:
            app.mount("/ws/socket.io", self.hub)
        if settings.web_folder:
            app.mount("/", WebInterface(Path(settings.web_folder), settings.content_security_policy))
        self.asgi = Leaving(_layers(app, settings), lambda: self.health.stopping)


def _layers(app: ASGIApp, settings: GatewaySettings) -> ASGIApp:
    """Wrap the application; the last layer is the outermost."""
    app = Compression(app)
    app = BodyLimit(app, settings.max_body_bytes, streamed=frozenset({UPLOAD_PATH}))
    if settings.cors_allow_origin:
        # With "*" a page of anybody could use the cookies of its visitors; programs with a token still may.
        all_origins = "*" in settings.cors_allow_origin
        app = CORSMiddleware(
            app,
            allow_origins=list(settings.cors_allow_origin),
            allow_credentials=not all_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["x-trace-id"],
        )
    app = SecurityHeaders(app, security_headers(settings), settings.cache_control)
    return RequestContext(app, settings.forwarded_allow_ips)
