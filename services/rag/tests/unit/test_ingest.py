"""What becomes of a file: read, linked, put back, given up; with hand-made parts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from owui_chassis.errors import Exhausted, Invalid, NotFound, Unavailable
from owui_rag.domain.documents import Document, Unreadable
from owui_rag.domain.ingestion import BULK, HEAVY, LIGHT, hash_of, queue_of, retry_pause, searched_text
from owui_rag.domain.splitting.split import Splitting
from owui_rag.usecases.ingest import Ingest, Patience
from owui_rag.usecases.ingest_parts import Claim, LeaseLost, NewContent, Target

TEXT = "The harbour opens at six. " * 20
CLAIM = Claim("file", "user", "note.txt", "text/plain", 10, "key", None, 1, uuid4())


class Rows:
    """Holds one file."""

    def __init__(self) -> None:
        self.claim_of_file: Claim | None = CLAIM
        self.ends: list[tuple[Any, ...]] = []
        self.lost = False

    async def claim(self, file_id: str) -> Claim | None:
        assert file_id == "file"
        return self.claim_of_file

    async def renew(self, claim: Claim, progress: float) -> None:
        if self.lost:
            raise LeaseLost(claim.file_id)

    async def fail(self, claim: Claim, error: str) -> None:
        self.ends.append(("failed", error))

    async def put_back(self, claim: Claim, seconds: float, *, counted: bool) -> None:
        self.ends.append(("waiting", seconds, counted))


@dataclass
class Contents:
    """Knows some texts and some vectors."""

    linked: bool = False
    known: dict[bytes, Any] = field(default_factory=dict)
    stored: list[NewContent] = field(default_factory=list)

    async def link(self, claim: Claim, text_hash: bytes, splitting: str, targets: Sequence[Target]) -> bool:
        return self.linked

    async def known_vectors(self, target: Target, hashes: Sequence[bytes]) -> dict[bytes, Any]:
        return {digest: self.known[digest] for digest in hashes if digest in self.known}

    async def store(self, claim: Claim, content: NewContent) -> None:
        self.stored.append(content)


class Embedder:
    """Counts what it is asked for; fails when told to."""

    name = "test"

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.asked = asyncio.Event()

    async def dimensions(self) -> int:
        return 2

    async def embed_queries(self, texts: Sequence[str]) -> Any:
        raise AssertionError("a file is no question")

    async def embed_passages(self, texts: Sequence[str]) -> Any:
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.texts += texts
        return np.array([[len(text), 1] for text in texts], np.float32)


class World:
    """An Ingest and its surroundings."""

    def __init__(self) -> None:
        self.rows, self.contents, self.embedder = Rows(), Contents(), Embedder()
        self.document: Document | Exception = Document(TEXT)
        self.told: list[tuple[str, str | None]] = []
        self.targets = [Target(SimpleNamespace(id=1, dimensions=2), self.embedder)]
        self.blob: bytes | None = b"bytes"
        self.patience = Patience(attempts=3, retry_seconds=4, renew_seconds=0.01)
        self.ingest = Ingest(
            rows=self.rows, contents=self.contents, fetch=self.fetch, extractor=lambda: self,
            splitting=lambda: Splitting(size=200, overlap=0), targets=self.give_targets, tell=self.tell,
            patience=lambda: self.patience,
        )  # fmt: skip

    async def give_targets(self) -> list[Target]:
        return self.targets

    async def fetch(self, blob_key: str, to: Path) -> None:
        if self.blob is None:
            raise NotFound("gone")
        to.write_bytes(self.blob)  # noqa: ASYNC240 - a few bytes

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        assert file.read_bytes() == self.blob  # noqa: ASYNC240 - a few bytes
        if isinstance(self.document, Exception):
            raise self.document
        return self.document

    async def tell(self, claim: Claim, status: str, progress: float, error: str | None = None) -> None:
        self.told.append((status, error))


@pytest.fixture
def world() -> World:
    return World()


class TestReading:
    async def test_stores_chunks_with_vectors_and_tells(self, world: World) -> None:
        assert await world.ingest.run("file") == "completed"
        (content,) = world.contents.stored
        assert content.document.text == TEXT
        assert "".join(content.document.text[c.piece.start : c.piece.end] for c in content.chunks)
        ((target, vectors),) = content.vectors
        assert target.generation.id == 1
        assert vectors.shape == (len(content.chunks), 2)
        assert content.generations == {1}
        assert world.told[-1] == ("completed", None)

    async def test_a_known_text_is_linked_and_nothing_is_embedded(self, world: World) -> None:
        world.contents.linked = True
        assert await world.ingest.run("file") == "completed"
        assert world.embedder.texts == []
        assert world.contents.stored == []

    async def test_only_chunks_without_vectors_are_embedded_equal_ones_once(self, world: World) -> None:
        world.document = Document("same words\n\n" * 40 + "and something else at the end")
        assert await world.ingest.run("file") == "completed"
        first = list(world.embedder.texts)
        assert len(first) == len(set(first))
        world.contents.known = {hash_of(first[0]): np.array([7, 7], np.float32)}
        world.embedder.texts.clear()
        await world.ingest.run("file")
        assert world.embedder.texts == first[1:]
        row = world.contents.stored[1].chunks.index(
            next(chunk for chunk in world.contents.stored[1].chunks if chunk.searched == first[0])
        )
        assert world.contents.stored[1].vectors[0][1][row].tolist() == [7, 7]

    async def test_a_given_text_is_taken_instead_of_the_bytes(self, world: World) -> None:
        world.rows.claim_of_file = replace(CLAIM, given_text="written\x00 by hand")
        world.blob = None
        assert await world.ingest.run("file") == "completed"
        assert world.contents.stored[0].document.text == "written  by hand"

    async def test_a_file_that_nobody_waits_for_is_left_alone(self, world: World) -> None:
        world.rows.claim_of_file = None
        assert await world.ingest.run("file") == "nothing"
        assert world.told == []


class TestFailing:
    @pytest.mark.parametrize(
        "error", [Unreadable("it is encrypted", "encrypted"), Invalid("refused", "embedding_refused")]
    )
    async def test_what_will_not_pass_fails_at_once(self, world: World, error: Exception) -> None:
        if isinstance(error, Unreadable):
            world.document = error
        else:
            world.embedder.error = error
        assert await world.ingest.run("file") == "failed"
        assert world.rows.ends == [("failed", str(error))]
        assert world.told[-1] == ("failed", str(error))

    @pytest.mark.parametrize(
        ("error", "pause"),
        [
            (Unreadable("the engine is away", "engine_away", passing=True), 4),
            (Unavailable("the engine is away"), 4),
            (Exhausted("slowly", retry_after=33), 33),
            (RuntimeError("a bug"), 4),
        ],
    )
    async def test_what_may_pass_is_tried_again_later(
        self, world: World, error: Exception, pause: float
    ) -> None:
        world.document = error
        assert await world.ingest.run("file") == "waiting"
        assert world.rows.ends == [("waiting", pause, True)]

    async def test_the_last_attempt_fails_with_its_reason(self, world: World) -> None:
        world.rows.claim_of_file = replace(CLAIM, attempt=3)
        world.document = Unavailable("the engine is away")
        assert await world.ingest.run("file") == "failed"
        assert world.rows.ends == [("failed", "the engine is away")]

    async def test_a_file_that_ended_its_workers_is_given_up(self, world: World) -> None:
        world.rows.claim_of_file = replace(CLAIM, attempt=4)
        assert await world.ingest.run("file") == "failed"
        assert "gave up" in world.rows.ends[0][1]
        assert world.embedder.texts == []

    @pytest.mark.parametrize("text", ["", " \n\t "])
    async def test_a_file_without_text_fails(self, world: World, text: str) -> None:
        world.document = Document(text)
        assert await world.ingest.run("file") == "failed"

    async def test_a_file_whose_bytes_are_gone_fails(self, world: World) -> None:
        world.blob = None
        assert await world.ingest.run("file") == "failed"

    async def test_an_engine_with_other_dimensions_is_not_stored(self, world: World) -> None:
        world.targets[0].generation.dimensions = 3
        assert await world.ingest.run("file") == "waiting"
        assert world.contents.stored == []


class TestFormerEngines:
    async def test_one_that_does_not_answer_keeps_nothing_from_being_stored(self, world: World) -> None:
        former = Embedder()
        former.error = Unavailable("switched off")
        world.targets.append(Target(SimpleNamespace(id=2, dimensions=2), former, required=False))
        world.targets.append(Target(SimpleNamespace(id=3, dimensions=2), None, required=False))
        assert await world.ingest.run("file") == "completed"
        assert [target.generation.id for target, _ in world.contents.stored[0].vectors] == [1]
        assert world.contents.stored[0].generations == {1, 2, 3}


class TestLeases:
    async def test_work_ends_when_the_lease_is_lost(self, world: World) -> None:
        world.embedder.gate = asyncio.Event()
        running = asyncio.create_task(world.ingest.run("file"))
        await world.embedder.asked.wait()
        world.rows.lost = True
        assert await asyncio.wait_for(running, 10) == "nothing"
        assert world.contents.stored == []
        assert world.rows.ends == []

    async def test_a_stopping_worker_puts_the_file_back_without_counting(self, world: World) -> None:
        world.embedder.gate = asyncio.Event()
        running = asyncio.create_task(world.ingest.run("file"))
        await world.embedder.asked.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert world.rows.ends == [("waiting", 0, False)]


class TestDecisions:
    @pytest.mark.parametrize(
        ("name", "size", "bulk", "queue"),
        [
            ("a.txt", 1_000, False, LIGHT),
            ("a.txt", 1_000, True, BULK),
            ("a.txt", 3_000_000, False, HEAVY),
            ("a.pdf", 100_000, False, LIGHT),
            ("a.pdf", 900_000, True, HEAVY),
        ],
    )
    def test_a_queue_is_chosen_by_size_type_and_company(
        self, name: str, size: int, bulk: bool, queue: str
    ) -> None:
        assert queue_of(name, size, bulk=bulk, light_bytes=2_000_000) == queue

    def test_pauses_double_up_to_ten_minutes(self) -> None:
        assert [retry_pause(attempt, 10) for attempt in (1, 2, 3, 9)] == [10, 20, 40, 600]

    def test_a_text_is_searched_below_its_headings_once(self) -> None:
        assert searched_text("It rains.", ("Weather", "May")) == "Weather › May\n\nIt rains."
        assert searched_text("# May\nIt rains.", ("May",)) == "# May\nIt rains."
