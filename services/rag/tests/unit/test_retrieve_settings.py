"""Settings of retrieval that make no sense are refused with the name of the variable."""

import pytest
from owui_chassis.settings import SettingsError
from owui_rag.settings_of.retrieval import RetrievalSettings


class TestRetrievalSettings:
    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("RAG_HYBRID_BM25_WEIGHT", "1.5"),
            ("RAG_RELEVANCE_THRESHOLD", "-0.1"),
            ("RAG_TOP_K", "0"),
            ("RAG_TOP_K_RERANKER", "5000"),
            ("RAG_HYBRID_FUSION", "sum"),
            ("RAG_SEARCH_LANGUAGE", "klingon"),
            ("RAG_RERANKING_ENGINE", "magic"),
            ("RAG_EXTERNAL_RERANKER_TIMEOUT", "soon"),
        ],
    )
    def test_name_the_variable(self, variable: str, value: str) -> None:
        with pytest.raises(SettingsError, match=variable):
            RetrievalSettings.read({variable: value})

    def test_are_read(self) -> None:
        settings = RetrievalSettings.read({"RAG_TOP_K": "7", "ENABLE_RAG_HYBRID_SEARCH": "false"})
        assert (settings.top_k, settings.enable_hybrid_search) == (7, False)
