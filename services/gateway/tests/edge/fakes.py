"""The services behind the gateway, as far as its tests need them: scripted, and they remember."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import orjson
from owui.auth.v1 import identity_service_pb2 as identity_pb
from owui.auth.v1 import public_config_service_pb2 as auth_config_pb
from owui.auth.v1 import session_service_pb2 as session_pb
from owui.auth.v1 import session_user_pb2 as session_user_pb
from owui.auth.v1.identity_service_pb2_grpc import IdentityServiceServicer
from owui.auth.v1.public_config_service_pb2_grpc import PublicConfigServiceServicer
from owui.auth.v1.session_service_pb2_grpc import SessionServiceServicer
from owui.chat.v1 import completion_service_pb2 as chat_pb
from owui.chat.v1 import configuration_service_pb2 as chat_config_pb
from owui.chat.v1 import note_service_pb2 as note_pb
from owui.chat.v1.completion_service_pb2_grpc import CompletionServiceServicer as ChatCompletionServicer
from owui.chat.v1.configuration_service_pb2_grpc import ConfigurationServiceServicer
from owui.chat.v1.note_pb2 import OpenedNote
from owui.chat.v1.note_service_pb2_grpc import NoteServiceServicer
from owui.model_proxy.v1 import completion_service_pb2 as model_pb
from owui.model_proxy.v1 import pass_through_service_pb2 as pass_pb
from owui.model_proxy.v1.completion_service_pb2_grpc import CompletionServiceServicer
from owui.model_proxy.v1.pass_through_service_pb2_grpc import PassThroughServiceServicer
from owui_chassis.call import client_address, current_call, current_principal
from owui_chassis.errors import Conflict, Forbidden, NotFound, Unauthenticated, Unavailable


def account(user_id: str, role: str = "user", **more: Any) -> identity_pb.ResolveCredentialResponse:
    """Return what auth says about a credential of `user_id`."""
    values = {"credential_id": f"session-of-{user_id}", "via": "session", **more}
    return identity_pb.ResolveCredentialResponse(user_id=user_id, name=user_id.title(), role=role, **values)


class FakeAuth(IdentityServiceServicer, PublicConfigServiceServicer, SessionServiceServicer):
    """Knows a few people by fixed credentials; everything else is worthless."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what a test has changed."""
        self.accounts = {
            "ada-token": account("ada"),
            "bob-token": account("bob"),
            "root-token": account("root", "admin"),
            "pia-token": account("pia", "pending"),
            "sk-ada": account("ada", via="api_key", credential_id="key-of-ada"),
        }
        self.asked: Counter[str] = Counter()
        self.paths: list[str] = []
        self.addresses: list[str] = []
        self.down = False
        self.gate: asyncio.Event | None = None

    async def ResolveCredential(self, request: Any, context: Any) -> Any:
        self.asked[request.credential] += 1
        self.paths.append(request.path)
        self.addresses.append(client_address())
        if self.gate is not None:
            await self.gate.wait()
        if self.down:
            raise Unavailable("auth is away")
        if request.credential == "sk-restricted":
            raise Forbidden("API key not allowed to access this endpoint.", "key_not_allowed")
        if request.credential not in self.accounts:
            raise Unauthenticated("401 Unauthorized", "invalid_token")
        return self.accounts[request.credential]

    async def ResolveSessions(self, request: Any, context: Any) -> Any:
        self.asked.update(request.credentials)
        if self.down:
            raise Unavailable("auth is away")
        found = [self.accounts.get(credential) for credential in request.credentials]
        return identity_pb.ResolveSessionsResponse(
            sessions=[identity_pb.ResolvedSession(caller=caller) for caller in found]
        )

    async def GetPublicConfig(self, request: Any, context: Any) -> Any:
        answer = auth_config_pb.GetPublicConfigResponse(
            auth=True, enable_signup=True, enable_login_form=True, password_min_length=8
        )
        principal = current_call().principal
        if principal is not None:
            answer.pending_overlay.title = "Please wait"
        if principal is not None and principal.role != "pending":
            answer.signed_in.user_count = 3
            answer.signed_in.enable_folders = answer.signed_in.enable_notes = True
            answer.signed_in.permissions = b'{"chat":{"delete":true}}'
            if principal.is_admin:
                answer.signed_in.active_entries = 2
        return answer

    async def SignIn(self, request: Any, context: Any) -> Any:
        if request.password == "bug":
            raise ZeroDivisionError("a detail that is nobody's business")
        if request.password != "right":
            raise Unauthenticated("The email or password provided is incorrect.", "wrong_password")
        user = session_user_pb.SessionUser(
            token="ada-token", id="ada", email=request.email, expires_at=2_000_000_000, permissions=b"{}"
        )
        return session_pb.SignInResponse(user=user)

    async def SignOut(self, request: Any, context: Any) -> Any:
        return session_pb.SignOutResponse(status=True)

    async def GetSessionUser(self, request: Any, context: Any) -> Any:
        principal = current_call().principal
        assert principal is not None
        user = session_user_pb.SessionUserInfo(
            id=principal.user_id, role=principal.role, name=client_address(), permissions=b"{}"
        )
        return session_pb.GetSessionUserResponse(user=user)


class FakeChat(ChatCompletionServicer, ConfigurationServiceServicer, NoteServiceServicer):
    """Starts tasks that never run, remembers what tasks are said to have emitted, and who may read notes."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what a test has changed."""
        self.started: list[bytes] = []
        self.tasks: dict[str, chat_pb.ReadTaskResponse] = {}
        self.read: list[tuple[str, int]] = []
        self.reading: asyncio.Event | None = None
        self.recent: list[str] = []
        self.grounded: list[chat_pb.StreamCompletionRequest] = []
        # By note, who gets it; an administrator gets every note that is there.
        self.notes: dict[str, set[str]] = {}

    async def GetNote(self, request: Any, context: Any) -> Any:
        caller = current_principal()
        readers = self.notes.get(request.id)
        if readers is None or not (caller.is_admin or caller.user_id in readers):
            raise NotFound("We could not find what you're looking for :/", "note_not_found")
        rule = orjson.dumps({"read": {"user_ids": sorted(readers), "group_ids": []}})
        note = OpenedNote(id=request.id, user_id="owner", access_control=rule)
        return note_pb.GetNoteResponse(note=note)

    async def ListRecentTasks(self, request: Any, context: Any) -> Any:
        return chat_pb.ListRecentTasksResponse(task_ids=self.recent if request.seconds > 0 else [])

    async def StartCompletion(self, request: Any, context: Any) -> Any:
        self.started.append(request.body)
        if b"foreign" in request.body:
            raise NotFound("We could not find what you're looking for :/", "chat_not_found")
        return chat_pb.StartCompletionResponse(task_id="task-1")

    async def StreamCompletion(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self.grounded.append(request)
        if b"foreign" in request.body:
            raise NotFound("We could not find what you're looking for :/", "attachment_not_found")
        if b'"missing"' in request.body:
            raise NotFound("Model not found", "model_not_found")
        if b"away" in request.body:
            raise Unavailable("The documents cannot be searched now", "unreachable")
        head = chat_pb.CompletionHead(status=200, content_type="text/event-stream")
        yield chat_pb.StreamCompletionResponse(head=head)
        for data in (b'data: {"sources":[]}\n\n', b"data: [DONE]\n\n"):
            yield chat_pb.StreamCompletionResponse(data=data)

    async def ReadTask(self, request: Any, context: Any) -> Any:
        self.read.append((request.task_id, request.after_seq))
        if self.reading is not None:
            await self.reading.wait()
        if request.task_id not in self.tasks:
            raise NotFound("No such task", "task_not_found")
        known = self.tasks[request.task_id]
        answer = chat_pb.ReadTaskResponse()
        answer.CopyFrom(known)
        del answer.events[:]
        answer.events.extend(event for event in known.events if event.seq > request.after_seq)
        return answer

    async def GetPublicConfig(self, request: Any, context: Any) -> Any:
        return chat_config_pb.GetPublicConfigResponse(enable_folders=True, default_models="small")


class FakeModels(CompletionServiceServicer, PassThroughServiceServicer):
    """Answers with the steps of the test: a head, bytes, events to wait for, errors to raise."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what a test has changed."""
        self.status = 200
        self.content_type = "text/event-stream"
        self.steps: list[bytes | asyncio.Event | Exception] = [b"data: [DONE]\n\n"]
        self.head: asyncio.Event | Exception | None = None
        self.requests: list[Any] = []
        self.begun = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def StreamCompletion(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self.requests.append(request)
        if b'"missing"' in request.body:
            raise NotFound("Model not found", "model_not_found")
        if b'"expert"' in request.body and not request.grounded:
            raise Conflict("The answers of this model rest on its knowledge", "needs_grounding")
        head = model_pb.CompletionHead(status=self.status, content_type=self.content_type)
        answers = self._answer(
            lambda: model_pb.StreamCompletionResponse(head=head),
            lambda data: model_pb.StreamCompletionResponse(data=data),
        )
        async for answer in answers:
            yield answer

    async def PassThrough(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self.requests.append(request)
        principal = current_call().principal
        assert principal is not None
        if not principal.is_admin and request.path == "admin/things":
            raise Forbidden("This path is for administrators", "path_not_allowed")
        head = pass_pb.PassThroughHead(status=self.status, content_type=self.content_type)
        answers = self._answer(
            lambda: pass_pb.PassThroughResponse(head=head),
            lambda data: pass_pb.PassThroughResponse(data=data),
        )
        async for answer in answers:
            yield answer

    async def _answer(self, head: Any, data: Any) -> AsyncIterator[Any]:
        try:
            self.begun.set()
            if isinstance(self.head, asyncio.Event):
                await self.head.wait()
            elif self.head is not None:
                raise self.head
            yield head()
            for step in self.steps:
                if isinstance(step, bytes):
                    yield data(step)
                    await asyncio.sleep(0)
                elif isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    raise step
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled.set()
            raise
