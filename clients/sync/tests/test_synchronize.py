"""Whole runs against a small server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from fake_platform import KEY, Platform
from owui_sync.failures import UsageError
from owui_sync.main import ALL_THERE, SOME_FAILED, run
from owui_sync.options import parse


class Run:
    """The program with a server and a folder."""

    def __init__(self, platform: Platform, url: str, folder: Path) -> None:
        self.platform = platform
        self.url = url
        self.folder = folder

    def write(self, **files: str) -> None:
        for path, words in files.items():
            self.place(path.replace("__", "/").replace("_", "."), words)

    def place(self, path: str, words: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(words)

    async def __call__(self, *arguments: str, knowledge: str = "Handbook", key: str = KEY) -> int:
        given = [str(self.folder), "--url", self.url, "--knowledge", knowledge, "--attempts", "4", *arguments]
        return await run(parse(given, {"OWUI_API_KEY": key}))


@pytest_asyncio.fixture(loop_scope="module")
async def sync(tmp_path: Path) -> AsyncIterator[Run]:
    platform = Platform()
    server = TestServer(platform.application)
    await server.start_server()
    folder = tmp_path / "folder"
    folder.mkdir()
    yield Run(platform, str(server.make_url("/")), folder)
    await server.close()


class TestSynchronize:
    async def test_uploads_what_is_new_and_does_nothing_the_second_time(self, sync: Run) -> None:
        sync.write(a_txt="one", in__b_txt="two", deep__er__c_txt="three")
        assert await sync() == ALL_THERE
        assert sync.platform.paths == {"a.txt": b"one", "in/b.txt": b"two", "deep/er/c.txt": b"three"}
        uploads = sync.platform.calls["/api/v1/files/"]
        assert await sync() == ALL_THERE
        assert sync.platform.calls["/api/v1/files/"] == uploads == 3

    async def test_a_changed_file_takes_the_place_of_the_former(self, sync: Run) -> None:
        former = sync.platform.put("a.txt", b"one")
        sync.write(a_txt="two")
        assert await sync() == ALL_THERE
        assert sync.platform.paths == {"a.txt": b"two"}
        assert former not in sync.platform.files

    async def test_what_is_gone_is_removed_unless_told_otherwise(self, sync: Run) -> None:
        sync.platform.put("old.txt", b"old")
        sync.write(a_txt="one")
        assert await sync("--keep") == ALL_THERE
        assert set(sync.platform.paths) == {"a.txt", "old.txt"}
        assert await sync() == ALL_THERE
        assert set(sync.platform.paths) == {"a.txt"}

    async def test_a_moved_and_renamed_file_is_not_sent_again(self, sync: Run) -> None:
        moved = sync.platform.put("a.txt", b"one")
        sync.write(in__b_txt="one")
        assert await sync() == ALL_THERE
        assert sync.platform.paths == {"in/b.txt": b"one"}
        assert list(sync.platform.files) == [moved]

    async def test_a_dry_run_changes_nothing(self, sync: Run, capsys: Any) -> None:
        sync.platform.put("old.txt", b"old")
        sync.write(a_txt="one")
        assert await sync("--dry-run") == ALL_THERE
        assert set(sync.platform.paths) == {"old.txt"}
        told = capsys.readouterr().err
        assert "upload    a.txt" in told
        assert "remove    old.txt" in told

    async def test_a_folder_of_the_base_stands_for_the_folder(self, sync: Run) -> None:
        sync.platform.put("other.txt", b"other")
        sync.platform.put("docs/old.txt", b"old")
        sync.write(in__a_txt="one")
        assert await sync("--into", "docs") == ALL_THERE
        assert sync.platform.paths == {"other.txt": b"other", "docs/in/a.txt": b"one"}

    async def test_excluded_files_of_the_base_stay(self, sync: Run) -> None:
        sync.platform.put("notes.md", b"by hand")
        sync.write(a_txt="one", b_md="not this")
        assert await sync("--exclude", "*.md") == ALL_THERE
        assert sync.platform.paths == {"a.txt": b"one", "notes.md": b"by hand"}

    async def test_names_with_any_characters_arrive(self, sync: Run) -> None:
        for name in ("Größe & Maß.txt", "日本語.txt", "a;b=c.txt", "it's 100%22.txt"):
            sync.place(name, name)
        assert await sync() == ALL_THERE
        assert {path: data.decode() for path, data in sync.platform.paths.items()} == {
            name: name for name in ("Größe & Maß.txt", "日本語.txt", "a;b=c.txt", "it's 100%22.txt")
        }

    async def test_an_emptied_file_leaves_the_base_and_is_told(self, sync: Run, capsys: Any) -> None:
        sync.platform.put("a.txt", b"one")
        sync.write(a_txt="", b_txt="two")
        assert await sync() == ALL_THERE
        assert sync.platform.paths == {"b.txt": b"two"}
        assert "a.txt: is empty" in capsys.readouterr().err

    async def test_no_more_uploads_at_once_than_jobs(self, sync: Run) -> None:
        for number in range(40):
            sync.place(f"{number}.txt", f"text {number}")
        assert await sync("--jobs", "3") == ALL_THERE
        assert len(sync.platform.paths) == 40
        assert sync.platform.most_uploading <= 3


class TestFailures:
    async def test_a_file_that_cannot_be_read_is_told_each_time(self, sync: Run, capsys: Any) -> None:
        sync.write(a_txt="poison", b_txt="two")
        assert await sync() == SOME_FAILED
        assert await sync() == SOME_FAILED
        assert sync.platform.calls["/api/v1/files/"] == 2
        assert "a.txt: cannot be read" in capsys.readouterr().err

    async def test_the_former_version_stays_when_the_new_one_cannot_be_read(self, sync: Run) -> None:
        sync.platform.put("a.txt", b"good")
        sync.write(a_txt="poison")
        assert await sync() == SOME_FAILED
        assert sync.platform.paths == {"a.txt": b"good"}

    async def test_busy_and_broken_answers_are_tried_again(self, sync: Run) -> None:
        sync.platform.faults = {"/files/": [429, "cut"], "/sync/plan": [503], "/auths/": ["cut"]}
        sync.write(a_txt="one")
        assert await sync() == ALL_THERE
        assert sync.platform.paths == {"a.txt": b"one"}

    async def test_one_refused_file_hinders_no_other(self, sync: Run, capsys: Any) -> None:
        sync.platform.faults = {"/files/": [413, 413, 413]}
        sync.write(a_txt="one", b_txt="two", c_txt="three", d_txt="four")
        await sync("--jobs", "1")
        assert len(sync.platform.paths) == 4, "the next round uploads what was refused before"

    async def test_an_interrupted_replacement_is_finished_by_the_next_run(self, sync: Run) -> None:
        sync.platform.put("a.txt", b"one")
        sync.platform.put("a.txt", b"two")
        sync.write(a_txt="two")
        assert await sync("--keep") == ALL_THERE
        assert sync.platform.paths == {"a.txt": b"two"}

    async def test_what_an_interrupted_run_left_unread_is_waited_for(self, sync: Run) -> None:
        former = sync.platform.put("a.txt", b"good")
        sync.platform.put("a.txt", b"poison", "pending")
        sync.write(a_txt="poison")
        assert await sync() == SOME_FAILED
        assert list(sync.platform.files) == [former]
        sync.platform.put("a.txt", b"fine", "pending")
        sync.write(a_txt="fine")
        assert await sync() == ALL_THERE
        assert sync.platform.paths == {"a.txt": b"fine"}

    async def test_an_empty_folder_does_not_empty_the_base(self, sync: Run) -> None:
        sync.platform.put("a.txt", b"one")
        with pytest.raises(UsageError, match="--allow-empty"):
            await sync()
        assert sync.platform.paths == {"a.txt": b"one"}
        assert await sync("--allow-empty") == ALL_THERE
        assert sync.platform.paths == {}


class TestWatch:
    async def test_later_changes_follow_and_an_outage_is_waited_out(self, sync: Run) -> None:
        sync.write(a_txt="one")
        watching = asyncio.ensure_future(sync("--watch", "0.02", "--attempts", "1"))
        async with asyncio.timeout(20):
            await sync.platform.arrived.wait()
            sync.platform.arrived.clear()
            sync.platform.faults = {"/sync/plan": [503, 503]}
            sync.write(b_txt="two")
            await sync.platform.arrived.wait()
        assert set(sync.platform.paths) == {"a.txt", "b.txt"}
        assert not watching.done()
        watching.cancel()
        await asyncio.wait([watching])


class TestUsage:
    async def test_a_wrong_key_is_told(self, sync: Run) -> None:
        with pytest.raises(UsageError, match="key is refused"):
            await sync(key="sk-wrong")

    async def test_no_key_is_told(self, sync: Run) -> None:
        with pytest.raises(UsageError, match="OWUI_API_KEY"):
            await sync(key="")

    async def test_an_unknown_base_is_told_or_made(self, sync: Run) -> None:
        sync.write(a_txt="one")
        with pytest.raises(UsageError, match="no knowledge base 'Other'"):
            await sync(knowledge="Other")
        assert await sync("--create", knowledge="Other") == ALL_THERE
        assert sync.platform.names["base-new"] == "Other"

    async def test_a_name_that_two_bases_have_is_refused(self, sync: Run) -> None:
        sync.platform.names["base-2"] = "Handbook"
        with pytest.raises(UsageError, match="base-1, base-2"):
            await sync()
        sync.write(a_txt="one")
        assert await sync(knowledge="base-2") == ALL_THERE

    async def test_a_base_that_may_only_be_read_is_refused(self, sync: Run) -> None:
        sync.platform.writable = False
        with pytest.raises(UsageError, match="only be read"):
            await sync()

    async def test_a_server_that_is_away_is_told(self, sync: Run) -> None:
        sync.platform.faults = {"/auths/": [503] * 4}
        with pytest.raises(UsageError, match="503"):
            await sync()
