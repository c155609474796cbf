"""The completion routes: streamed in the response, or started as a task whose output goes to sockets."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import orjson
from fastapi import APIRouter
from owui.chat.v1 import completion_service_pb2 as chat_pb
from owui.chat.v1.completion_service_pb2_grpc import CompletionServiceStub as ChatStub
from owui.model_proxy.v1 import completion_service_pb2 as pb
from owui.model_proxy.v1.completion_service_pb2_grpc import CompletionServiceStub
from owui_chassis.errors import NotFound
from starlette.requests import Request
from starlette.responses import Response

from owui_gateway.access import Doorkeeper
from owui_gateway.streaming.answer import ProviderAnswer, Slots
from owui_gateway.streaming.bodies import CompletionFields, connection_index, read_completion
from owui_gateway.streaming.grounding import GroundedIfNeeded
from owui_gateway.transcoding.ports import STATUS_SCOPE_KEY, Access

_USER = Access("user")
_OLLAMA = {
    "/ollama/api/chat": pb.COMPLETION_API_OLLAMA_CHAT,
    "/ollama/api/generate": pb.COMPLETION_API_OLLAMA_GENERATE,
    "/ollama/v1/chat/completions": pb.COMPLETION_API_OLLAMA_OPENAI_CHAT,
    "/ollama/v1/completions": pb.COMPLETION_API_OLLAMA_OPENAI_TEXT,
}
# A conversation may rest on documents; a prompt that a model goes on with has no question.
_DIALECTS = {
    pb.COMPLETION_API_OPENAI_CHAT: chat_pb.DIALECT_OPENAI,
    pb.COMPLETION_API_OLLAMA_CHAT: chat_pb.DIALECT_OLLAMA,
    pb.COMPLETION_API_OLLAMA_OPENAI_CHAT: chat_pb.DIALECT_OLLAMA_OPENAI,
}


class Completions:
    """Sends completion requests where they belong."""

    def __init__(
        self, models: CompletionServiceStub, chat: ChatStub, doorkeeper: Doorkeeper, slots: Slots, idle: float
    ) -> None:
        self._models = models
        self._chat = chat
        self._doorkeeper = doorkeeper
        self._slots = slots
        self._idle = idle

    async def chat(self, request: Request) -> Response:
        """Answer with a model's completion; with chat_id, id and session_id start a task instead.

        The answer of a task is `{"status": true, "task_id": …}`; what the model says comes over the socket.
        """
        request.scope[STATUS_SCOPE_KEY] = {"not_found": 400}
        await self._doorkeeper(request, _USER)
        body, fields = await read_completion(request)
        if not fields.for_sockets:
            return self._answer(request, _openai(body), fields)
        started = await self._chat.StartCompletion(chat_pb.StartCompletionRequest(body=body))
        answer = orjson.dumps({"status": True, "task_id": started.task_id})
        return Response(answer, media_type="application/json")

    async def openai(self, request: Request) -> Response:
        """Answer with a model's completion in the OpenAI dialect."""
        request.scope[STATUS_SCOPE_KEY] = {"not_found": 403}
        await self._doorkeeper(request, _USER)
        body, fields = await read_completion(request)
        return self._answer(request, _openai(body), fields)

    async def ollama(self, request: Request) -> Response:
        """Answer with the completion of an Ollama model in the dialect of the path."""
        request.scope[STATUS_SCOPE_KEY] = {"not_found": 403}
        await self._doorkeeper(request, _USER)
        index = connection_index(request)
        path = request.scope["path"] if index is None else request.scope["path"].rpartition("/")[0]
        body, fields = await read_completion(request, required=("model",))
        asked = pb.StreamCompletionRequest(api=_OLLAMA[path], body=body, connection_index=index)
        return self._answer(request, asked, fields)

    def _answer(
        self, request: Request, asked: pb.StreamCompletionRequest, fields: CompletionFields
    ) -> ProviderAnswer:
        if fields.names_documents and asked.api in _DIALECTS:
            return ProviderAnswer(self._grounded(request, asked), self._slots, self._idle)
        answers = self._models.StreamCompletion(asked)
        chosen = GroundedIfNeeded(answers, lambda: self._grounded(request, asked))
        return ProviderAnswer(chosen, self._slots, self._idle)

    async def _grounded(
        self, request: Request, wanted: pb.StreamCompletionRequest
    ) -> AsyncGenerator[Any, None]:
        asked = chat_pb.StreamCompletionRequest(
            body=wanted.body,
            dialect=_DIALECTS[wanted.api],
            connection_index=wanted.connection_index if wanted.HasField("connection_index") else None,
        )
        try:
            async with aclosing(self._chat.StreamCompletion(asked)) as answers:
                async for answer in answers:
                    yield answer
        except NotFound as error:
            if error.reason != "model_not_found":
                # What these routes say of models holds for nothing else.
                request.scope[STATUS_SCOPE_KEY] = {}
            raise

    def routes(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        for path in ("/api/chat/completions", "/api/v1/chat/completions"):
            router.add_api_route(path, self.chat, methods=["POST"], tags=["completions"], response_model=None)
        router.add_api_route(
            "/openai/chat/completions",
            self.openai,
            methods=["POST"],
            tags=["completions"],
            response_model=None,
        )
        for path in _OLLAMA:
            for suffix in ("", "/{url_idx:int}"):
                router.add_api_route(
                    path + suffix, self.ollama, methods=["POST"], tags=["completions"], response_model=None
                )
        return router


def _openai(body: bytes) -> pb.StreamCompletionRequest:
    return pb.StreamCompletionRequest(api=pb.COMPLETION_API_OPENAI_CHAT, body=body)
