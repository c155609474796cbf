"""Serves owui.rag.v1.ReconciliationService."""

from typing import Any

from owui.rag.v1 import reconciliation_service_pb2 as pb
from owui.rag.v1.reconciliation_service_pb2_grpc import ReconciliationServiceServicer

from owui_rag.domain.reconciliation import Report
from owui_rag.rpc.callers import require_admin, seconds_to_wait
from owui_rag.usecases.reconcile import Reconcile

_WAIT_SECONDS = 25.0


class ReconciliationServicer(ReconciliationServiceServicer):
    """Leftovers, for administrators."""

    def __init__(self, reconcile: Reconcile) -> None:
        self._reconcile = reconcile

    async def GetOrphans(self, request: pb.GetOrphansRequest, context: Any) -> pb.GetOrphansResponse:
        """Return the newest report."""
        require_admin()
        if request.fresh:
            await self._reconcile.start(repair=False, seconds=seconds_to_wait(context, _WAIT_SECONDS))
        report, running = await self._reconcile.newest()
        return pb.GetOrphansResponse(report=_message(report), running=running)

    async def RepairOrphans(self, request: pb.RepairOrphansRequest, context: Any) -> pb.RepairOrphansResponse:
        """Put right what can be."""
        require_admin()
        seconds = seconds_to_wait(context, _WAIT_SECONDS)
        await self._reconcile.start(repair=True, force=request.force, seconds=seconds)
        report, running = await self._reconcile.newest()
        return pb.RepairOrphansResponse(report=_message(report), running=running)


def _message(report: Report | None) -> pb.ReconciliationReport | None:
    if report is None:
        return None
    findings = [
        pb.Orphans(kind=each.kind, count=each.count, ids=each.ids, repaired=each.repaired, note=each.note)
        for each in report.findings
    ]
    return pb.ReconciliationReport(
        id=report.id,
        started_at=report.started_at,
        finished_at=report.finished_at,
        repair=report.repair,
        findings=findings,
    )
