"""Jobs of many files, and who may see them."""

import pytest
from owui.rag.v1 import ingestion_service_pb2 as pb
from owui.rag.v1.ingestion_service_pb2_grpc import IngestionServiceStub
from owui_chassis.errors import Conflict, NotFound


@pytest.fixture
def jobs(world):
    """The service."""
    return IngestionServiceStub(world.channel)


async def unread(world, who, count):
    return [
        await world.upload(who, f"job {n} of {who.user_id}".encode(), process=False) for n in range(count)
    ]


class TestJobs:
    async def test_read_their_files_and_put_them_into_a_base(self, world, jobs, new_person):
        ada = new_person()
        base, files = await world.base(ada), await unread(world, ada, 3)
        request = pb.CreateIngestionJobRequest(
            file_ids=[file.id for file in files], knowledge_id=base.id, again=True
        )
        job = (await world.call(ada, jobs.CreateIngestionJob, request)).job
        assert (job.status, job.total, job.done, job.failed) == ("completed", 3, 3, 0)
        assert (await world.members(ada, base)).total == 3
        listed = await world.call(ada, jobs.ListIngestionJobs, pb.ListIngestionJobsRequest())
        assert [each.id for each in listed.items] == [job.id]
        request = pb.ListIngestionJobFilesRequest(job_id=job.id)
        parts = await world.call(ada, jobs.ListIngestionJobFiles, request)
        assert {part.status for part in parts.items} == {"completed"}

    async def test_wait_go_on_and_end(self, world, jobs, new_person):
        ada = new_person()
        files = await unread(world, ada, 2)
        world.worker.at_once = False
        try:
            request = pb.CreateIngestionJobRequest(file_ids=[file.id for file in files], again=True)
            job = (await world.call(ada, jobs.CreateIngestionJob, request)).job
        finally:
            world.worker.at_once = True
        assert job.status == "running"
        paused = await world.call(ada, jobs.PauseIngestionJob, pb.PauseIngestionJobRequest(job_id=job.id))
        assert paused.job.status == "paused"
        request = pb.ResumeIngestionJobRequest(job_id=job.id)
        resumed = (await world.call(ada, jobs.ResumeIngestionJob, request)).job
        assert (resumed.status, resumed.done) == ("completed", 2)

    async def test_of_foreign_files_are_refused(self, world, jobs, new_person):
        ada, bob = new_person(), new_person()
        own, foreign = await unread(world, bob, 1), await unread(world, ada, 1)
        base = await world.base(ada, {"read": {"user_ids": [bob.user_id]}})
        for ids, base_id in (([own[0].id, foreign[0].id], None), ([own[0].id], "unknown")):
            request = pb.CreateIngestionJobRequest(file_ids=ids, knowledge_id=base_id)
            with pytest.raises(NotFound):
                await world.call(bob, jobs.CreateIngestionJob, request)
        request = pb.CreateIngestionJobRequest(file_ids=[own[0].id], knowledge_id=base.id)
        with pytest.raises(Exception, match="permission"):
            await world.call(bob, jobs.CreateIngestionJob, request)
        assert await world.count("ingest_job", f"user_id = '{bob.user_id}'") == 0

    async def test_of_others_are_not_there(self, world, jobs, new_person):
        ada, bob, root = new_person(), new_person(), new_person("admin")
        [file] = await unread(world, ada, 1)
        request = pb.CreateIngestionJobRequest(file_ids=[file.id])
        job = (await world.call(ada, jobs.CreateIngestionJob, request)).job
        for method, request in (
            (jobs.GetIngestionJob, pb.GetIngestionJobRequest(job_id=job.id)),
            (jobs.ListIngestionJobFiles, pb.ListIngestionJobFilesRequest(job_id=job.id)),
            (jobs.CancelIngestionJob, pb.CancelIngestionJobRequest(job_id=job.id)),
            (jobs.PauseIngestionJob, pb.PauseIngestionJobRequest(job_id=job.id)),
            (jobs.ResumeIngestionJob, pb.ResumeIngestionJobRequest(job_id=job.id)),
            (jobs.RetryIngestionJob, pb.RetryIngestionJobRequest(job_id=job.id)),
        ):
            with pytest.raises(NotFound):
                await world.call(bob, method, request)
        assert not (await world.call(bob, jobs.ListIngestionJobs, pb.ListIngestionJobsRequest())).items
        request = pb.GetIngestionJobRequest(job_id=job.id)
        assert (await world.call(root, jobs.GetIngestionJob, request)).job.id == job.id
        await world.call(ada, jobs.CancelIngestionJob, pb.CancelIngestionJobRequest(job_id=job.id))
        with pytest.raises(Conflict):
            await world.call(ada, jobs.PauseIngestionJob, pb.PauseIngestionJobRequest(job_id=job.id))
        await world.parts.erase.user(ada.user_id)
        assert await world.count("ingest_job", f"user_id = '{ada.user_id}'") == 0
