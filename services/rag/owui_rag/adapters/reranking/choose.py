"""Chooses the reranker that the settings name."""

from functools import lru_cache
from typing import Any

import aiohttp

from owui_rag.adapters.reranking.cross_encoder import CrossEncoderReranker
from owui_rag.adapters.reranking.external import ExternalReranker
from owui_rag.adapters.reranking.onnx import OnnxReranker, is_onnx_folder
from owui_rag.usecases.rerank import Reranker


def reranker_of(values: Any, http: aiohttp.ClientSession) -> Reranker | None:
    """Return the reranker for the current values (RagSettings or LiveSettings), None for no reranking.

    A model on this machine is in memory once; to be called anew for each question, as values may change.
    """
    if values.reranking_engine == "external":
        if not values.external_reranker_url:
            return None
        return ExternalReranker(
            http,
            values.external_reranker_url,
            values.external_reranker_api_key,
            values.reranking_model,
            values.external_reranker_timeout.total_seconds(),
        )
    if not values.reranking_model:
        return None
    device = getattr(values, "embedding_device", "")
    return _local(values.reranking_model, device, values.reranking_trust_remote_code)


@lru_cache(maxsize=2)
def _local(model: str, device: str, trusts: bool) -> Reranker:
    if is_onnx_folder(model):
        return OnnxReranker(model)
    return CrossEncoderReranker(model, device, trust_remote_code=trusts)
