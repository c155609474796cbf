"""The MCP routes over a knowledge service that remembers what it is asked."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from fastapi import FastAPI
from owui.auth.v1 import identity_service_pb2 as identity_pb
from owui.auth.v1.identity_service_pb2_grpc import (
    IdentityServiceServicer,
    IdentityServiceStub,
    add_IdentityServiceServicer_to_server,
)
from owui.rag.v1 import file_service_pb2 as file_pb
from owui.rag.v1 import knowledge_pb2, retrieval_service_pb2
from owui.rag.v1 import knowledge_service_pb2 as knowledge_pb
from owui.rag.v1.file_service_pb2_grpc import FileServiceServicer, add_FileServiceServicer_to_server
from owui.rag.v1.knowledge_service_pb2_grpc import (
    KnowledgeServiceServicer,
    add_KnowledgeServiceServicer_to_server,
)
from owui.rag.v1.retrieval_service_pb2_grpc import (
    RetrievalServiceServicer,
    add_RetrievalServiceServicer_to_server,
)
from owui_chassis.call import current_principal
from owui_chassis.errors import NotFound, ServiceError, Unauthenticated
from owui_chassis.grpc.inprocess import LocalChannel
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from owui_chassis.settings import ServiceSettings
from owui_gateway import errors
from owui_gateway.access import Doorkeeper
from owui_gateway.credentials import Credentials
from owui_gateway.mcp.knowledge import KnowledgeTools
from owui_gateway.mcp.rag import KnowledgeStubs
from owui_gateway.mcp.routes import McpRoutes
from owui_gateway.mcp.server import McpServer
from owui_gateway.mcp.sessions import Sessions
from owui_gateway.server import HttpServer
from owui_gateway.sockets.origins import Origins

SECRET = "a secret of the tests"
ADA = "ada-token"
PEOPLE = {ADA: ("ada", "user"), "sk-bob": ("bob", "user"), "pia-token": ("pia", "pending")}


class FakeAuth(IdentityServiceServicer):
    """Knows a few people by fixed credentials."""

    async def ResolveCredential(self, request: Any, context: Any) -> Any:
        if request.credential not in PEOPLE:
            raise Unauthenticated("401 Unauthorized", "invalid_token")
        user_id, role = PEOPLE[request.credential]
        return identity_pb.ResolveCredentialResponse(
            user_id=user_id, name=user_id, role=role, credential_id="c", via="session"
        )


class FakeRag(KnowledgeServiceServicer, RetrievalServiceServicer, FileServiceServicer):
    """Has knowledge bases by reader, and one file; `failure` is raised by every call."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what a test has changed."""
        self.bases: dict[str, list[str]] = {"ada": ["a1", "a2"], "bob": []}
        self.retrieved: list[tuple[str, Any]] = []
        self.pages: list[int] = []
        self.failure: Exception | None = None

    async def ListKnowledge(self, request: Any, context: Any) -> Any:
        self.pages.append(request.page)
        bases = self.bases[self._caller()]
        items = [
            knowledge_pb2.Knowledge(id=name, name=f"Base {name}", description="About it")
            for name in bases[(request.page - 1) * 30 : request.page * 30]
        ]
        return knowledge_pb.ListKnowledgeResponse(items=items, total=len(bases))

    async def Retrieve(self, request: Any, context: Any) -> Any:
        self.retrieved.append((self._caller(), request))
        passage = retrieval_service_pb2.Passage(
            file_id="f1", name="whales.pdf", knowledge_id="a1", page=3, start=10, end=22,
            headings=["Sea", "Whales"], text="Whales sing.", score=0.75, source="https://x.example/",
        )  # fmt: skip
        bare = retrieval_service_pb2.Passage(file_id="f2", name="notes.txt", text="Krill.", end=6)
        return retrieval_service_pb2.RetrieveResponse(passages=[passage, bare], shortened=True)

    async def GetFileText(self, request: Any, context: Any) -> Any:
        if request.id != "f1" or self._caller() != "ada":
            raise NotFound("There is no such file.", "file_not_found")
        return file_pb.GetFileTextResponse(content="0123456789äöü🐋")

    def _caller(self) -> str:
        if self.failure is not None:
            raise self.failure
        return current_principal().user_id


class Agent:
    """An agent that speaks the protocol by hand."""

    def __init__(self, http: aiohttp.ClientSession, url: str, rag: FakeRag) -> None:
        self.http = http
        self.url = url
        self.rag = rag

    async def post(self, message: Any, token: str = ADA, **headers: str) -> tuple[int, Any, Any]:
        """Send a message; return status, headers and the JSON of the answer."""
        named = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        sent = {"data": message} if isinstance(message, bytes) else {"json": message}
        async with self.http.post(self.url, headers=named, **sent) as answer:
            body = await answer.read()
            is_json = answer.content_type == "application/json" and body
            return answer.status, answer.headers, await answer.json() if is_json else body

    async def ask(self, method: str, token: str = ADA, **params: Any) -> Any:
        """Send a request and return what is in its answer."""
        status, _, answer = await self.post(
            {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}, token
        )
        assert status == 200
        assert answer["jsonrpc"] == "2.0"
        assert answer["id"] == 7
        return answer.get("result") or answer.get("error")

    async def call(self, tool: str, token: str = ADA, **arguments: Any) -> Any:
        """Call a tool."""
        return await self.ask("tools/call", token, name=tool, arguments=arguments)


@pytest.fixture
def agent(module_agent: Agent) -> Agent:
    """The module's agent without the traces of the test before."""
    module_agent.rag.reset()
    return module_agent


@pytest.fixture(scope="module")
async def module_agent() -> AsyncIterator[Agent]:
    """An agent and the routes it speaks to."""
    rag = FakeRag()
    auth_service, rag_service = (
        Service(name, ServiceSettings(secret_key=SECRET)) for name in ("auth", "rag")
    )
    auth_service.add(add_IdentityServiceServicer_to_server, FakeAuth())
    for register in (
        add_KnowledgeServiceServicer_to_server,
        add_RetrievalServiceServicer_to_server,
        add_FileServiceServicer_to_server,
    ):
        rag_service.add(register, rag)
    channel = LocalChannel("rag", lambda: rag_service.methods)
    runtime = Runtime({"WEBUI_SECRET_KEY": SECRET}, {"rag": channel}.__getitem__)
    identity = IdentityServiceStub(LocalChannel("auth", lambda: auth_service.methods))
    tools = KnowledgeTools(KnowledgeStubs(runtime))
    routes = McpRoutes(
        McpServer(tools, "Open WebUI", "1.2.3"),
        Doorkeeper(Credentials(identity, auth_service.identities, 0)),
        Origins(("https://friend.example",)),
        Sessions(SECRET),
    )
    app = FastAPI()
    app.add_exception_handler(ServiceError, errors.on_service_error)
    app.include_router(routes.routes())
    server = HttpServer(app, 1.0)
    port = await server.start("127.0.0.1", 0)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Agent(http, f"http://127.0.0.1:{port}/mcp", rag)
    await server.stop()
