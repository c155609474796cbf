"""Who reads documents and how they are cut, by the settings."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from owui_rag.adapters.extraction.engines.datalab import MarkerExtractor
from owui_rag.adapters.extraction.engines.docling import DoclingExtractor
from owui_rag.adapters.extraction.engines.document_intelligence import DocumentIntelligenceExtractor
from owui_rag.adapters.extraction.engines.exchange import Exchange
from owui_rag.adapters.extraction.engines.external import ExternalExtractor
from owui_rag.adapters.extraction.engines.mineru_cloud import CloudMinerUExtractor
from owui_rag.adapters.extraction.engines.mineru_local import LocalMinerUExtractor
from owui_rag.adapters.extraction.engines.mistral import MistralExtractor
from owui_rag.adapters.extraction.engines.tika import TikaExtractor
from owui_rag.adapters.extraction.kinds import kind_of
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.adapters.extraction.local import LocalExtractor
from owui_rag.adapters.extraction.reading import HARMLESS
from owui_rag.adapters.extraction.source import Source
from owui_rag.adapters.extraction.tokens import tokenizer_of
from owui_rag.domain.documents import Document, Unreadable
from owui_rag.domain.splitting.split import Splitting
from owui_rag.ports import Extractor

_PICTURES = frozenset({"pdf", "image"})
_OFFICE = _PICTURES | {"docx", "pptx", "xlsx"}
_MARKER = _OFFICE | {"html", "epub", "open_document", "ole"}
_MARKER_OPTIONS = (
    "use_llm", "skip_cache", "force_ocr", "strip_existing_ocr", "disable_image_extraction", "format_lines",
    "output_format", "additional_config",
)  # fmt: skip


class Divided:
    """Port Extractor: an engine for the kinds that it reads, this machine for the others and for plain text.

    `kinds` None stands for all but plain text.
    """

    def __init__(self, engine: Extractor, kinds: frozenset[str] | None, local: Extractor) -> None:
        self._engine = engine
        self._kinds = kinds
        self._local = local

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file; raise Unreadable."""
        kind = await asyncio.to_thread(kind_of, Source(file, name, content_type))
        is_for_engine = kind in self._kinds if self._kinds is not None else kind not in HARMLESS
        chosen = self._engine if is_for_engine else self._local
        return await chosen.extract(file, name, content_type)


class Unconfigured:
    """Port Extractor of an engine that lacks what it needs: it says so for each document."""

    def __init__(self, message: str) -> None:
        self._message = message

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Raise Unreadable."""
        raise Unreadable(self._message, "engine_refused")


def limits_of(values: Any) -> Limits:
    """Return the limits of reading that the settings name."""
    return Limits(
        seconds=values.extraction_seconds,
        memory_mb=values.extraction_memory_mb,
        characters=values.extraction_max_characters,
        cells=values.extraction_max_cells,
        unpacked_mb=values.extraction_max_unpacked_mb,
        ocr_pages=values.extraction_ocr_pages,
    )


def extractor_of(values: Any, http: aiohttp.ClientSession) -> Extractor:
    """Return who reads documents by CONTENT_EXTRACTION_ENGINE; `values` are RagSettings, live or not."""
    local = LocalExtractor(
        limits_of(values), images=values.pdf_extract_images, at_once=values.extraction_processes
    )
    name = values.content_extraction_engine
    if name not in _ENGINES:
        return local
    make, kinds, needs = _ENGINES[name]
    missing = [variable for attribute, variable in needs.items() if not getattr(values, attribute)]
    if missing:
        message = f"The extraction engine {name} is not set up: {', '.join(missing)} is missing."
        return Divided(Unconfigured(message), kinds, local)
    engine = make(values, http, limits_of(values))
    return engine if name == "external" else Divided(engine, kinds, local)


def splitting_of(values: Any) -> Splitting:
    """Return how texts are cut by RAG_TEXT_SPLITTER; reads a tokenizer's file the first time."""
    kind = values.text_splitter
    if kind != "token":
        return Splitting(kind, values.chunk_size, values.chunk_overlap)
    name, starts = tokenizer_of(
        values.splitting_tokenizer, values.tiktoken_encoding_name, values.tiktoken_cache_dir
    )
    return Splitting(kind, values.chunk_size, values.chunk_overlap, name, starts)


def _external(values: Any, http: aiohttp.ClientSession, limits: Limits) -> Extractor:
    exchange = Exchange(http, "The extraction engine", values.extraction_engine_seconds)
    url, key = values.external_document_loader_url, values.external_document_loader_api_key
    return ExternalExtractor(exchange, url, key, limits)


def _tika(values: Any, http: aiohttp.ClientSession, limits: Limits) -> Extractor:
    exchange = Exchange(http, "Tika", values.extraction_engine_seconds)
    return TikaExtractor(exchange, values.tika_server_url, limits, images=values.pdf_extract_images)


def _docling(values: Any, http: aiohttp.ClientSession, limits: Limits) -> Extractor:
    exchange = Exchange(http, "Docling", values.extraction_engine_seconds)
    return DoclingExtractor(
        exchange, values.docling_server_url, values.docling_api_key, values.docling_params, limits
    )


def _document_intelligence(values: Any, http: aiohttp.ClientSession, limits: Limits) -> Extractor:
    exchange = Exchange(http, "Azure Document Intelligence", values.extraction_engine_seconds)
    return DocumentIntelligenceExtractor(
        exchange, values.document_intelligence_endpoint, values.document_intelligence_key,
        values.document_intelligence_model, limits,
    )  # fmt: skip


def _mistral(values: Any, http: aiohttp.ClientSession, limits: Limits) -> Extractor:
    exchange = Exchange(http, "Mistral OCR", values.extraction_engine_seconds)
    return MistralExtractor(exchange, values.mistral_ocr_api_base_url, values.mistral_ocr_api_key, limits)


def _mineru(values: Any, http: aiohttp.ClientSession, limits: Limits) -> Extractor:
    exchange = Exchange(http, "MinerU", values.mineru_api_timeout)
    kind = CloudMinerUExtractor if values.mineru_api_mode == "cloud" else LocalMinerUExtractor
    return kind(exchange, values.mineru_api_url, values.mineru_api_key, values.mineru_params, limits)


def _marker(values: Any, http: aiohttp.ClientSession, limits: Limits) -> Extractor:
    exchange = Exchange(http, "Marker", values.extraction_engine_seconds)
    options = {name: getattr(values, f"datalab_marker_{name}") for name in _MARKER_OPTIONS}
    options["paginate"] = values.datalab_marker_paginate or options["output_format"] == "markdown"
    url, key = values.datalab_marker_api_base_url, values.datalab_marker_api_key
    return MarkerExtractor(exchange, url, key, options, limits)


_Make = Callable[[Any, aiohttp.ClientSession, Limits], Extractor]
# Who makes an engine, the kinds it reads, the settings it cannot do without.
_ENGINES: dict[str, tuple[_Make, frozenset[str] | None, dict[str, str]]] = {
    "external": (_external, None, {"external_document_loader_url": "EXTERNAL_DOCUMENT_LOADER_URL"}),
    "tika": (_tika, None, {"tika_server_url": "TIKA_SERVER_URL"}),
    "docling": (_docling, None, {"docling_server_url": "DOCLING_SERVER_URL"}),
    "datalab_marker": (_marker, _MARKER, {"datalab_marker_api_key": "DATALAB_MARKER_API_KEY"}),
    "document_intelligence": (
        _document_intelligence,
        _OFFICE,
        {
            "document_intelligence_endpoint": "DOCUMENT_INTELLIGENCE_ENDPOINT",
            "document_intelligence_key": "DOCUMENT_INTELLIGENCE_KEY",
        },
    ),
    "mistral_ocr": (_mistral, _PICTURES, {"mistral_ocr_api_key": "MISTRAL_OCR_API_KEY"}),
    "mineru": (_mineru, _PICTURES, {"mineru_api_url": "MINERU_API_URL"}),
}
