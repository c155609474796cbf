"""Questions to a knowledge base: how many per second, how long each takes and what it costs."""

from __future__ import annotations

import asyncio
from time import monotonic

from bench.documents import question_about, text_of
from bench.load.http import HttpConnection
from bench.load.knowledge import ask
from bench.measure.percentiles import latency_summary
from bench.scenarios.bed import Bed, Figures
from bench.scenarios.ingest import SIZE, measure_ingest

_QUESTIONS = 400
_WARM_UP_SECONDS = 1.5


async def measure_retrieve(
    bed: Bed, files: int, clients: int, seconds: float = 10.0, *, hybrid: bool = False
) -> Figures:
    """`clients` ask one question after the other for some seconds; `hybrid` switches it on where it is off.

    Without it each product searches as it does by default.
    """
    if "base" not in bed.kept:
        await measure_ingest(bed, files)
    if hybrid:
        await _switch_hybrid(bed, on=True)
    questions = [question_about(text_of(number % files, SIZE), number) for number in range(_QUESTIONS)]
    await _ask_for(bed, clients, questions, _WARM_UP_SECONDS)
    bed.meter.start()
    began = monotonic()
    taken = await _ask_for(bed, clients, questions, seconds)
    took = monotonic() - began
    cpu = bed.meter.stop()
    if hybrid and bed.system == "peer":
        await _switch_hybrid(bed, on=False)
    figures = {
        "queries_per_second": round(len(taken) / took, 1),
        "cpu_ms_per_query": round(cpu["server"] * 1000 / len(taken), 2),
    }
    for part in ("python", "postgres"):
        if part in cpu:
            figures[f"{part}_cpu_ms_per_query"] = round(cpu[part] * 1000 / len(taken), 2)
    return figures | latency_summary(taken)


async def _ask_for(bed: Bed, clients: int, questions: list[str], seconds: float) -> list[float]:
    """Asks for so long, each client at least once; the seconds that each question took."""
    taken: list[float] = []
    end = monotonic() + seconds

    async def client(number: int) -> None:
        http = HttpConnection(bed.address, bed.accounts.admin)
        place = number * len(questions) // clients
        while True:
            asked = monotonic()
            await ask(http, bed.kept["base"], questions[place % len(questions)])
            taken.append(monotonic() - asked)
            place += 1
            if monotonic() >= end:
                break
        http.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    return taken


async def _switch_hybrid(bed: Bed, *, on: bool) -> None:
    http = HttpConnection(bed.address, bed.accounts.admin)
    answer = await http.request("POST", "/api/v1/retrieval/config/update", {"ENABLE_RAG_HYBRID_SEARCH": on})
    answer.json()
    http.close()
