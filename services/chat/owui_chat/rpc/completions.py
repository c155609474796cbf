"""Serves owui.chat.v1.CompletionService."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import owui.chat.v1.completion_service_pb2 as pb
from owui.chat.v1.completion_service_pb2_grpc import CompletionServiceServicer
from owui_chassis.call import current_principal

from owui_chat.domain.dialects import Dialect, Way
from owui_chat.ports import Head, UserEvents
from owui_chat.usecases.answer_grounded import AnswerGrounded
from owui_chat.usecases.completions import Completions

_DIALECTS = {
    pb.DIALECT_OLLAMA: Dialect.OLLAMA,
    pb.DIALECT_OLLAMA_OPENAI: Dialect.OLLAMA_OPENAI,
}


class CompletionServicer(CompletionServiceServicer):
    """Completions as tasks, and those that rest on documents."""

    def __init__(self, completions: Completions, grounded: AnswerGrounded, events: UserEvents) -> None:
        self._completions = completions
        self._grounded = grounded
        self._events = events

    async def StartCompletion(self, request: pb.StartCompletionRequest, _: Any) -> pb.StartCompletionResponse:
        """Start a completion."""
        return pb.StartCompletionResponse(
            task_id=await self._completions.start(current_principal(), request.body)
        )

    async def StreamCompletion(
        self, request: pb.StreamCompletionRequest, _: Any
    ) -> AsyncIterator[pb.StreamCompletionResponse]:
        """Answer a question that rests on documents."""
        index = request.connection_index if request.HasField("connection_index") else None
        way = Way(_DIALECTS.get(request.dialect, Dialect.OPENAI), index)
        async with aclosing(self._grounded.for_response(current_principal(), request.body, way)) as answer:
            async for piece in answer:
                if isinstance(piece, Head):
                    head = pb.CompletionHead(status=piece.status, content_type=piece.content_type)
                    yield pb.StreamCompletionResponse(head=head)
                else:
                    yield pb.StreamCompletionResponse(data=piece)

    async def ListRecentTasks(self, request: pb.ListRecentTasksRequest, _: Any) -> pb.ListRecentTasksResponse:
        """List tasks that began a short time ago."""
        user_id = current_principal().user_id
        return pb.ListRecentTasksResponse(task_ids=await self._events.recent(user_id, request.seconds))

    async def ReadTask(self, request: pb.ReadTaskRequest, _: Any) -> pb.ReadTaskResponse:
        """Read what a task has emitted."""
        user_id = current_principal().user_id
        started, done, events = await self._events.read(user_id, request.task_id, request.after_seq)
        return pb.ReadTaskResponse(
            chat_id=started.chat_id,
            message_id=started.message_id,
            stream=started.stream,
            done=done,
            events=events,
        )
