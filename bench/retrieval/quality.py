"""nDCG@10, Recall@100 and MRR on Cranfield: for the words, for the vectors, and for both in each fusion."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from owui_rag.adapters.embedding.builtin import BuiltInEmbedder
from owui_rag.domain.documents import Document
from owui_rag.domain.ranking import Scope, SearchOptions, SearchQuery
from owui_rag.domain.ranking_metrics import ndcg, recall, reciprocal_rank
from owui_rag.domain.splitting.split import Splitting, split

from bench.retrieval.cranfield import Collection, read_collection
from bench.retrieval.library import USER, Library, library

# More chunks than documents are wanted, since a document may be found by several of its chunks.
_DEPTH = 150
LEGS = {
    "words (BM25)": SearchOptions(k=_DEPTH, candidates=_DEPTH, lexical_weight=1.0),
    "vectors": SearchOptions(k=_DEPTH, candidates=_DEPTH, lexical_weight=0.0),
    "hybrid, relative (default)": SearchOptions(k=_DEPTH),
    "hybrid, rrf": SearchOptions(k=_DEPTH, fusion="rrf"),
}


def embed(texts: Sequence[str], kept: Path | None) -> np.ndarray:
    """Embed with the built-in model, or read what an earlier run kept in a file."""
    if kept is not None and kept.is_file():
        vectors = np.load(kept)
        if vectors.shape[0] == len(texts):
            return np.asarray(vectors)
    vectors = asyncio.run(BuiltInEmbedder(threads=2).embed_passages(texts))
    if kept is not None:
        np.save(kept, vectors)
    return vectors


def pieces_of(text: str, *, whole: bool) -> list[str]:
    """Return a document as one piece, or cut as the default settings cut it."""
    if whole:
        return [text]
    return [text[piece.start : piece.end] for piece in split(Document(text), Splitting())]


def run(folder: Path, *, whole: bool, kept: Path | None) -> None:
    """Measure, for the command line."""
    collection = read_collection(folder)
    cut = {name: pieces_of(text, whole=whole) for name, text in collection.documents.items()}
    texts = [piece for pieces in cut.values() for piece in pieces]
    vectors = embed([*texts, *collection.questions], kept)
    form = "whole documents" if whole else "documents cut by the default settings"
    print(
        f"Cranfield, {form}: {len(cut)} documents, {len(texts)} chunks, {len(collection.questions)} questions"
    )
    asyncio.run(measure(collection, cut, vectors))


async def measure(collection: Collection, cut: Mapping[str, list[str]], vectors: np.ndarray) -> None:
    """Store the documents, given as their pieces, and print one line per leg; the last vectors ask."""
    questions = vectors[-len(collection.questions) :]
    async with library(vectors.shape[1]) as filled:
        await filled.base("cranfield")
        place = 0
        for name, pieces in cut.items():
            await filled.file(name, pieces, vectors[place : place + len(pieces)], ["cranfield"])
            place += len(pieces)
        await filled.merger.run()
        print(f"{'leg':<28}{'nDCG@10':>9}{'Recall@100':>12}{'MRR':>8}")
        for leg, options in LEGS.items():
            await _measure_leg(filled, collection, questions, leg, options)


async def _measure_leg(
    filled: Library, collection: Collection, vectors: np.ndarray, leg: str, options: SearchOptions
) -> None:
    scope = Scope(USER, knowledge_ids=("cranfield",))
    figures = []
    for question, vector, gains in zip(collection.questions, vectors, collection.gains, strict=True):
        hits = await filled.search.search(scope, [SearchQuery(question, vector)], options)
        ranked = list(dict.fromkeys(hit.file_id for hit in hits))
        figures.append((ndcg(ranked, gains), recall(ranked, gains), reciprocal_rank(ranked, gains)))
    means = np.mean(figures, axis=0)
    print(f"{leg:<28}{means[0]:>9.4f}{means[1]:>12.3f}{means[2]:>8.3f}")
