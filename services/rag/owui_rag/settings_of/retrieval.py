"""How a question finds chunks."""

from datetime import timedelta

from owui_chassis.settings import Settings, SettingsError, setting

from owui_rag.adapters.index.stop_words import STOP_WORDS
from owui_rag.domain.ranking_template import DEFAULT_TEMPLATE

_FUSIONS = ("relative", "rrf")
_RERANKERS = ("", "external")
_LANGUAGES = ("auto", "simple", *sorted(STOP_WORDS))


class RetrievalSettings(Settings):
    """How a question finds chunks."""

    top_k: int = setting("RAG_TOP_K", 3, "How many passages a question gets.", persistent="rag.top_k")
    top_k_reranker: int = setting(
        "RAG_TOP_K_RERANKER",
        3,
        "How many passages remain after reranking.",
        persistent="rag.top_k_reranker",
    )
    reranked_candidates: int = setting(
        "RAG_RERANKED_CANDIDATES", 30, "How many of the best passages a reranker looks at."
    )
    relevance_threshold: float = setting(
        "RAG_RELEVANCE_THRESHOLD",
        0.0,
        "Passages that are less similar are left out, from 0 to 1 (0.5 is unrelated); after reranking, "
        "those to which the reranker gives less.",
        persistent="rag.relevance_threshold",
    )
    enable_hybrid_search: bool = setting(
        "ENABLE_RAG_HYBRID_SEARCH",
        True,
        "Whether words and meaning are searched together; otherwise meaning alone.",
        persistent="rag.enable_hybrid_search",
    )
    enable_hybrid_search_enriched_texts: bool = setting(
        "ENABLE_RAG_HYBRID_SEARCH_ENRICHED_TEXTS",
        False,
        "Whether a reranker also sees the name of the file and the headings.",
        persistent="rag.enable_hybrid_search_enriched_texts",
    )
    hybrid_bm25_weight: float = setting(
        "RAG_HYBRID_BM25_WEIGHT",
        0.5,
        "Weight of the words against the meaning, from 0 to 1.",
        persistent="rag.hybrid_bm25_weight",
    )
    hybrid_fusion: str = setting(
        "RAG_HYBRID_FUSION",
        "relative",
        'How both are joined: "relative" (weighted scores) or "rrf" (weighted reciprocal ranks).',
        persistent="rag.hybrid_fusion",
    )
    search_candidates: int = setting(
        "RAG_SEARCH_CANDIDATES", 100, "How many chunks words and meaning each bring into the ranking."
    )
    neighbours: int = setting(
        "RAG_NEIGHBOUR_CHUNKS",
        0,
        "How many chunks before and after a found one its passage takes in.",
        persistent="rag.neighbour_chunks",
    )
    search_language: str = setting(
        "RAG_SEARCH_LANGUAGE",
        "auto",
        'Language whose word endings the search disregards, such as "english" or "german"; "simple" for '
        'none, "auto" tells it from each text.',
    )
    full_context: bool = setting(
        "RAG_FULL_CONTEXT",
        False,
        "Whether whole texts are used instead of passages.",
        persistent="rag.full_context",
    )
    context_tokens: int = setting(
        "RAG_CONTEXT_TOKENS", 16_000, "Tokens that passages or whole texts may have together, about."
    )
    bypass_embedding_and_retrieval: bool = setting(
        "BYPASS_EMBEDDING_AND_RETRIEVAL",
        False,
        "Whether texts are neither embedded nor searched but used whole.",
        persistent="rag.bypass_embedding_and_retrieval",
    )
    rag_template: str = setting(
        "RAG_TEMPLATE",
        DEFAULT_TEMPLATE,
        "Text around the question and its sources; {{QUERY}} and {{CONTEXT}} are replaced.",
        persistent="rag.template",
    )
    reranking_engine: str = setting(
        "RAG_RERANKING_ENGINE",
        "",
        'What reranks: "external" for an endpoint, or empty for a cross-encoder on this machine.',
        persistent="rag.reranking_engine",
    )
    reranking_model: str = setting(
        "RAG_RERANKING_MODEL",
        "",
        "Model that reranks; empty for no reranking. On this machine the name or path of a cross-encoder for "
        "sentence-transformers (the extra `torch`), or a folder with model.onnx and tokenizer.json.",
        persistent="rag.reranking_model",
    )
    reranking_trust_remote_code: bool = setting(
        "RAG_RERANKING_MODEL_TRUST_REMOTE_CODE",
        False,
        "Whether a reranking model of sentence-transformers may bring code of its own.",
    )
    external_reranker_url: str = setting(
        "RAG_EXTERNAL_RERANKER_URL",
        "",
        "Address to which questions and passages are posted for reranking.",
        persistent="rag.external_reranker_url",
    )
    external_reranker_api_key: str = setting(
        "RAG_EXTERNAL_RERANKER_API_KEY",
        "",
        "Key for that address.",
        persistent="rag.external_reranker_api_key",
        secret=True,
    )
    external_reranker_timeout: timedelta = setting(
        "RAG_EXTERNAL_RERANKER_TIMEOUT",
        timedelta(seconds=10),
        "How long the endpoint may take before passages keep their order.",
        persistent="rag.external_reranker_timeout",
    )

    def check(self) -> None:
        """Raise SettingsError for values that make no sense."""
        super().check()
        for name, value in (("RAG_HYBRID_BM25_WEIGHT", self.hybrid_bm25_weight),
                            ("RAG_RELEVANCE_THRESHOLD", self.relevance_threshold)):  # fmt: skip
            if not 0 <= value <= 1:
                raise SettingsError(f"{name} is {value}; it has to be between 0 and 1")
        for name, value in (("RAG_TOP_K", self.top_k), ("RAG_TOP_K_RERANKER", self.top_k_reranker)):
            if not 1 <= value <= 1000:
                raise SettingsError(f"{name} is {value}; it has to be between 1 and 1000")
        if self.hybrid_fusion not in _FUSIONS:
            raise SettingsError(
                f"RAG_HYBRID_FUSION is {self.hybrid_fusion!r}; choose {' or '.join(_FUSIONS)}"
            )
        if self.search_language not in _LANGUAGES:
            raise SettingsError(
                f"RAG_SEARCH_LANGUAGE is {self.search_language!r}; choose one of {', '.join(_LANGUAGES)}"
            )
        if self.reranking_engine not in _RERANKERS:
            raise SettingsError(
                f'RAG_RERANKING_ENGINE is {self.reranking_engine!r}; choose "external" or leave it'
            )
