"""Any model of sentence-transformers, by name or path, on CPU or GPU; needs the extra `torch`."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from owui_chassis.errors import Unavailable

from owui_rag.adapters.embedding.remote import Manner
from owui_rag.ports import Vectors


class SentenceTransformersEmbedder:
    """Port Embedder; the model is loaded with the first text."""

    def __init__(self, model: str, device: str, trust_remote_code: bool, manner: Manner) -> None:
        self.name = f"sentence-transformers:{model}{manner.key}"
        self._model_name = model
        self._device = device or None
        self._trust = trust_remote_code
        self._manner = manner
        self._thread = ThreadPoolExecutor(1, "sentence-transformers")
        self._loading = threading.Lock()
        self._model: Any = None

    async def dimensions(self) -> int:
        """Return the length of a vector; raise Unavailable when the model cannot be loaded."""
        return int((await self.embed_queries(["dimensions"])).shape[1])

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 per text, cut where the model says."""
        return await self._run(texts, self._manner.content_prefix)

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same with the prefix of questions."""
        return await self._run(texts, self._manner.query_prefix)

    async def _run(self, texts: Sequence[str], prefix: str) -> Vectors:
        prefixed = [prefix + text for text in texts]
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._encode, prefixed)

    def _encode(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 0), np.float32)
        rows = self._loaded().encode(
            texts,
            batch_size=max(1, self._manner.batch_size),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(rows, np.float32)

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise Unavailable(
                f"The embedding model {self._model_name} needs sentence-transformers, which is missing: "
                "install owui-rag with the extra `torch` or choose another RAG_EMBEDDING_ENGINE",
                "torch_missing",
            ) from None
        try:
            return SentenceTransformer(self._model_name, device=self._device, trust_remote_code=self._trust)
        except Exception as error:
            # Whatever the library raises, it comes down to this.
            raise Unavailable(
                f"The embedding model {self._model_name} cannot be loaded: {error}", "model_not_loaded"
            ) from error
