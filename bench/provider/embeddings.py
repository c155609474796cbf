"""The stub's vectors: of the words of a text, the same at each run, near for texts that share words."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import orjson

from bench.retrieval.synthetic import Vectors

DEFAULT_DIMENSIONS = 384
# Short words say nothing of what a text is about.
WORD = re.compile(rb"[a-z0-9]{4,}")
_WORDS = 8192
_DIMENSIONS = re.compile(r"embedding-(\d+)$")


def dimensions_of(model: str) -> int:
    """How long the vectors of a model are: `stub-embedding-1536` has 1,536."""
    found = _DIMENSIONS.search(model)
    return int(found[1]) if found else DEFAULT_DIMENSIONS


@cache
def _word_vectors(dimensions: int) -> np.ndarray:
    return Vectors(dimensions).some(_WORDS, seed=5)


def embed(texts: Sequence[str], dimensions: int) -> np.ndarray:
    """One row of length 1 per text."""
    words = _word_vectors(dimensions)
    rows = np.empty((len(texts), dimensions), np.float32)
    for row, text in zip(rows, texts, strict=True):
        found = {zlib.crc32(word) % _WORDS for word in WORD.findall(text.lower().encode())}
        row[:] = words[sorted(found)].sum(axis=0) if found else words[0]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def embedding_answer(asked: dict[str, Any]) -> bytes:
    """The JSON of an answer to `POST /v1/embeddings`, as numbers or, when asked for, in base64."""
    texts = texts_of(asked)
    rows = embed(texts, dimensions_of(str(asked.get("model"))))
    coded = asked.get("encoding_format") == "base64"
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(row.tobytes()).decode() if coded else row,
        }
        for index, row in enumerate(rows)
    ]
    usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
    value = {"object": "list", "model": asked.get("model"), "data": data, "usage": usage}
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def texts_of(asked: dict[str, Any]) -> list[str]:
    """The texts of a request, one or several."""
    given = asked.get("input")
    return [str(text) for text in given] if isinstance(given, list) else [str(given)]
