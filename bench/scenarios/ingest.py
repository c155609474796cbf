"""Files become findable: text files brought over the public interface into one knowledge base."""

from __future__ import annotations

import asyncio
from time import monotonic

from bench.documents import passage_of, text_of
from bench.load.http import Address, HttpConnection
from bench.load.knowledge import ask, bring_files, create_base, forget_all
from bench.scenarios.bed import Bed, Figures, WrongResultError

SIZE = 50_000
# Files on their way at the same time; with 32 of them the peer's database is locked and uploads fail.
AT_ONCE = 8
# The work that ingestion leaves behind is counted too: merging the index of words, building that of vectors.
_AFTERWARDS_SECONDS = 16.0
_SETTLE_SECONDS = 2.0
_CHECKED, _FOUND_AT_LEAST = 10, 8  # a passage that is cut in the middle is near to much else
_RETRIEVED, _PASSAGE_CHARACTERS = 5, 800


def file_name(number: int) -> str:
    """The name of file `number`."""
    return f"file-{number:04d}.txt"


async def embedded(embeddings: Address) -> dict[str, int]:
    """What the stub embedded since the last call: different texts and inputs."""
    http = HttpConnection(embeddings)
    counts: dict[str, int] = (await http.request("GET", "/bench/embedded")).json()
    http.close()
    return counts


async def measure_ingest(bed: Bed, files: int) -> Figures:
    """CPU-seconds per 1,000 chunks and seconds until all are in the base and found; keeps the base."""
    contents = [(file_name(number), text_of(number, SIZE).encode()) for number in range(files)]
    http = HttpConnection(bed.address, bed.accounts.admin)
    await forget_all(http)
    base = await create_base(http, "Benchmark")
    # The first file has libraries loaded and, in ours, the table of vectors made.
    await bring_files(bed.address, bed.accounts.admin, base, [("first.txt", b"A first text.\n")], 1)
    await asyncio.sleep(_SETTLE_SECONDS)
    await embedded(bed.embeddings)
    bed.meter.start()
    began = monotonic()
    await bring_files(bed.address, bed.accounts.admin, base, contents, AT_ONCE)
    seconds = monotonic() - began
    await asyncio.sleep(_AFTERWARDS_SECONDS)
    cpu = bed.meter.stop()
    counts = await embedded(bed.embeddings)
    bed.kept["base"] = base
    await check_found(http, base, files)
    http.close()
    return ingest_figures(cpu, counts, seconds, files)


def ingest_figures(cpu: dict[str, float], counts: dict[str, int], seconds: float, files: int) -> Figures:
    """The figures; a chunk is a text that was embedded, however often it was."""
    thousands, megabytes = counts["texts"] / 1000, files * SIZE / 1e6
    figures = {
        "seconds": round(seconds, 2),
        "chunks": counts["texts"],
        "embeddings_per_chunk": round(counts["inputs"] / max(1, counts["texts"]), 2),
        "cpu_s_per_1k_chunks": round(cpu["server"] / thousands, 3),
        "cpu_s_per_mb": round(cpu["server"] / megabytes, 3),
        "files_per_second": round(files / seconds, 1),
    }
    for part in ("python", "postgres", "redis"):
        if part in cpu:
            figures[f"{part}_cpu_s_per_1k_chunks"] = round(cpu[part] / thousands, 3)
    return figures


async def check_found(http: HttpConnection, base: str, files: int) -> None:
    """Raises WrongResultError unless stretches of some files are found in these files, nearly all."""
    wrong = []
    for number in (index * files // _CHECKED for index in range(_CHECKED)):
        passage = passage_of(text_of(number, SIZE), number, _PASSAGE_CHARACTERS)
        found = await ask(http, base, passage, k=_RETRIEVED)
        if file_name(number) not in found:
            wrong.append(f"a passage of {file_name(number)} was found in {found}")
    if len(wrong) > _CHECKED - _FOUND_AT_LEAST:
        raise WrongResultError("; ".join(wrong))
