"""The servicer of completions."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from owui.model_proxy.v1 import completion_service_pb2 as pb
from owui.model_proxy.v1.completion_service_pb2_grpc import CompletionServiceServicer
from owui_chassis.call import current_principal

from owui_model_proxy.domain.completion_request import Api
from owui_model_proxy.usecases.stream_completion import Head, StreamCompletion

_APIS = {
    pb.COMPLETION_API_UNSPECIFIED: Api.OPENAI_CHAT,
    pb.COMPLETION_API_OPENAI_CHAT: Api.OPENAI_CHAT,
    pb.COMPLETION_API_OLLAMA_CHAT: Api.OLLAMA_CHAT,
    pb.COMPLETION_API_OLLAMA_GENERATE: Api.OLLAMA_GENERATE,
    pb.COMPLETION_API_OLLAMA_OPENAI_CHAT: Api.OLLAMA_OPENAI_CHAT,
    pb.COMPLETION_API_OLLAMA_OPENAI_TEXT: Api.OLLAMA_OPENAI_TEXT,
}


class CompletionServicer(CompletionServiceServicer):
    """Completions of every provider behind one method."""

    def __init__(self, stream_completion: StreamCompletion) -> None:
        self._stream_completion = stream_completion

    async def StreamCompletion(
        self, request: pb.StreamCompletionRequest, _context: Any
    ) -> AsyncIterator[pb.StreamCompletionResponse]:
        """Pass on what the provider answers."""
        index = request.connection_index if request.HasField("connection_index") else None
        api = _APIS.get(request.api, Api.OPENAI_CHAT)
        events = self._stream_completion(
            api,
            request.body,
            index,
            current_principal(),
            grounded=request.grounded,
            paced=request.paced,
        )
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Head):
                    head = pb.CompletionHead(
                        status=event.status,
                        content_type=event.content_type,
                        model=event.model,
                        connection_type=event.connection_type,
                    )
                    yield pb.StreamCompletionResponse(head=head)
                else:
                    yield pb.StreamCompletionResponse(data=event)
