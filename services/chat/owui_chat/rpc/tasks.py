"""Serves owui.chat.v1.TaskService."""

from typing import Any

import owui.chat.v1.task_service_pb2 as pb
from owui.chat.v1.task_service_pb2_grpc import TaskServiceServicer
from owui_chassis.call import current_principal

from owui_chat.ports import RunningTasks
from owui_chat.usecases.stop_completion import StopCompletion


class TaskServicer(TaskServiceServicer):
    """The caller's running tasks."""

    def __init__(self, tasks: RunningTasks, stop: StopCompletion) -> None:
        self._tasks = tasks
        self._stop = stop

    async def ListTasks(self, _request: pb.ListTasksRequest, _: Any) -> pb.ListTasksResponse:
        """List running tasks: an administrator's list holds those of everybody."""
        principal = current_principal()
        return pb.ListTasksResponse(
            tasks=await self._tasks.running(None if principal.is_admin else principal.user_id)
        )

    async def ListChatTasks(self, request: pb.ListChatTasksRequest, _: Any) -> pb.ListChatTasksResponse:
        """List the running tasks of a chat."""
        found = await self._tasks.running(current_principal().user_id, request.chat_id)
        return pb.ListChatTasksResponse(task_ids=found)

    async def StopTask(self, request: pb.StopTaskRequest, _: Any) -> pb.StopTaskResponse:
        """Stop a task."""
        if await self._stop.stop(current_principal(), request.task_id):
            return pb.StopTaskResponse(status=True, message=f"Task {request.task_id} is being stopped.")
        return pb.StopTaskResponse(status=False, message=f"Task with ID {request.task_id} not found.")

    async def CompleteChat(self, request: pb.CompleteChatRequest, _: Any) -> pb.CompleteChatResponse:
        """Return what the client reported."""
        current_principal()
        return pb.CompleteChatResponse(form=request.form)
