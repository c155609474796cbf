"""Ingestion with the built-in embedding model, which works in the worker itself."""

from __future__ import annotations

import asyncio
from time import monotonic

from owui_rag.adapters.embedding.builtin import tokenizer
from owui_rag.domain.documents import Document
from owui_rag.domain.embedding_engines import BUILT_IN_MODELS
from owui_rag.domain.splitting.split import Splitting, split

from bench.documents import text_of
from bench.load.http import HttpConnection
from bench.load.knowledge import ask, bring_files, create_base, forget_all
from bench.provider.process import EMBEDDING_MODEL
from bench.scenarios.bed import Bed, Figures
from bench.scenarios.ingest import AT_ONCE, SIZE, embedded, file_name

_TOKENS = 175  # of a chunk, as figures are given
_SWITCH_SECONDS = 120.0


async def measure_ingest_builtin(bed: Bed, files: int) -> Figures:
    """Chunks of 175 tokens per CPU-second end to end, once the model is loaded."""
    texts = [text_of(2000 + number, SIZE) for number in range(files)]
    http = HttpConnection(bed.address, bed.accounts.admin)
    await forget_all(http)
    bed.kept.pop("base", None)
    await _choose_engine(http, "", BUILT_IN_MODELS[0])
    base = await create_base(http, "Built-in")
    # Loading the model is no part of what a chunk costs, nor is making its vectors for another one, too.
    await bring_files(bed.address, bed.accounts.admin, base, [("first.txt", b"A first text.\n")], 1)
    await _wait_for_engine(bed, http, base, stub=False)
    bed.meter.start()
    began = monotonic()
    contents = [(file_name(number), text.encode()) for number, text in enumerate(texts)]
    await bring_files(bed.address, bed.accounts.admin, base, contents, AT_ONCE)
    seconds = monotonic() - began
    cpu = bed.meter.stop()["server"]
    await forget_all(http)
    await _choose_engine(http, "openai", EMBEDDING_MODEL)
    await bring_files(bed.address, bed.accounts.admin, base, [("first.txt", b"A first text.\n")], 1)
    await _wait_for_engine(bed, http, base, stub=True)
    http.close()
    chunks, tokens = counts_of(texts)
    return {
        "chunks_per_cpu_second": round(tokens / _TOKENS / cpu, 1),
        "seconds": round(seconds, 2),
        "chunks": chunks,
        "tokens_per_chunk": round(tokens / chunks, 1),
        "cpu_s": round(cpu, 2),
    }


def counts_of(texts: list[str]) -> tuple[int, int]:
    """How many chunks the default splitting makes of these texts, and their tokens for the built-in model."""
    chunks, tokens = 0, 0
    for text in texts:
        for piece in split(Document(text), Splitting()):
            chunks += 1
            tokens += len(tokenizer().encode(text[piece.start : piece.end]).ids)
    return chunks, tokens


async def _choose_engine(http: HttpConnection, engine: str, model: str) -> None:
    form = {"RAG_EMBEDDING_ENGINE": engine, "RAG_EMBEDDING_MODEL": model}
    (await http.request("POST", "/api/v1/retrieval/embedding/update", form)).json()


async def _wait_for_engine(bed: Bed, http: HttpConnection, base: str, *, stub: bool) -> None:
    """Waits until questions are embedded by the stub, or are not; TimeoutError after two minutes."""
    async with asyncio.timeout(_SWITCH_SECONDS):
        while True:
            await embedded(bed.embeddings)
            await ask(http, base, "first text")
            if bool((await embedded(bed.embeddings))["inputs"]) == stub:
                return
            await asyncio.sleep(1)
