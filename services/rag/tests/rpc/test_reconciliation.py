"""What crashes leave is found and put right, and nothing else is touched."""

import json
import uuid

import pytest
from owui.rag.v1 import reconciliation_service_pb2 as pb
from owui.rag.v1.reconciliation_service_pb2_grpc import ReconciliationServiceStub
from owui_chassis.errors import Forbidden
from owui_rag.domain.files import blob_key
from sqlalchemy import text

from .test_random_steps import GROUPS, Crowd

KINDS = {
    "blobs_without_files",
    "files_without_bytes",
    "unfinished_uploads",
    "belongings_of_deleted_users",
    "contents_without_files",
    "contents_without_words",
    "chunks_without_vectors",
    "miscounted_contents",
    "abandoned_vectors",
    "links_without_targets",
}
AT_ONCE = {"RAG_RECONCILE_GRACE": "0s", "RAG_EMBEDDING_ENGINE": ""}


async def bytes_of(words):
    yield words.encode()


async def execute(world, statement, **values):
    async with world.database.begin() as connection:
        return await connection.execute(text(statement), values)


async def orphans(world, *, repair=False, force=False):
    """Run a comparison; return (count, repaired) of the kinds of which there are any."""
    await world.parts.reconcile.start(repair=repair, force=force, seconds=None)
    report, running = await world.parts.reconcile.newest()
    assert not running
    assert all(finding.note is None for finding in report.findings), report
    return {each.kind: (each.count, each.repaired) for each in report.findings if each.count}


async def put(world, key, words="left over"):
    await world.parts.blobs.put(key, bytes_of(words))
    return key


class Crashes:
    """Leaves what processes leave that are killed between two steps."""

    def __init__(self, crowd):
        self.crowd = crowd
        self.world = crowd.world
        self.count = 0

    async def upload_without_row(self):
        await put(self.world, blob_key(str(uuid.uuid4())))

    async def deletion_without_bytes(self):
        file_id = await self._new_file()
        await execute(self.world, "DELETE FROM file WHERE id = :id", id=file_id)
        # The text may be another file's too.

    async def row_whose_bytes_went(self):
        file_id = self.crowd.some(self.crowd.model.files)
        if file_id is not None:
            await self.world.parts.blobs.delete([blob_key(file_id)])

    async def text_without_file(self):
        await execute(
            self.world,
            """INSERT INTO content (text_hash, splitting, text, chunk_count)
               VALUES (:hash, 'crash', 'text', 0)""",
            hash=uuid.uuid4().bytes * 2,
        )

    async def upload_never_finished(self):
        await put(self.world, f"incoming/{uuid.uuid4()}")

    async def words_that_went(self):
        await execute(
            self.world,
            "DELETE FROM lexical_segment WHERE content_id = (SELECT min(content_id) FROM lexical_segment)",
        )

    async def wrong_count(self):
        await execute(
            self.world,
            """UPDATE knowledge_content SET links = links + 3 WHERE ctid = (
                   SELECT ctid FROM knowledge_content ORDER BY random() LIMIT 1)""",
        )

    async def abandoned_table(self):
        self.count += 1
        await execute(self.world, f"CREATE TABLE embedding_{900 + self.count} (chunk_id bigint)")

    async def job_of_vanished_file(self):
        job = str(uuid.uuid4())
        await execute(
            self.world,
            "INSERT INTO ingest_job (id, user_id, total, created_at, updated_at) VALUES (:id, :who, 1, 1, 1)",
            id=job,
            who=self.crowd.people[0].user_id,
        )
        await execute(
            self.world,
            "INSERT INTO ingest_job_file (job_id, file_id) VALUES (:job, :file)",
            job=job,
            file=str(uuid.uuid4()),
        )

    async def deleted_account(self):
        file_id = await self._new_file()
        await execute(
            self.world,
            "UPDATE file SET user_id = :who WHERE id = :id",
            who=f"gone-{uuid.uuid4()}",
            id=file_id,
        )
        await execute(
            self.world,
            """INSERT INTO knowledge (id, user_id, name, created_at, updated_at)
               VALUES (:id, :who, 'Left', 1, 1)""",
            id=str(uuid.uuid4()),
            who=f"gone-{uuid.uuid4()}",
        )

    async def _new_file(self):
        words = f"text {self.crowd.random.randint(0, 15)}"
        return (await self.world.upload(self.crowd.people[0], words.encode(), "crash.txt")).id


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_thousand_steps_with_crashes_leave_nothing(start, new_person, seed):
    world = await start(**AT_ONCE)
    people = [new_person(groups=(GROUPS[number % 2],)) for number in range(4)] + [new_person("admin")]
    crowd = Crowd(world, people, seed)
    crashes = Crashes(crowd)
    steps = [crowd.upload, crowd.upload, crowd.make_base, crowd.share_base, crowd.share_file, crowd.add]
    steps += [crowd.add, crowd.add, crowd.remove, crowd.delete_file, crowd.delete_base, crowd.erase]
    faults = [getattr(crashes, name) for name in vars(Crashes) if not name.startswith("_")]
    seen = set()
    for number in range(1000):
        if number % 100 == 99:
            # Until then administrators see what is left over.
            seen |= (await orphans(world, repair=True, force=True)).keys()
            for _ in range(5):
                await crowd.look()
        elif crowd.random.random() < 0.1:
            await crowd.random.choice(faults)()
        else:
            await crowd.random.choice(steps)(crowd.random.choice(people))
    for fault in faults:
        await fault()
    # There are no vectors here; they have a test of their own.
    assert seen == KINDS - {"chunks_without_vectors"}
    assert await orphans(world) != {}
    await orphans(world, repair=True, force=True)
    assert await orphans(world) == {}
    for _ in range(20):
        await crowd.look()
    files = crowd.model.files
    assert await world.count("file") == len(files)
    assert await world.count("knowledge") == len(crowd.model.bases)
    links = sum(len(base["files"]) for base in crowd.model.bases.values())
    assert await world.count("knowledge_file") == links
    texts = len({file["text"] for file in files.values()})
    assert (await world.count("content"), await world.count("chunk")) == (texts, texts)
    stored = {key.rpartition("/")[2] for key in await world.blobs()}
    assert stored == {
        key for key in files if await world.count("file", f"id = '{key}' AND blob_key IS NOT NULL")
    }
    for person in people:
        await world.parts.erase.user(person.user_id)
    assert await orphans(world, repair=True, force=True) == {}
    assert await world.count("embedding_generation") == 0


class TestGrace:
    async def test_what_is_young_is_left_alone(self, start, new_person):
        world = await start()
        ada = new_person()
        key = await put(world, blob_key(str(uuid.uuid4())))
        incoming = await put(world, f"incoming/{uuid.uuid4()}")
        file = await world.upload(ada, b"young", "young.txt")
        await world.parts.blobs.delete([blob_key(file.id)])
        await execute(world, "UPDATE file SET user_id = 'gone-young' WHERE id = :id", id=file.id)
        assert await orphans(world, repair=True, force=True) == {}
        assert {key, incoming} <= await world.blobs()
        await execute(world, "UPDATE orphan_sighting SET seen_at = now() - interval '2 days'")
        assert await orphans(world, repair=True, force=True) == {
            "blobs_without_files": (1, 1),
            "unfinished_uploads": (1, 1),
        }
        assert not {key, incoming} & await world.blobs()
        await world.parts.erase.user("gone-young")

    async def test_bytes_that_found_their_file_are_no_longer_counted_as_seen(self, start, new_person):
        world = await start()
        ada = new_person()
        file = await world.upload(ada, b"words", "a.txt")
        await execute(world, "UPDATE file SET blob_key = 'aa/other' WHERE id = :id", id=file.id)
        await orphans(world)
        seen = await world.count("orphan_sighting")
        await execute(
            world, "UPDATE file SET blob_key = :key WHERE id = :id", key=blob_key(file.id), id=file.id
        )
        await orphans(world)
        assert await world.count("orphan_sighting") == seen - 1

    async def test_an_upload_that_is_still_expected_stays(self, start):
        world = await start(**AT_ONCE)
        file_id = str(uuid.uuid4())
        key = await put(world, f"incoming/{file_id}")
        await world.redis.set(f"{world.parts.live.redis_key_prefix}:rag:upload:{file_id}", b"{}")
        await orphans(world, repair=True)
        assert key in await world.blobs()
        await world.redis.delete(f"{world.parts.live.redis_key_prefix}:rag:upload:{file_id}")
        await orphans(world, repair=True)
        assert key not in await world.blobs()


class TestCaution:
    async def test_things_of_others_in_the_store_are_not_ours(self, start):
        world = await start(**AT_ONCE)
        keys = {await put(world, "backups/yesterday"), await put(world, f"ab/{uuid.uuid4()}")}
        keys = {key for key in keys if blob_key(key.rpartition("/")[2]) != key}
        await orphans(world, repair=True, force=True)
        assert keys <= await world.blobs()

    async def test_an_empty_store_is_not_believed(self, start, new_person):
        world = await start(**AT_ONCE)
        ada = new_person()
        kept = {}
        for number in range(30):
            file = await world.upload(ada, f"words {number}".encode(), f"{number}.txt")
            kept[blob_key(file.id)] = f"words {number}"
        await world.parts.blobs.delete(list(kept))
        await world.parts.reconcile.start(repair=True, seconds=None)
        report, _ = await world.parts.reconcile.newest()
        [finding] = [each for each in report.findings if each.kind == "files_without_bytes"]
        assert (finding.count >= 30, finding.repaired) == (True, 0)
        assert "not the right ones" in finding.note
        await orphans(world, repair=True, force=True)
        assert await world.count("file", f"user_id = '{ada.user_id}' AND blob_key IS NULL") == 30
        for key, words in kept.items():
            await put(world, key, words)
        await orphans(world, repair=True, force=True)
        assert await world.count("file", f"user_id = '{ada.user_id}' AND blob_key IS NOT NULL") == 30
        await world.parts.erase.user(ada.user_id)

    async def test_accounts_that_are_all_gone_are_not_believed(self, start, new_person):
        world = await start(**AT_ONCE)
        for person in [row.user_id for row in await execute(world, "SELECT DISTINCT user_id FROM file")]:
            await world.parts.erase.user(person)
        await execute(world, "DELETE FROM knowledge")
        await execute(world, "DELETE FROM ingest_job")
        file = await world.upload(new_person(), b"words", "a.txt")
        await execute(world, "UPDATE file SET user_id = 'gone-all' WHERE id = :id", id=file.id)
        await world.parts.reconcile.start(repair=True, seconds=None)
        assert await world.count("file", "user_id = 'gone-all'") == 1
        await world.upload(new_person(), b"words", "b.txt")
        await world.parts.reconcile.start(repair=True, seconds=None)
        assert await world.count("file", "user_id = 'gone-all'") == 0

    async def test_a_file_without_bytes_that_was_read_stays_findable(self, start, new_person):
        world = await start(**AT_ONCE)
        ada = new_person()
        read = await world.upload(ada, b"read", "read.txt")
        world.worker.at_once = False
        unread = await world.upload(ada, b"unread", "unread.txt")
        await world.parts.blobs.delete([blob_key(read.id), blob_key(unread.id)])
        await orphans(world, repair=True, force=True)
        assert json.loads((await world.row(ada, read.id)).data)["content"] == "read"
        data = json.loads((await world.row(ada, unread.id)).data)
        assert (data["status"], "upload it again" in data["error"]) == ("failed", True)
        assert await world.download(ada, read.id) == b"read"
        await world.parts.erase.user(ada.user_id)


class TestTurns:
    async def test_one_replica_at_a_time(self, start, new_person):
        first, second = await start(**AT_ONCE), await start(**AT_ONCE)
        admin = new_person("admin")
        turn = first.parts.reconcile._turn
        assert await turn.take()
        stub = ReconciliationServiceStub(second.channel)
        with pytest.raises(Exception, match="goes on") as refused:
            await second.call(admin, stub.RepairOrphans, pb.RepairOrphansRequest())
        assert refused.value.reason == "reconciling"
        await turn.give()
        answer = await second.call(admin, stub.RepairOrphans, pb.RepairOrphansRequest())
        assert (answer.running, answer.report.repair) == (False, True)

    async def test_reports_are_for_administrators(self, start, new_person):
        world = await start(**AT_ONCE)
        stub = ReconciliationServiceStub(world.channel)
        for method, request in (
            (stub.GetOrphans, pb.GetOrphansRequest(fresh=True)),
            (stub.RepairOrphans, pb.RepairOrphansRequest()),
        ):
            with pytest.raises(Forbidden):
                await world.call(new_person(), method, request)
        answer = await world.call(new_person("admin"), stub.GetOrphans, pb.GetOrphansRequest(fresh=True))
        assert len(answer.report.findings) == 10
        assert not answer.report.repair
