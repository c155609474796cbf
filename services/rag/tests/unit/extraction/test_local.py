"""Reading in a process of its own: limits, crashes, cancelling, and what needs none."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.adapters.extraction.local import LocalExtractor
from owui_rag.domain.documents import Unreadable

from . import documents

BIG_PAGE = b"<p>" + b"some text <b>and more</b> of it " * 60_000 + b"</p>"
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_bytes(BIG_PAGE)
    return path


def readers() -> list[int]:
    """Return the processes that read for this one."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        # Threads and processes end while we look.
        with suppress(FileNotFoundError, ProcessLookupError):
            for pid in (task / "children").read_text().split():
                if b"extraction.reader" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(int(pid))  # noqa: PERF401 - a comprehension of two loops reads worse
    return found


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def appeared() -> int:
    """Wait for the process that reads and return it."""
    async with asyncio.timeout(30):
        while not (found := readers()):  # noqa: ASYNC110 - /proc tells nobody when it changes
            await asyncio.sleep(0.002)
    return found[0]


class TestLocalExtractor:
    async def test_reads_with_title_pages_and_metadata(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pdf"
        path.write_bytes(documents.pdf([["Hello wörld"], ["Second"]]))
        document = await LocalExtractor().extract(path, "a.pdf", "application/pdf")
        assert document.text.endswith("Second")
        assert len(document.pages) == 2
        assert document.title == "A PDF"
        assert document.metadata["pages"] == "2"

    async def test_says_why_it_cannot(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pdf"
        path.write_bytes(b"%PDF-1.7 and no more")
        with pytest.raises(Unreadable, match="damaged") as refused:
            await LocalExtractor().extract(path, "a.pdf", "")
        assert refused.value.reason == "broken"

    async def test_a_file_that_is_gone_may_be_there_again(self, tmp_path: Path) -> None:
        with pytest.raises(Unreadable) as refused:
            await LocalExtractor().extract(tmp_path / "gone", "a.txt", "")
        assert refused.value.passing

    async def test_time_is_bounded(self, page: Path) -> None:
        with pytest.raises(Unreadable) as refused:
            await LocalExtractor(Limits(seconds=0.02)).extract(page, "page.html", "")
        assert refused.value.reason == "too_slow"

    async def test_memory_is_bounded(self, tmp_path: Path) -> None:
        # Random, since what repeats itself is refused as a bomb before.
        body = f"<w:p><w:r><w:t>{random.randbytes(500).hex()}</w:t></w:r></w:p>" * 20_000
        path = tmp_path / "a.docx"
        path.write_bytes(documents.archive({"word/document.xml": documents_body(body)}))
        with pytest.raises(Unreadable) as refused:
            await LocalExtractor(Limits(memory_mb=60)).extract(path, "a.docx", "")
        assert refused.value.reason == "too_much_memory"

    async def test_output_is_bounded(self, page: Path) -> None:
        with pytest.raises(Unreadable) as refused:
            await LocalExtractor(Limits(characters=1_000_000)).extract(page, "page.html", "")
        assert refused.value.reason == "too_much_text"

    @needs_proc
    async def test_a_crash_of_a_parser_harms_nobody_else(self, page: Path) -> None:
        reading = asyncio.create_task(LocalExtractor().extract(page, "page.html", ""))
        os.kill(await appeared(), signal.SIGSEGV)
        with pytest.raises(Unreadable) as refused:
            await reading
        assert refused.value.reason == "broken"

    @needs_proc
    async def test_what_the_system_kills_took_too_much_memory(self, page: Path) -> None:
        reading = asyncio.create_task(LocalExtractor().extract(page, "page.html", ""))
        os.kill(await appeared(), signal.SIGKILL)
        with pytest.raises(Unreadable) as refused:
            await reading
        assert refused.value.reason == "too_much_memory"

    @needs_proc
    async def test_cancelling_ends_the_process(self, page: Path) -> None:
        reading = asyncio.create_task(LocalExtractor().extract(page, "page.html", ""))
        await appeared()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert readers() == []

    @needs_proc
    async def test_no_secret_reaches_the_process(self, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WEBUI_SECRET_KEY", "a-very-secret-key")
        reading = asyncio.create_task(LocalExtractor().extract(page, "page.html", ""))
        environment = environment_of(await appeared())
        await reading
        assert b"SECRET" not in environment

    @needs_proc
    async def test_small_texts_need_no_process(self, tmp_path: Path) -> None:
        path = tmp_path / "a.md"
        path.write_bytes(b"# Head\n\n" + b"text " * 10_000)
        watched = Watch()
        async with watched:
            document = await LocalExtractor().extract(path, "a.md", "text/markdown")
        assert document.is_markdown
        assert not watched.seen

    @needs_proc
    async def test_only_so_many_read_at_once(self, page: Path) -> None:
        extractor = LocalExtractor(at_once=2)
        watched = Watch()
        async with watched:
            await asyncio.gather(*(extractor.extract(page, "page.html", "") for _ in range(4)))
        assert 1 <= watched.most <= 2


class Watch:
    """Looks for reading processes again and again while it is entered."""

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.most = 0

    async def __aenter__(self) -> "Watch":
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._task.cancel()

    async def _look(self) -> None:
        while True:
            found = readers()
            self.seen.update(found)
            self.most = max(self.most, len(found))
            await asyncio.sleep(0.002)


def documents_body(body: str) -> str:
    return f"<w:document {documents.W}><w:body>{body}</w:body></w:document>"


class TestCommand:
    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "owui_rag.adapters.extraction.reader", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    def test_prints_what_was_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pdf"
        path.write_bytes(documents.pdf([["Hello"]]))
        done = self.run(str(path))
        assert done.returncode == 0
        assert "title: A PDF" in done.stdout
        assert done.stdout.endswith("Hello\n")

    def test_prints_why_it_could_not(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(documents.archive({"a": "b"}))
        done = self.run(str(path))
        assert done.returncode == 1
        assert done.stderr.startswith("unsupported: ")

    def test_says_how_it_is_used(self) -> None:
        assert self.run().returncode == 2
