"""Serves owui.chat.v1.CompletionService."""

from typing import Any

import owui.chat.v1.completion_service_pb2 as pb
from owui.chat.v1.completion_service_pb2_grpc import CompletionServiceServicer
from owui_chassis.call import current_principal

from owui_chat.ports import UserEvents
from owui_chat.usecases.completions import Completions


class CompletionServicer(CompletionServiceServicer):
    """Completions as tasks."""

    def __init__(self, completions: Completions, events: UserEvents) -> None:
        self._completions = completions
        self._events = events

    async def StartCompletion(self, request: pb.StartCompletionRequest, _: Any) -> pb.StartCompletionResponse:
        """Start a completion."""
        return pb.StartCompletionResponse(
            task_id=await self._completions.start(current_principal(), request.body)
        )

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
