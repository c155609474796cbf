"""How long a question takes in the service among few and many chunks, and what the vector index misses."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace

import numpy as np
import uvloop
from owui_chassis.statements import Statement
from owui_rag.adapters.index.nearest_index import NearestIndex
from owui_rag.domain.ranking import Scope, SearchOptions, SearchQuery

from bench.measure.percentiles import percentile
from bench.measure.process_tree import descendants
from bench.retrieval.library import USER, Library, library
from bench.retrieval.synthetic import CHUNKS_PER_FILE, Vectors, chunk_texts, question_of

_CLIENTS = 8
_ALL = Scope(USER, knowledge_ids=("all",))
_PART = Scope(USER, knowledge_ids=("part",))
_DEFAULT = SearchOptions()
_CASES = {
    "words": (_ALL, replace(_DEFAULT, lexical_weight=1.0)),
    "vectors": (_ALL, replace(_DEFAULT, lexical_weight=0.0)),
    "hybrid": (_ALL, _DEFAULT),
    "hybrid in 1 % of it": (_PART, _DEFAULT),
}
# Adding nothing keeps the index out of it.
_EXACT = """
    SELECT entry.chunk_id FROM embedding_{generation} AS entry
    WHERE content_id IN (SELECT content_id FROM knowledge_content WHERE knowledge_id = :base)
    ORDER BY (entry.embedding <#> CAST(CAST(:vector AS real[]) AS halfvec)) + 0.0 LIMIT 10
"""


async def fill(filled: Library, chunks: int, vectors: np.ndarray) -> list[str]:
    """Store the chunks in files of one base, every hundredth file in a second one too; return some texts."""
    await filled.base("all")
    await filled.base("part")
    texts: list[str] = []
    started, cpu = time.monotonic(), time.process_time()
    for number, place in enumerate(range(0, chunks, CHUNKS_PER_FILE)):
        rows = vectors[place : place + CHUNKS_PER_FILE]
        pieces = list(chunk_texts(len(rows), seed=number))
        texts += pieces[:1]
        await filled.file(f"file {number}", pieces, rows, ["all", "part"] if number % 100 == 0 else ["all"])
        if number % 25 == 24:
            await filled.merger.run()
    await filled.merger.run()
    seconds = time.monotonic() - started
    print(f"  filled in {seconds:.0f} s, {time.process_time() - cpu:.0f} CPU-s of them in this process")
    nearest = NearestIndex(filled.database)
    if await nearest.is_due(filled.generation):
        await nearest.build(filled.generation)
    async with filled.database.begin() as connection:
        await connection.exec_driver_sql("ANALYZE")
    return texts


async def measure(chunks: int, dimensions: int, questions: int) -> None:
    """Print times and recall for one size."""
    source = Vectors(dimensions)
    stored = source.some(chunks, seed=1)
    random = np.random.default_rng(3)
    print(f"{chunks} chunks of {dimensions} dimensions (load {os.getloadavg()[0]:.1f})")
    async with library(dimensions, pool_size=_CLIENTS) as filled:
        texts = await fill(filled, chunks, stored)
        asked = [
            SearchQuery(question_of(texts[int(random.integers(len(texts)))], random), vector)
            for vector in source.some(questions, seed=2)
        ]
        for name, (scope, options) in _CASES.items():
            await _times(filled, name, scope, options, asked)
        await _recall(filled, asked)
        await _throughput(filled, asked)


async def _times(
    filled: Library, name: str, scope: Scope, options: SearchOptions, asked: list[SearchQuery]
) -> None:
    for query in asked[:20]:
        await filled.search.search(scope, [query], options)
    taken = []
    before = _cpu()
    for query in asked:
        started = time.perf_counter()
        await filled.search.search(scope, [query], options)
        taken.append(1000 * (time.perf_counter() - started))
    own, server = (1000 * (now - then) / len(asked) for now, then in zip(_cpu(), before, strict=True))
    p50, p95 = percentile(sorted(taken), 0.5), percentile(sorted(taken), 0.95)
    print(
        f"  {name:<22} p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  CPU-ms: {own:.2f} here, {server:.2f} Postgres",
        flush=True,
    )


def _cpu() -> tuple[float, float]:
    """CPU-seconds so far of this process and of the server below it."""
    return time.process_time(), sum(process.cpu for process in descendants(os.getpid()))


async def _recall(filled: Library, asked: list[SearchQuery]) -> None:
    for name, scope in (("all", _ALL), ("1 %", _PART)):
        exact = Statement(_EXACT.format(generation=filled.generation.id))
        kept = []
        for query in asked[:100]:
            assert query.vector is not None
            rows = await filled.database.fetch(
                exact, base=scope.knowledge_ids[0], vector=query.vector.tolist()
            )
            nearest = {row["chunk_id"] for row in rows}
            options = replace(_DEFAULT, lexical_weight=0.0, k=10)
            hits = await filled.search.search(scope, [query], options)
            kept.append(len(nearest & {hit.chunk_id for hit in hits}) / max(1, len(nearest)))
        print(f"  vector recall@10 against exact search in {name}: {np.mean(kept):.3f}")


async def _throughput(filled: Library, asked: list[SearchQuery]) -> None:
    async def client(number: int) -> None:
        for query in asked[number::_CLIENTS]:
            await filled.search.search(_ALL, [query], _DEFAULT)

    started = time.monotonic()
    await asyncio.gather(*(client(number) for number in range(_CLIENTS)))
    print(f"  {_CLIENTS} clients: {len(asked) / (time.monotonic() - started):.0f} hybrid questions/s")


def run(sizes: list[int], dimensions: int, questions: int) -> None:
    """Measure each size in a database of its own."""
    for chunks in sizes:
        uvloop.run(measure(chunks, dimensions, questions))
