"""Recognising text in pictures, where an engine for it is installed (the `ocr` extra)."""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

# Takes a picture as an array of height × width × colours and returns its lines of text.
Recognizer = Callable[[Any], str]
_LEAST_SCORE = 0.5


@cache
def recognizer() -> Recognizer | None:
    """Return the engine, None where none is installed."""
    if find_spec("rapidocr") is None:
        return None
    from rapidocr import RapidOCR

    engine = RapidOCR()

    def recognize(picture: Any) -> str:
        result: Any = engine(picture)
        pairs = zip(result.txts or (), result.scores or (), strict=False)
        return "\n".join(text for text, score in pairs if score >= _LEAST_SCORE)

    return recognize
