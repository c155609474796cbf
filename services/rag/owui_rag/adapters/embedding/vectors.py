"""Vectors as engines send them become rows of length 1."""

import base64
import binascii
from typing import Any

import numpy as np
from owui_chassis.errors import Unavailable

from owui_rag.ports import Vectors


def read_openai(answer: Any, count: int) -> Vectors:
    """Return the rows of an answer in OpenAI's form, in the order of the request; raise Unavailable."""
    try:
        items = sorted(answer["data"], key=lambda item: item["index"])
        rows = [_row(item["embedding"]) for item in items]
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise Unavailable("The embedding engine answered in an unknown form", "embedding_answer") from None
    return normalised(rows, count)


def read_ollama(answer: Any, count: int) -> Vectors:
    """Return the rows of an answer of Ollama's /api/embed; raise Unavailable."""
    try:
        rows = [_row(values) for values in answer["embeddings"]]
    except (KeyError, TypeError, ValueError):
        raise Unavailable("The embedding engine answered in an unknown form", "embedding_answer") from None
    return normalised(rows, count)


def _row(value: Any) -> Vectors:
    if isinstance(value, str):
        return np.frombuffer(base64.b64decode(value), "<f4")
    return np.asarray(value, np.float32)


def normalised(rows: Any, count: int) -> Vectors:
    """Return rows of length 1; raise Unavailable unless there are `count` of one size and all are finite."""
    if len(rows) != count or len({len(row) for row in rows}) > 1:
        raise Unavailable(
            "The embedding engine answered with other than one vector per text", "embedding_answer"
        )
    if count == 0:
        return np.zeros((0, 0), np.float32)
    found = np.asarray(rows, np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    if found.shape[1] == 0 or not np.isfinite(lengths).all():
        raise Unavailable(
            "The embedding engine answered with vectors that are no numbers", "embedding_answer"
        )
    rows_of_one: Vectors = found / np.maximum(lengths, 1e-12)
    return rows_of_one
