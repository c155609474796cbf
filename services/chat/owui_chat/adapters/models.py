"""Models and what is known of them, through model-proxy."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec
from owui.model_proxy.v1.catalogue_service_pb2 import GetModelRequest
from owui.model_proxy.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from owui.model_proxy.v1.completion_service_pb2 import CompletionApi, StreamCompletionRequest
from owui.model_proxy.v1.completion_service_pb2_grpc import CompletionServiceStub
from owui_chassis.errors import Unavailable
from owui_chassis.grpc.channel import Channel

from owui_chat.domain.attachments import parse_lent
from owui_chat.domain.chunks import error_text
from owui_chat.domain.dialects import USUAL_WAY, Dialect, Way
from owui_chat.domain.plan import ModelFacts
from owui_chat.ports import Head

_OPENAI_CHAT = CompletionApi.COMPLETION_API_OPENAI_CHAT
_APIS = {
    Dialect.OPENAI: _OPENAI_CHAT,
    Dialect.OLLAMA: CompletionApi.COMPLETION_API_OLLAMA_CHAT,
    Dialect.OLLAMA_OPENAI: CompletionApi.COMPLETION_API_OLLAMA_OPENAI_CHAT,
}
_ANSWER_LIMIT = 4 * 1024 * 1024


class ProxiedModels:
    """Asks model-proxy as the caller of the current call."""

    def __init__(self, channel: Channel, stream_seconds: float) -> None:
        self._stub = CompletionServiceStub(channel)
        self._stream_seconds = stream_seconds

    async def stream(
        self, body: bytes, *, grounded: bool = False, paced: bool = False, way: Way = USUAL_WAY
    ) -> AsyncGenerator[Head | bytes, None]:
        """Give the head, then the bytes of the answer, `paced` ones in ticks; raise ServiceError when the
        request is refused."""
        request = StreamCompletionRequest(
            api=_APIS[way.dialect],
            body=body,
            connection_index=way.connection_index,
            grounded=grounded,
            paced=paced,
        )
        async with aclosing(self._stub.StreamCompletion(request, timeout=self._stream_seconds)) as responses:
            async for response in responses:
                if response.data:
                    yield response.data
                elif response.HasField("head"):
                    head = response.head
                    yield Head(head.status, head.content_type, head.model, head.connection_type)

    async def complete(self, body: bytes, seconds: float) -> bytes:
        """Return the body of an answer that is not streamed; raise ServiceError when there is none in
        time."""
        # What asks for small texts brings all that they rest on.
        request = StreamCompletionRequest(api=_OPENAI_CHAT, body=body, grounded=True)
        parts: list[bytes] = []
        status = 0
        async with aclosing(self._stub.StreamCompletion(request, timeout=seconds)) as responses:
            async for response in responses:
                if response.data:
                    parts.append(response.data)
                elif response.HasField("head"):
                    status = response.head.status
                if sum(map(len, parts)) > _ANSWER_LIMIT:
                    raise Unavailable("The model's answer is too large", "answer_too_large")
        answer = b"".join(parts)
        if status >= 400:
            raise Unavailable(error_text(answer, f"The provider answered {status}"), "provider_error")
        return answer


class ProxiedCatalogue:
    """Asks for models as the caller of the current call."""

    def __init__(self, channel: Channel) -> None:
        self._stub = CatalogueServiceStub(channel)

    async def facts(self, model: str) -> ModelFacts:
        """Return what is known of a model; raise NotFound when the caller may not use it."""
        found = await self._stub.GetModel(GetModelRequest(id=model))
        knowledge = [
            (attached.lender_id, parse_lent(msgspec.json.decode(attached.items)))
            for attached in found.knowledge
        ]
        return ModelFacts(found.connection_type == "local", knowledge)
