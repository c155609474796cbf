"""Reports about leftovers, the newest hundred of them."""

from dataclasses import asdict

import msgspec
from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.domain.reconciliation import Finding, Report

_KEPT = 100
_ADD = Statement("""
    INSERT INTO reconciliation_report (started_at, finished_at, repair, findings)
    VALUES (:started_at, :finished_at, :repair, CAST(:findings AS jsonb)) RETURNING id
""")
_PRUNE = Statement("DELETE FROM reconciliation_report WHERE id <= :id")
_NEWEST = Statement("""
    SELECT id, started_at, finished_at, repair, findings::text AS findings
    FROM reconciliation_report ORDER BY id DESC LIMIT 1
""")


class PostgresReports:
    """Port Reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, report: Report) -> None:
        """Keep a report; the oldest go."""
        values = asdict(report)
        values["findings"] = msgspec.json.encode(values["findings"]).decode()
        row = await self._database.first(_ADD, **values)
        if row is not None:
            await self._database.fetch(_PRUNE, id=row.id - _KEPT)

    async def newest(self) -> Report | None:
        """Return the last one."""
        row = await self._database.first(_NEWEST)
        if row is None:
            return None
        findings = msgspec.json.decode(row.findings, type=tuple[Finding, ...])
        return Report(row.started_at, row.finished_at, row.repair, findings, row.id)
