"""A cross-encoder on this machine, through sentence-transformers where that is installed."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from owui_chassis.errors import Unavailable

_PAIRS_PER_BATCH = 16


class CrossEncoderReranker:
    """Loads the model with the first question, in a thread."""

    def __init__(self, model: str, device: str, *, trust_remote_code: bool) -> None:
        self._name = model
        self._device = device or None
        self._trusts = trust_remote_code
        self._model: Any = None
        self._one_at_a_time = threading.Lock()

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return a score from 0 to 1 for each text; raise Unavailable when the model cannot be loaded."""
        return await asyncio.to_thread(self._predict, query, list(texts))

    def _predict(self, query: str, texts: list[str]) -> list[float]:
        with self._one_at_a_time:
            model = self._loaded()
            pairs = [(query, text) for text in texts]
            raw = np.asarray(model.predict(pairs, batch_size=_PAIRS_PER_BATCH, show_progress_bar=False))
        return to_unit(raw.reshape(len(texts), -1)[:, 0])

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                from sentence_transformers import CrossEncoder
            except ImportError:
                raise Unavailable(
                    "Reranking on this machine needs sentence-transformers (the extra `torch`)", "no_torch"
                ) from None
            try:
                self._model = CrossEncoder(self._name, device=self._device, trust_remote_code=self._trusts)
            except (OSError, ValueError, RuntimeError) as error:
                raise Unavailable(f"The reranking model cannot be loaded: {error}", "no_model") from None
        return self._model


def to_unit(raw: "np.ndarray[Any, Any]") -> list[float]:
    """Return scores between 0 and 1; what is outside of that are logits."""
    if raw.size and (raw.min() < 0 or raw.max() > 1):
        raw = 1 / (1 + np.exp(-np.clip(raw.astype(np.float64), -60, 60)))
    return [float(score) for score in raw]
