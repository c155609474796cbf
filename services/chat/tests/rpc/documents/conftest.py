"""Each test finds the same documents."""

from typing import Any

import pytest

from .library import model, passage


@pytest.fixture(autouse=True)
def shelf(platform: Any) -> Any:
    """One file and one base that everybody may read, and a model that answers and writes queries."""
    rag = platform.rag
    rag.clear()
    rag.readers = {"handbook": {"*"}, "base": {"*"}}
    rag.passages = [
        passage("handbook", "Leave is 30 days.", page=4, headings=["Holidays"]),
        passage("rules", "Rest carries over.", knowledge_id="base", score=0.25, start=7, end=25),
    ]
    rag.texts = [passage("handbook", "The whole handbook.", score=1.0)]
    platform.models.knowledge.clear()
    platform.models.scripts["m"] = model()
    return rag
