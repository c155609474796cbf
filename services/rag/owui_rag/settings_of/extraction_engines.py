"""Engines that read documents for us."""

from typing import Any

from owui_chassis.settings import Settings, setting


class ExtractionEngineSettings(Settings):
    """Engines that read documents for us."""

    content_extraction_engine: str = setting(
        "CONTENT_EXTRACTION_ENGINE",
        "",
        "Who reads documents: empty for this machine, else external, tika, docling, datalab_marker, "
        "document_intelligence, mistral_ocr or mineru. Plain text is always read here, except by external.",
        persistent="rag.CONTENT_EXTRACTION_ENGINE",
    )
    extraction_engine_seconds: float = setting(
        "RAG_EXTRACTION_ENGINE_SECONDS",
        600.0,
        "How long an engine may take for one document, retries included.",
    )
    external_document_loader_url: str = setting(
        "EXTERNAL_DOCUMENT_LOADER_URL",
        "",
        "Address of an engine of your own: documents are PUT to its path /process, it answers "
        '{"page_content", "metadata"} or a list of that.',
        persistent="rag.external_document_loader_url",
    )
    external_document_loader_api_key: str = setting(
        "EXTERNAL_DOCUMENT_LOADER_API_KEY",
        "",
        "Bearer token for it.",
        persistent="rag.external_document_loader_api_key",
        secret=True,
    )
    tika_server_url: str = setting(
        "TIKA_SERVER_URL", "http://tika:9998", "Address of Apache Tika.", persistent="rag.tika_server_url"
    )
    docling_server_url: str = setting(
        "DOCLING_SERVER_URL",
        "http://docling:5001",
        "Address of docling-serve.",
        persistent="rag.docling_server_url",
    )
    docling_api_key: str = setting(
        "DOCLING_API_KEY", "", "Key of docling-serve.", persistent="rag.docling_api_key", secret=True
    )
    docling_params: dict[str, Any] = setting(
        "DOCLING_PARAMS",
        {},
        "Options of docling-serve's conversion as JSON, such as do_ocr.",
        persistent="rag.docling_params",
    )
    document_intelligence_endpoint: str = setting(
        "DOCUMENT_INTELLIGENCE_ENDPOINT",
        "",
        "Address of Azure Document Intelligence.",
        persistent="rag.document_intelligence_endpoint",
    )
    document_intelligence_key: str = setting(
        "DOCUMENT_INTELLIGENCE_KEY", "", "Its key.", persistent="rag.document_intelligence_key", secret=True
    )
    document_intelligence_model: str = setting(
        "DOCUMENT_INTELLIGENCE_MODEL",
        "prebuilt-layout",
        "Model of Azure Document Intelligence.",
        persistent="rag.document_intelligence_model",
    )
    mistral_ocr_api_base_url: str = setting(
        "MISTRAL_OCR_API_BASE_URL",
        "https://api.mistral.ai/v1",
        "Address of Mistral's OCR.",
        persistent="rag.MISTRAL_OCR_API_BASE_URL",
    )
    mistral_ocr_api_key: str = setting(
        "MISTRAL_OCR_API_KEY", "", "Its key.", persistent="rag.mistral_ocr_api_key", secret=True
    )
    mineru_api_mode: str = setting(
        "MINERU_API_MODE",
        "local",
        "local for a MinerU server of your own, cloud for mineru.net.",
        persistent="rag.mineru_api_mode",
    )
    mineru_api_url: str = setting(
        "MINERU_API_URL", "http://localhost:8000", "Address of MinerU.", persistent="rag.mineru_api_url"
    )
    mineru_api_timeout: float = setting(
        "MINERU_API_TIMEOUT",
        300.0,
        "How long MinerU may take for one document, in seconds.",
        persistent="rag.mineru_api_timeout",
    )
    mineru_api_key: str = setting(
        "MINERU_API_KEY", "", "Key of mineru.net.", persistent="rag.mineru_api_key", secret=True
    )
    mineru_params: dict[str, Any] = setting(
        "MINERU_PARAMS",
        {},
        "Options of MinerU as JSON: enable_ocr, enable_formula, enable_table, language, model_version, "
        "page_ranges, backend.",
        persistent="rag.mineru_params",
    )
    datalab_marker_api_base_url: str = setting(
        "DATALAB_MARKER_API_BASE_URL",
        "",
        "Address of Marker; empty for Datalab's.",
        persistent="rag.datalab_marker_api_base_url",
    )
    datalab_marker_api_key: str = setting(
        "DATALAB_MARKER_API_KEY", "", "Its key.", persistent="rag.datalab_marker_api_key", secret=True
    )
    datalab_marker_additional_config: str = setting(
        "DATALAB_MARKER_ADDITIONAL_CONFIG",
        "",
        "More options of Marker as JSON.",
        persistent="rag.datalab_marker_additional_config",
    )
    datalab_marker_use_llm: bool = setting(
        "DATALAB_MARKER_USE_LLM",
        False,
        "Whether Marker asks a language model.",
        persistent="rag.DATALAB_MARKER_USE_LLM",
    )
    datalab_marker_skip_cache: bool = setting(
        "DATALAB_MARKER_SKIP_CACHE",
        False,
        "Whether Marker reads again what it has read before.",
        persistent="rag.datalab_marker_skip_cache",
    )
    datalab_marker_force_ocr: bool = setting(
        "DATALAB_MARKER_FORCE_OCR",
        False,
        "Whether Marker recognises all pages from their picture.",
        persistent="rag.datalab_marker_force_ocr",
    )
    datalab_marker_paginate: bool = setting(
        "DATALAB_MARKER_PAGINATE",
        False,
        "Whether Marker marks pages in every format; in Markdown it always does, for citations.",
        persistent="rag.datalab_marker_paginate",
    )
    datalab_marker_strip_existing_ocr: bool = setting(
        "DATALAB_MARKER_STRIP_EXISTING_OCR",
        False,
        "Whether Marker replaces text that other recognition left in a document.",
        persistent="rag.datalab_marker_strip_existing_ocr",
    )
    datalab_marker_disable_image_extraction: bool = setting(
        "DATALAB_MARKER_DISABLE_IMAGE_EXTRACTION",
        False,
        "Whether Marker leaves pictures alone.",
        persistent="rag.datalab_marker_disable_image_extraction",
    )
    datalab_marker_format_lines: bool = setting(
        "DATALAB_MARKER_FORMAT_LINES",
        False,
        "Whether Marker recognises formulas and styles within lines.",
        persistent="rag.datalab_marker_format_lines",
    )
    datalab_marker_output_format: str = setting(
        "DATALAB_MARKER_OUTPUT_FORMAT",
        "markdown",
        "What Marker answers: markdown, html or json.",
        persistent="rag.datalab_marker_output_format",
    )
