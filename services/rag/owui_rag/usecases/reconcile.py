"""Compares files, bytes, texts, index and accounts, and puts right what has lost its counterpart."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Protocol

from owui_chassis.background import Background
from owui_chassis.errors import Conflict, ServiceError

from owui_rag.domain.reconciliation import MOST, SHOWN, Finding, Found, Report, is_suspicious

log = logging.getLogger(__name__)
_BATCH = 200
_SUSPICIOUS = "Nothing was changed: so much is missing that a store, or the accounts, are not the right ones."


class Check(Protocol):
    """One kind of things that can lose their counterpart."""

    @property
    def kind(self) -> str:
        """Its name."""

    async def find(self) -> Found:
        """Return those that are older than the grace time."""

    async def repair(self, ids: Sequence[str]) -> int:
        """Put these right that are still so; return how many. Doing it again changes nothing."""


class Reports(Protocol):
    """Keeps what was found."""

    async def add(self, report: Report) -> None:
        """Keep a report; the oldest go."""

    async def newest(self) -> Report | None:
        """Return the last one."""


class Turn(Protocol):
    """Lets one replica at a time compare."""

    async def take(self) -> bool:
        """Take or renew it; False while another replica has it."""

    async def give(self) -> None:
        """Let another replica."""


class Reconcile:
    """`checks` gives the checks anew for each run, in the order in which they are made."""

    def __init__(
        self, checks: Callable[[], Sequence[Check]], reports: Reports, turn: Turn, background: Background
    ) -> None:
        self._checks = checks
        self._reports = reports
        self._turn = turn
        self._background = background
        self._running: asyncio.Task[object] | None = None
        self._is_first = True
        # Two who start at the same moment have one run between them.
        self._starting = asyncio.Lock()

    async def newest(self) -> tuple[Report | None, bool]:
        """Return the newest report and whether another one is being made here."""
        return await self._reports.newest(), self._is_running

    async def start(self, *, repair: bool, force: bool = False, seconds: float | None = 0.0) -> None:
        """Begin a run, unless one goes on here, and wait for its end.

        `seconds` bounds the wait; None is as long as it takes. Raises Conflict when another replica is at it.
        """
        async with self._starting:
            running = self._running
            if running is None or running.done():
                if not await self._turn.take():
                    raise Conflict("Another comparison goes on at the moment", "reconciling")
                work = self._run(repair=repair, force=force)
                running = self._running = self._background.spawn(work, "reconciliation")
        await asyncio.wait([running], timeout=seconds)

    async def regular(self, interval: timedelta, *, repair: bool) -> None:
        """Compare, unless any replica has done so within the interval or is at it."""
        newest, is_first = await self._reports.newest(), self._is_first
        self._is_first = False
        if newest is None and is_first:
            # A new database has nothing to compare.
            return
        if newest is not None and time.time() - newest.finished_at < interval.total_seconds() / 2:
            return
        with contextlib.suppress(Conflict):
            await self.start(repair=repair, seconds=None)

    @property
    def _is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    async def _run(self, *, repair: bool, force: bool) -> Report | None:
        started = int(time.time())
        findings = []
        try:
            for check in self._checks():
                findings.append(await self._check(check, repair=repair, force=force))
                if not await self._turn.take():
                    log.warning("another replica goes on with the comparison")
                    return None
            report = Report(started, int(time.time()), repair, tuple(findings))
            await self._reports.add(report)
        finally:
            await self._turn.give()
        left = {finding.kind: finding.count - finding.repaired for finding in findings if finding.count}
        if left:
            log.info("comparison of what is stored: %s are left over", left)
        return report

    async def _check(self, check: Check, *, repair: bool, force: bool) -> Finding:
        repaired, found, note = 0, Found(0, []), None
        try:
            found = await check.find()
            if repair and found.count:
                if is_suspicious(found) and not force:
                    note = _SUSPICIOUS
                    log.error("%s: %d of %d: %s", check.kind, found.count, found.examined, note)
                else:
                    async for number in self._repairs(check, found.ids[:MOST]):
                        repaired += number
        except ServiceError as error:
            note = error.message
        except Exception:
            # The other kinds are compared all the same.
            log.exception("comparing %s failed", check.kind)
            note = "This comparison failed; the log says why."
        return Finding(check.kind, found.count, tuple(found.ids[:SHOWN]), repaired, note)

    async def _repairs(self, check: Check, ids: Sequence[str]) -> AsyncIterator[int]:
        for start in range(0, len(ids), _BATCH):
            yield await check.repair(ids[start : start + _BATCH])
            if not await self._turn.take():
                return
