"""A cross-encoder on this machine from a folder with model.onnx and tokenizer.json; needs no torch."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from owui_chassis.errors import Unavailable

_TOKENS = 512


def is_onnx_folder(path: str) -> bool:
    """Whether a model's name is a folder that this reranker reads."""
    folder = Path(path)
    return (folder / "model.onnx").is_file() and (folder / "tokenizer.json").is_file()


class OnnxReranker:
    """Loads the model with the first question; one pair at a time, as a batch is no faster on a CPU."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._parts: tuple[Any, Any] | None = None
        self._one_at_a_time = threading.Lock()

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return a score from 0 to 1 for each text; raise Unavailable when the model cannot be used."""
        return await asyncio.to_thread(self._compute, query, list(texts))

    def _compute(self, query: str, texts: list[str]) -> list[float]:
        with self._one_at_a_time:
            session, tokenizer = self._loaded()
            wanted = [entry.name for entry in session.get_inputs()]
            logits = []
            for text in texts:
                pair = tokenizer.encode(query, text)
                given = {
                    "input_ids": pair.ids,
                    "attention_mask": pair.attention_mask,
                    "token_type_ids": pair.type_ids,
                }
                feed = {name: np.array([given[name]], np.int64) for name in wanted if name in given}
                logits.append(float(np.ravel(session.run(None, feed)[0])[0]))
        return [float(score) for score in 1 / (1 + np.exp(-np.clip(np.array(logits), -60, 60)))]

    def _loaded(self) -> tuple[Any, Any]:
        if self._parts is None:
            import onnxruntime
            from tokenizers import Tokenizer

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            try:
                tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
                session = onnxruntime.InferenceSession(
                    str(self._folder / "model.onnx"), options, ["CPUExecutionProvider"]
                )
            except Exception as error:  # noqa: BLE001 - both libraries raise their own kinds of anything
                raise Unavailable(f"The reranking model cannot be loaded: {error}", "no_model") from None
            tokenizer.enable_truncation(_TOKENS, strategy="only_second")
            self._parts = session, tokenizer
        return self._parts
