"""Answers that rest on what a search of the web has found."""

import json
from typing import Any

import pytest
from owui.rag.v1.retrieval_service_pb2 import (
    ProcessWebSearchResponse,
    WebSearchDocument,
    WebSearchItem,
)
from owui_chassis.errors import Forbidden, Invalid, Unavailable

from services.chat.tests.rpc.talking import create, start

from .library import answered, model, passage


class TestWebSearch:
    FEATURES = {"features": {"web_search": True}}  # noqa: RUF012 - never changed

    async def test_searches_what_it_found_and_says_so(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["m"] = model("sky colour")
        platform.rag.readers["web-1"] = {"*"}
        platform.rag.passages = [
            passage("page", "Rayleigh.", knowledge_id="web-1", source="https://x.example/")
        ]
        platform.rag.web = ProcessWebSearchResponse(
            status=True,
            collection_name="web-1",
            collection_names=["web-1"],
            filenames=["https://x.example/"],
            items=[WebSearchItem(link="https://x.example/", title="X")],
        )
        user = replica.user("", "user", "features.web_search")
        shown, stored = await answered(platform, user, **self.FEATURES)
        assert platform.rag.searched == [["sky colour"]]
        assert list(platform.rag.asked[-1].collections) == ["web-1"]
        assert stored["sources"][0]["source"]["url"] == "https://x.example/"
        assert shown.data("status")[2] == {
            "action": "web_search",
            "description": "Searched 1 sites",
            "done": True,
            "urls": ["https://x.example/"],
            "items": [{"link": "https://x.example/", "title": "X"}],
        }

    async def test_takes_whole_pages_when_they_are_not_made_findable(
        self, platform: Any, replica: Any
    ) -> None:
        facts = json.dumps({"source": "https://x.example/", "title": "X"}).encode()
        page = WebSearchDocument(content="All of it.", metadata=facts)
        platform.rag.web = ProcessWebSearchResponse(status=True, docs=[page])
        user = replica.user("", "user", "features.web_search")
        _, stored = await answered(platform, user, **self.FEATURES)
        assert stored["sources"][0]["document"] == ["All of it."]
        assert stored["sources"][0]["metadata"][0]["source"] == "https://x.example/"

    async def test_that_fails_is_told_and_the_model_is_asked(self, platform: Any, replica: Any) -> None:
        platform.rag.web = Unavailable("The search engine does not answer", "engine_away")
        user = replica.user("", "user", "features.web_search")
        shown, stored = await answered(platform, user, **self.FEATURES)
        assert shown.data("status")[-1]["description"] == "The search engine does not answer"
        assert shown.data("status")[-1]["error"] is True
        assert stored["content"] == "Thirty [1]."

    async def test_needs_the_permission_and_the_switch(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        with pytest.raises(Forbidden):
            await start(user, await create(user), **self.FEATURES)
        platform.rag.web_search = False
        user = replica.user("", "user", "features.web_search")
        with pytest.raises(Invalid) as refusal:
            await start(user, await create(user), **self.FEATURES)
        assert refusal.value.reason == "web_search_disabled"
