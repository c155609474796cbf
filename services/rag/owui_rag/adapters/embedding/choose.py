"""Chooses the embedding engine that the settings name."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import aiohttp
from owui_chassis.errors import Invalid
from owui_chassis.grpc.channel import Channel

from owui_rag.adapters.embedding.builtin import BuiltInEmbedder
from owui_rag.adapters.embedding.ollama import ollama_endpoint, ollama_sender
from owui_rag.adapters.embedding.openai import azure_endpoint, openai_endpoint, openai_sender
from owui_rag.adapters.embedding.platform import platform_sender
from owui_rag.adapters.embedding.remote import Manner, RemoteEmbedder, Send
from owui_rag.adapters.embedding.sentence_transformers import SentenceTransformersEmbedder
from owui_rag.domain.embedding_engines import BUILT_IN_MODELS
from owui_rag.ports import Embedder

_KEPT = 8
_known: OrderedDict[tuple[Any, ...], Embedder] = OrderedDict()


def embedder_of(values: Any, http: aiohttp.ClientSession, platform: Callable[[str], Channel]) -> Embedder:
    """Return the engine for the current values (RagSettings or LiveSettings); raise Invalid for nonsense.

    `platform` gives the channel to a service (`runtime.channel`). The same values give the same engine, so
    that its model is in memory once; to be called anew for each piece of work, as values may have changed.
    """
    names = sorted(name for name in values.declared if "embedding" in name)
    key = (http, *(getattr(values, name) for name in names))
    if key not in _known:
        _known[key] = _make(values, http, platform)
        if len(_known) > _KEPT:
            _known.popitem(last=False)
    _known.move_to_end(key)
    return _known[key]


def _make(values: Any, http: aiohttp.ClientSession, platform: Callable[[str], Channel]) -> Embedder:
    engine, model = values.embedding_engine, values.embedding_model
    concurrency = values.embedding_concurrency if values.enable_async_embedding else 1
    manner = Manner(
        values.embedding_batch_size,
        concurrency,
        values.embedding_query_prefix,
        values.embedding_content_prefix,
        values.embedding_prefix_field_name,
    )
    if engine == "":
        if model in BUILT_IN_MODELS and not manner.key:
            return BuiltInEmbedder(values.embedding_threads, values.embedding_idle)
        return SentenceTransformersEmbedder(
            model, values.embedding_device, values.embedding_trust_remote_code, manner
        )
    return RemoteEmbedder(f"{engine}:{model}", _sender(values, http, platform), manner)


def _sender(values: Any, http: aiohttp.ClientSession, platform: Callable[[str], Channel]) -> Send:
    engine, model, field = values.embedding_engine, values.embedding_model, values.embedding_prefix_field_name
    seconds = values.embedding_timeout.total_seconds()
    if engine == "openai" and values.openai_embedding_url:
        endpoint = openai_endpoint(values.openai_embedding_url, values.openai_embedding_key, seconds)
        return openai_sender(http, endpoint, model, field)
    if engine == "azure_openai":
        if not values.azure_embedding_url:
            raise Invalid("RAG_AZURE_OPENAI_BASE_URL is not set", "embedding_not_configured")
        endpoint = azure_endpoint(
            values.azure_embedding_url,
            values.azure_embedding_key,
            values.azure_embedding_version,
            model,
            seconds,
        )
        return openai_sender(http, endpoint, model, field)
    if engine == "ollama" and values.ollama_embedding_url:
        endpoint = ollama_endpoint(values.ollama_embedding_url, values.ollama_embedding_key, seconds)
        return ollama_sender(http, endpoint, model, field)
    if engine in {"openai", "ollama"}:
        channel = platform("model-proxy")
        return platform_sender(channel, values.secret_key, model, field, seconds)
    raise Invalid(f"There is no embedding engine {engine}", "embedding_not_configured")
