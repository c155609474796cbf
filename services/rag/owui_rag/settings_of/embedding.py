"""Which model turns text into vectors."""

from datetime import timedelta

from owui_chassis.settings import Settings, SettingsError, setting

from owui_rag.domain.embedding_engines import BUILT_IN_MODELS, ENGINES


class EmbeddingSettings(Settings):
    """Which model turns text into vectors."""

    embedding_engine: str = setting(
        "RAG_EMBEDDING_ENGINE",
        "",
        'Where vectors are made: "openai", "azure_openai", "ollama", or empty for this machine.',
        persistent="rag.embedding_engine",
    )
    embedding_model: str = setting(
        "RAG_EMBEDDING_MODEL",
        BUILT_IN_MODELS[0],
        "Embedding model; on this machine all-MiniLM-L6-v2 is built in, any other name or path is loaded "
        "by sentence-transformers (the extra `torch`).",
        persistent="rag.embedding_model",
    )
    embedding_trust_remote_code: bool = setting(
        "RAG_EMBEDDING_MODEL_TRUST_REMOTE_CODE",
        False,
        "Whether a model of sentence-transformers may bring code of its own.",
    )
    embedding_device: str = setting(
        ("RAG_EMBEDDING_DEVICE", "DEVICE_TYPE"),
        "",
        'Device of sentence-transformers, such as "cpu" or "cuda"; empty lets it choose.',
    )
    embedding_batch_size: int = setting(
        ("RAG_EMBEDDING_BATCH_SIZE", "RAG_EMBEDDING_OPENAI_BATCH_SIZE"),
        64,
        "Texts per request to an embedding engine.",
        persistent="rag.embedding_batch_size",
    )
    embedding_concurrency: int = setting(
        "RAG_EMBEDDING_CONCURRENCY", 4, "Requests to an embedding engine at the same time, per process."
    )
    enable_async_embedding: bool = setting(
        "ENABLE_ASYNC_EMBEDDING",
        True,
        "Whether requests to an embedding engine run at the same time at all.",
        persistent="rag.enable_async_embedding",
    )
    embedding_timeout: timedelta = setting(
        "RAG_EMBEDDING_TIMEOUT",
        timedelta(seconds=60),
        "How long an embedding engine may take for a request.",
    )
    embedding_threads: int = setting(
        "RAG_EMBEDDING_THREADS", 1, "Threads of the built-in model that embed passages, per process."
    )
    embedding_idle: timedelta | None = setting(
        "RAG_EMBEDDING_IDLE",
        timedelta(minutes=5),
        "Idle time after which the built-in model leaves memory; -1 keeps it.",
    )
    embedding_query_prefix: str = setting(
        "RAG_EMBEDDING_QUERY_PREFIX", "", "What the model expects before a question."
    )
    embedding_content_prefix: str = setting(
        "RAG_EMBEDDING_CONTENT_PREFIX", "", "What the model expects before a passage."
    )
    embedding_prefix_field_name: str = setting(
        "RAG_EMBEDDING_PREFIX_FIELD_NAME",
        "",
        "Field of the request that carries the prefix; empty puts it before each text.",
    )
    openai_embedding_url: str = setting(
        "RAG_OPENAI_API_BASE_URL",
        "",
        "OpenAI-compatible address for embeddings; empty uses the connections of the platform.",
        persistent="rag.openai_api_base_url",
    )
    openai_embedding_key: str = setting(
        "RAG_OPENAI_API_KEY", "", "Its key.", persistent="rag.openai_api_key", secret=True
    )
    azure_embedding_url: str = setting(
        "RAG_AZURE_OPENAI_BASE_URL",
        "",
        "Azure OpenAI resource for embeddings.",
        persistent="rag.azure_openai.base_url",
    )
    azure_embedding_key: str = setting(
        "RAG_AZURE_OPENAI_API_KEY", "", "Its key.", persistent="rag.azure_openai.api_key", secret=True
    )
    azure_embedding_version: str = setting(
        "RAG_AZURE_OPENAI_API_VERSION",
        "",
        'Its API version, such as "2024-10-21".',
        persistent="rag.azure_openai.api_version",
    )
    ollama_embedding_url: str = setting(
        "RAG_OLLAMA_BASE_URL",
        "",
        "Ollama for embeddings; empty uses the connections of the platform.",
        persistent="rag.ollama.url",
    )
    ollama_embedding_key: str = setting(
        "RAG_OLLAMA_API_KEY", "", "Its key.", persistent="rag.ollama.key", secret=True
    )

    def check(self) -> None:
        """Raise SettingsError for an engine that is not known."""
        super().check()
        if self.embedding_engine not in ENGINES:
            raise SettingsError(
                f"RAG_EMBEDDING_ENGINE={self.embedding_engine}: expected one of {', '.join(ENGINES[1:])}"
            )
