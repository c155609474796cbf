"""A chat service on a real server beside a scripted model-proxy, and users who talk to it."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio
from owui.auth.v1.public_config_service_pb2 import GetPublicConfigResponse, SignedInConfig
from owui.auth.v1.public_config_service_pb2_grpc import (
    PublicConfigServiceServicer,
    add_PublicConfigServiceServicer_to_server,
)
from owui.auth.v1.user_pb2 import UserCard
from owui.auth.v1.user_service_pb2 import GetUserResponse
from owui.auth.v1.user_service_pb2_grpc import UserServiceServicer, add_UserServiceServicer_to_server
from owui.chat.v1.chat_service_pb2_grpc import ChatServiceStub
from owui.chat.v1.completion_service_pb2_grpc import CompletionServiceStub
from owui.chat.v1.configuration_service_pb2_grpc import ConfigurationServiceStub
from owui.chat.v1.folder_service_pb2_grpc import FolderServiceStub
from owui.chat.v1.generation_service_pb2_grpc import GenerationServiceStub
from owui.chat.v1.message_service_pb2_grpc import MessageServiceStub
from owui.chat.v1.note_service_pb2_grpc import NoteServiceStub
from owui.chat.v1.sharing_service_pb2_grpc import SharingServiceStub
from owui.chat.v1.tag_service_pb2_grpc import TagServiceStub
from owui.chat.v1.task_service_pb2_grpc import TaskServiceStub
from owui.model_proxy.v1.catalogue_service_pb2 import (
    AttachedKnowledge,
    GetModelOrderResponse,
    GetModelResponse,
    SetModelOrderResponse,
)
from owui.model_proxy.v1.catalogue_service_pb2_grpc import (
    CatalogueServiceServicer,
    add_CatalogueServiceServicer_to_server,
)
from owui.model_proxy.v1.completion_service_pb2 import CompletionHead, StreamCompletionResponse
from owui.model_proxy.v1.completion_service_pb2_grpc import (
    CompletionServiceServicer,
    add_CompletionServiceServicer_to_server,
)
from owui.rag.v1.retrieval_service_pb2_grpc import add_RetrievalServiceServicer_to_server
from owui_chassis.call import IDENTITY
from owui_chassis.errors import Conflict, NotFound, ServiceError
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.identity import Identities, Principal
from owui_chassis.migrations import migrate
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from owui_chassis.settings import ServiceSettings
from owui_chat.main import add_servicers
from owui_chat.settings import ChatSettings
from owui_chat.wiring import Parts, open_parts

from .scripted_rag import ScriptedRag

SECRET = "a secret of the tests"
_STUBS = {
    "chats": ChatServiceStub,
    "completions": CompletionServiceStub,
    "configuration": ConfigurationServiceStub,
    "folders": FolderServiceStub,
    "generations": GenerationServiceStub,
    "messages": MessageServiceStub,
    "notes": NoteServiceStub,
    "sharing": SharingServiceStub,
    "tags": TagServiceStub,
    "tasks": TaskServiceStub,
}
Script = Callable[[dict[str, Any]], AsyncIterator[Any]]


class Ordered(CatalogueServiceServicer):
    """Stands in for model-proxy's list: keeps its order, and knows the models that have a script."""

    def __init__(self, models: "ScriptedModels") -> None:
        self.order: list[str] = []
        self._models = models

    async def GetModel(self, request: Any, _: Any) -> GetModelResponse:
        if request.id not in self._models.scripts:
            raise NotFound("Model not found", "model_not_found")
        attached = [
            AttachedKnowledge(lender_id=lender, items=json.dumps(items).encode())
            for lender, items in self._models.knowledge.get(request.id, {}).items()
        ]
        return GetModelResponse(id=request.id, knowledge=attached)

    async def GetModelOrder(self, _request: Any, _: Any) -> GetModelOrderResponse:
        return GetModelOrderResponse(model_ids=self.order)

    async def SetModelOrder(self, request: Any, _: Any) -> SetModelOrderResponse:
        self.order = list(request.model_ids)
        return SetModelOrderResponse()


class ScriptedAuth(PublicConfigServiceServicer, UserServiceServicer):
    """Stands in for auth: knows what is switched on, and the names of people."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Switch everything on, and forget everybody."""
        self.switches = {"enable_folders": True, "enable_notes": True}
        self.names: dict[str, str] = {}
        self.asked: list[str] = []
        self.failure: ServiceError | None = None

    async def GetPublicConfig(self, _request: Any, _: Any) -> GetPublicConfigResponse:
        if self.failure is not None:
            raise self.failure
        return GetPublicConfigResponse(signed_in=SignedInConfig(**self.switches))

    async def GetUser(self, request: Any, _: Any) -> GetUserResponse:
        self.asked.append(request.user_id)
        if self.failure is not None:
            raise self.failure
        if request.user_id not in self.names:
            raise NotFound("No such person", "user_not_found")
        return GetUserResponse(user=UserCard(id=request.user_id, name=self.names[request.user_id]))


class ScriptedModels(CompletionServiceServicer):
    """Stands in for model-proxy: each model answers by a script."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        # What is attached to models, by the person who lends it.
        self.knowledge: dict[str, dict[str, list[dict[str, Any]]]] = {}
        self.bodies: list[dict[str, Any]] = []
        self.requests: list[Any] = []
        self.closed: list[str] = []
        self._changed = asyncio.Event()

    async def until_closed(self, model: str) -> None:
        """Wait until the last stream that has ended is one of the model."""
        async with asyncio.timeout(10):
            while self.closed[-1:] != [model]:
                self._changed.clear()
                await self._changed.wait()

    async def StreamCompletion(self, request: Any, context: Any) -> AsyncIterator[StreamCompletionResponse]:
        """Give what the script of the model gives: (status, content type) or bytes."""
        body = json.loads(request.body)
        self.bodies.append(body)
        self.requests.append(request)
        model = body["model"]
        if model not in self.scripts:
            raise NotFound("Model not found", "model_not_found")
        if model in self.knowledge and not request.grounded:
            raise Conflict("The answers of this model rest on its knowledge", "needs_grounding")
        try:
            async for item in self.scripts[model](body):
                if isinstance(item, bytes):
                    yield StreamCompletionResponse(data=item)
                else:
                    status, content_type = item
                    head = CompletionHead(status=status, content_type=content_type, model=model)
                    yield StreamCompletionResponse(head=head)
        finally:
            self.closed.append(model)
            self._changed.set()


class User:
    """Stubs that carry the identity of one account."""

    chats: Any
    completions: Any
    configuration: Any
    folders: Any
    generations: Any
    messages: Any
    notes: Any
    sharing: Any
    tags: Any
    tasks: Any

    def __init__(self, channel: Any, principal: Principal) -> None:
        self.id = principal.user_id
        token = Identities(SECRET).sign(principal)
        carrying = _Carrying(channel, ((IDENTITY, token),))
        for name, stub in _STUBS.items():
            setattr(self, name, stub(carrying))


class _Carrying:
    """A channel that adds metadata to every call."""

    def __init__(self, channel: Any, metadata: tuple[tuple[str, str], ...]) -> None:
        self._channel = channel
        self._metadata = metadata

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        """Return the callable with the metadata bound."""
        inner = self._channel.unary_unary(*args, **kwargs)
        return lambda request: inner(request, metadata=self._metadata)

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """Return the callable with the metadata bound."""
        inner = self._channel.unary_stream(*args, **kwargs)
        return lambda request: inner(request, metadata=self._metadata)


class Replica:
    """One running replica of chat."""

    def __init__(self, service: Service, parts: Parts, server: GrpcServer, channel: Any) -> None:
        self.service = service
        self.parts = parts
        self.channel = channel
        self._server = server
        self._stopped = False

    def user(self, name: str = "", role: str = "user", *more: str, without: str = "", **facts: Any) -> User:
        """Return a user with more permissions than the usual ones; a new one when no name is given."""
        usual = {"chat.delete", "chat.share", "features.folders", "features.notes"}
        permissions = frozenset({*usual, *more} - {without})
        principal = Principal(user_id=name or str(uuid.uuid4()), role=role, permissions=permissions, **facts)
        return User(self.channel, principal)

    async def stop(self) -> None:
        """Stop as a process does when it is told to."""
        if not self._stopped:
            self._stopped = True
            await self._server.stop(1)
            await self.service.stop()

    async def kill(self) -> None:
        """End without any order, as `kill -9` would: answers stop where they are, nothing more is stored."""
        await self.service.background.stop()

    async def settled(self) -> None:
        """Wait until no answer is being written and all events are sent."""
        answers = [task for task in asyncio.all_tasks() if task.get_name().startswith("answer ")]
        await asyncio.wait(answers or [asyncio.create_task(asyncio.sleep(0))], timeout=10)
        await self.parts.events.flush()


class Platform:
    """Postgres, Redis and the scripted models, and the replicas that a test starts."""

    def __init__(
        self,
        stack: AsyncExitStack,
        environ: dict[str, str],
        models: ScriptedModels,
        rag: ScriptedRag,
        auth: ScriptedAuth,
    ) -> None:
        self.environ = environ
        self.models = models
        self.rag = rag
        self.auth = auth
        self._stack = stack

    async def replica(self, **environ: str) -> Replica:
        """Start a replica of chat."""
        channels = await self._stack.enter_async_context(RemoteChannels(self.environ))
        settings = ChatSettings.read({**self.environ, **environ})
        service = Service("chat", settings)
        parts = await open_parts(service, settings, Runtime({**self.environ, **environ}, channels))
        add_servicers(service, parts)
        server = GrpcServer(service)
        port = await server.start("127.0.0.1:0")
        own = await self._stack.enter_async_context(RemoteChannels({"CHAT_ADDRESS": f"127.0.0.1:{port}"}))
        replica = Replica(service, parts, server, own("chat"))
        self._stack.push_async_callback(replica.stop)
        return replica


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat_database_url(postgres_url: str) -> str:
    """A database with the schema of chat."""
    await migrate("owui_chat", "chat", postgres_url)
    return postgres_url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def platform(chat_database_url: str, redis_url: str) -> AsyncIterator[Platform]:
    """Everything around chat."""
    async with AsyncExitStack() as stack:
        models, rag, auth = ScriptedModels(), ScriptedRag(), ScriptedAuth()

        async def serve(name: str, *registrations: tuple[Any, Any]) -> str:
            service = Service(name, ServiceSettings(secret_key=SECRET))
            for register, servicer in registrations:
                service.add(register, servicer)
            server = GrpcServer(service)
            port = await server.start("127.0.0.1:0")
            stack.push_async_callback(service.stop)
            stack.push_async_callback(server.stop, 0)
            return f"127.0.0.1:{port}"

        environ = {
            "WEBUI_SECRET_KEY": SECRET,
            "DATABASE_URL": chat_database_url,
            "REDIS_URL": redis_url,
            # Channels are shared by the whole Redis server: each module has its own.
            "REDIS_KEY_PREFIX": f"test-{uuid.uuid4().hex[:8]}",
            "MODEL_PROXY_ADDRESS": await serve(
                "model-proxy",
                (add_CompletionServiceServicer_to_server, models),
                (add_CatalogueServiceServicer_to_server, Ordered(models)),
            ),
            "AUTH_ADDRESS": await serve(
                "auth",
                (add_PublicConfigServiceServicer_to_server, auth),
                (add_UserServiceServicer_to_server, auth),
            ),
            "RAG_ADDRESS": await serve("rag", (add_RetrievalServiceServicer_to_server, rag)),
            "DRAIN_SECONDS": "0.2",
        }
        yield Platform(stack, environ, models, rag, auth)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replica(platform: Platform) -> Replica:
    """A running replica of chat."""
    return await platform.replica()
