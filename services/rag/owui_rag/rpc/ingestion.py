"""Serves owui.rag.v1.IngestionService."""

from typing import Any

from owui.rag.v1 import ingestion_service_pb2 as pb
from owui.rag.v1.ingestion_service_pb2_grpc import IngestionServiceServicer
from owui_chassis.access_control import Caller
from owui_chassis.errors import NotFound

from owui_rag.domain.texts import NOT_FOUND
from owui_rag.ports import FileStore, JobStore
from owui_rag.rpc.callers import Callers
from owui_rag.usecases.finding import found
from owui_rag.usecases.knowledge_files import KnowledgeFiles


class IngestionServicer(IngestionServiceServicer):
    """A job is there for who made it, and for administrators."""

    def __init__(self, callers: Callers, files: FileStore, contents: KnowledgeFiles, jobs: JobStore) -> None:
        self._callers = callers
        self._files = files
        self._contents = contents
        self._jobs = jobs

    async def CreateIngestionJob(
        self, request: pb.CreateIngestionJobRequest, _: Any
    ) -> pb.CreateIngestionJobResponse:
        """Make a job."""
        caller = self._callers.caller()
        file_ids = list(dict.fromkeys(request.file_ids))
        if await self._files.writable_ids(caller, file_ids) != file_ids:
            raise NotFound(NOT_FOUND, "file_not_found")
        if request.knowledge_id:
            placed = [(file_id, "") for file_id in file_ids]
            await self._contents.add_many(caller, request.knowledge_id, placed)
        job = await self._jobs.create(
            caller.user_id, file_ids, request.knowledge_id or None, again=request.again
        )
        return pb.CreateIngestionJobResponse(job=_message(job))

    async def ListIngestionJobs(
        self, request: pb.ListIngestionJobsRequest, _: Any
    ) -> pb.ListIngestionJobsResponse:
        """List jobs."""
        caller = self._callers.caller()
        jobs, total = await self._jobs.page(
            caller.user_id, unrestricted=caller.unrestricted, status=request.status, page=_page(request.page)
        )
        return pb.ListIngestionJobsResponse(items=[_message(job) for job in jobs], total=total)

    async def GetIngestionJob(self, request: pb.GetIngestionJobRequest, _: Any) -> pb.GetIngestionJobResponse:
        """Tell how far a job is."""
        return pb.GetIngestionJobResponse(job=_message(await self._own(request.job_id)))

    async def ListIngestionJobFiles(
        self, request: pb.ListIngestionJobFilesRequest, _: Any
    ) -> pb.ListIngestionJobFilesResponse:
        """List the files of a job."""
        await self._own(request.job_id)
        files, total = await self._jobs.files(request.job_id, status=request.status, page=_page(request.page))
        items = [
            pb.IngestionJobFile(
                file_id=file.file_id,
                filename=file.filename,
                status=file.status,
                progress=file.progress,
                error=file.error,
            )
            for file in files
        ]
        return pb.ListIngestionJobFilesResponse(items=items, total=total)

    async def CancelIngestionJob(
        self, request: pb.CancelIngestionJobRequest, _: Any
    ) -> pb.CancelIngestionJobResponse:
        """End a job."""
        await self._own(request.job_id)
        return pb.CancelIngestionJobResponse(job=_message(await self._jobs.cancel(request.job_id)))

    async def PauseIngestionJob(
        self, request: pb.PauseIngestionJobRequest, _: Any
    ) -> pb.PauseIngestionJobResponse:
        """Let a job wait."""
        await self._own(request.job_id)
        return pb.PauseIngestionJobResponse(job=_message(await self._jobs.pause(request.job_id)))

    async def ResumeIngestionJob(
        self, request: pb.ResumeIngestionJobRequest, _: Any
    ) -> pb.ResumeIngestionJobResponse:
        """Let a job go on."""
        await self._own(request.job_id)
        return pb.ResumeIngestionJobResponse(job=_message(await self._jobs.resume(request.job_id)))

    async def RetryIngestionJob(
        self, request: pb.RetryIngestionJobRequest, _: Any
    ) -> pb.RetryIngestionJobResponse:
        """Try again what failed."""
        await self._own(request.job_id)
        return pb.RetryIngestionJobResponse(job=_message(await self._jobs.retry(request.job_id)))

    async def _own(self, job_id: str) -> Any:
        caller: Caller = self._callers.caller()
        job = await self._jobs.get(job_id, caller.user_id, unrestricted=caller.unrestricted)
        return found(job, "job_not_found")


def _page(page: int) -> int:
    return min(max(page, 1), 1_000_000)


def _message(job: Any) -> pb.IngestionJob:
    return pb.IngestionJob(
        id=job.id,
        user_id=job.user_id,
        knowledge_id=job.knowledge_id,
        status=job.status,
        total=job.total,
        done=job.done,
        failed=job.failed,
        cancelled=job.cancelled,
        created_at=job.created_at,
        updated_at=job.updated_at,
    )
