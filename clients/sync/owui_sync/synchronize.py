"""Makes a base equal to a folder: compares, does what is to be done, and compares again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from owui_sync.base import Base
from owui_sync.failures import Refused, Unreachable, UsageError
from owui_sync.files import Choice, Digests, Folder, LocalFile, open_inside, scan
from owui_sync.plan import Entry, Move, Work, plan_work

T = TypeVar("T")
_ROUNDS = 3
_READING_PER_JOB = 8
_FIRST_LOOK_SECONDS = 0.2
_LONGEST_LOOK_SECONDS = 5.0
_MOST_FILES = 100_000
_UNREAD = ("failed", "cancelled")


class Report(Protocol):
    """Hears how far a run has come."""

    def planned(self, work: Work) -> None:
        """There is something to do."""

    def done(self, what: str, path: str) -> None:
        """A file was "uploaded", "replaced", "moved" or "removed"."""

    def failed(self, path: str, reason: str) -> None:
        """A file is not as it should be."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to go about it; `reading_seconds` bounds the wait for a file to be read."""

    delete: bool = True
    allow_empty: bool = False
    dry_run: bool = False
    jobs: int = 4
    reading_seconds: float = 3600.0


@dataclass(slots=True)
class Outcome:
    """What came of a run; `failed` has the reasons by path."""

    work: Work = field(default_factory=Work)
    failed: dict[str, str] = field(default_factory=dict)
    passed_over: dict[str, str] = field(default_factory=dict)
    files: int = 0


class Synchronize:
    """One folder and one base; runs of it remember digests and which bytes could not be read."""

    def __init__(self, root: Path, choice: Choice, base: Base, manner: Manner, report: Report) -> None:
        self._root = root
        self._choice = choice
        self._base = base
        self._manner = manner
        self._report = report
        self._digests = Digests(root)
        # Bytes that could not be read in place of others: not sent again while they are the same.
        self._hopeless: dict[tuple[str, str], str] = {}
        self._failed: dict[str, str] = {}

    async def run(self) -> Outcome:
        """Make them equal; raise UsageError or Unreachable when that cannot be tried."""
        outcome = Outcome()
        self._failed = {}
        for attempt in range(_ROUNDS):
            folder, work, digests = await self._compare(outcome)
            if attempt == 0:
                outcome.work = work
                self._report.planned(work)
            if self._manner.dry_run or not work:
                break
            await self._do(folder, work, digests)
        else:
            # A round may fail for a file that another one then finds right.
            _, work, _ = await self._compare(outcome)
            for path in [*(move.target for move in work.moves), *(each.path for each in work.uploads)]:
                self._failed.setdefault(path, "still differs, it changes while it is being uploaded")
        if not self._manner.dry_run:
            for stored in [each for state in _UNREAD for each in await self._base.in_state(state)]:
                self._failed.setdefault(stored.path, stored.error)
        for path, reason in self._failed.items():
            self._report.failed(path, reason)
        outcome.failed = dict(self._failed)
        return outcome

    async def _compare(self, outcome: Outcome) -> tuple[Folder, Work, dict[str, str]]:
        folder = await asyncio.to_thread(scan, self._root, self._choice)
        digests = await asyncio.to_thread(self._read_all, folder)
        for path, reason in folder.unreadable.items():
            self._failed[path or str(self._root)] = reason
        files = [(file.path, digests[file.path], file.size) for file in folder.files if file.path in digests]
        if len(files) > _MOST_FILES:
            raise UsageError(f"The folder has more than {_MOST_FILES} files; name parts of it")
        outcome.files, outcome.passed_over = len(files), folder.passed_over
        if not files and self._manner.delete and not self._manner.allow_empty:
            # More often a disk that is not there than a wish to empty the base.
            raise UsageError("The folder has no files; --allow-empty says that the base shall be emptied")
        compared = await self._base.compare(files)
        work = plan_work(
            compared["add"],
            compared["replace"],
            compared["remove"],
            may_remove=lambda path: self._may_remove(folder, path),
            present=digests.__contains__,
        )
        work.uploads = [entry for entry in work.uploads if not self._is_hopeless(entry, digests)]
        return folder, work, digests

    def _read_all(self, folder: Folder) -> dict[str, str]:
        digests: dict[str, str] = {}
        for file in folder.files:
            try:
                digests[file.path] = self._digests.of(file)
            except OSError as error:
                folder.unreadable[file.path] = error.strerror or str(error)
        return digests

    def _may_remove(self, folder: Folder, path: str) -> bool:
        if not self._manner.delete or not self._choice.takes(path) or folder.keeps(path):
            return False
        # An empty file has nothing that could be found; one that was passed over otherwise is still there.
        return folder.passed_over.get(path, "is empty") == "is empty"

    def _is_hopeless(self, entry: Entry, digests: dict[str, str]) -> bool:
        reason = self._hopeless.get((entry.path, digests[entry.path]))
        if reason is not None:
            self._failed[entry.path] = reason
        return reason is not None

    async def _do(self, folder: Folder, work: Work, digests: dict[str, str]) -> None:
        files = {file.path: file for file in folder.files}
        jobs = self._manner.jobs
        await _each(jobs, work.moves, lambda move: self._guarded(move.target, self._move(move)))
        sending = asyncio.Semaphore(jobs)
        await _each(
            jobs * _READING_PER_JOB,
            work.uploads,
            lambda entry: self._guarded(
                entry.path, self._upload(entry, files[entry.path], digests[entry.path], sending)
            ),
        )
        await _each(
            jobs,
            work.removals,
            lambda entry: self._guarded(entry.path, self._remove(entry, digests.get(entry.path))),
        )

    async def _guarded(self, path: str, work: Awaitable[None]) -> None:
        """Do it; what fails with one file hinders no other."""
        self._failed.pop(path, None)
        try:
            await work
        except Refused as refusal:
            self._failed[path] = f"{refusal.message} ({refusal.status})"
        except Unreachable as error:
            self._failed[path] = str(error)
        except OSError as error:
            self._failed[path] = error.strerror or str(error)

    async def _move(self, move: Move) -> None:
        await self._base.move(move.file_id, move.source, move.target)
        self._report.done("moved", move.target)

    async def _upload(self, entry: Entry, file: LocalFile, digest: str, sending: asyncio.Semaphore) -> None:
        async with sending:
            file_id = await self._base.upload(file.path, partial(open_inside, self._root, file))
        status, reason = await self._until_read(file_id)
        if not entry.file_id:
            # What failed stays, so that everybody sees why; `failed` tells of it.
            self._report.done("uploaded", entry.path)
        elif status == "completed":
            await self._base.remove(entry.file_id)
            self._report.done("replaced", entry.path)
        else:
            await self._give_up(entry.path, digest, file_id, reason)

    async def _until_read(self, file_id: str) -> tuple[str, str]:
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + self._manner.reading_seconds, _FIRST_LOOK_SECONDS
        while True:
            status, reason = await self._base.state(file_id)
            if status in {"completed", "failed"}:
                return status, reason
            if loop.time() >= end:
                raise Unreachable("is uploaded, but was not read in time")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_LOOK_SECONDS)

    async def _remove(self, entry: Entry, digest: str | None) -> None:
        if digest is not None and not await self._is_replaced(entry, digest):
            return
        await self._base.remove(entry.file_id)
        self._report.done("removed", entry.path)

    async def _is_replaced(self, former: Entry, digest: str) -> bool:
        """Tell whether the file that a broken-off run has left beside its former version can be read."""
        for status in ("pending", "processing", *_UNREAD):
            for stored in await self._base.in_state(status):
                if stored.path == former.path and stored.file_id != former.file_id:
                    state, reason = await self._until_read(stored.file_id)
                    if state == "failed":
                        await self._give_up(former.path, digest, stored.file_id, reason)
                        return False
        return True

    async def _give_up(self, path: str, digest: str, file_id: str, reason: str) -> None:
        # The former version is better than none.
        await self._base.remove(file_id)
        self._hopeless[path, digest] = f"{reason or 'cannot be read'}; the former version stays"
        self._failed[path] = self._hopeless[path, digest]


async def _each(width: int, items: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do something with each item, so many at the same time; the first exception ends all."""
    waiting = iter(list(items))

    async def take() -> None:
        for item in waiting:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(width):
            group.create_task(take())
