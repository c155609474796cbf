"""Models that lend what their makers have attached to them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from owui_chassis.errors import Conflict, NotFound

from services.chat.tests.rpc.talking import create, message, start, window

from .library import BASE, FILE, answered, asked_of, model


class TestModelWithKnowledge:
    async def test_lends_what_its_maker_may_read_to_who_uses_it(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        platform.rag.readers = {"base": {"maker"}}
        shown, stored = await answered(platform, replica.user(), model="expert")
        assert "Rest carries over." in asked_of(platform)
        assert stored["sources"][0]["source"] == BASE
        assert shown.data("status")[-1] == {"action": "sources_retrieved", "count": 1, "done": True}
        [loan] = platform.rag.asked[-1].loans
        assert (loan.user_id, list(loan.knowledge_ids)) == ("maker", ["base"])

    async def test_lends_nothing_that_only_the_request_names(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        platform.rag.readers = {"base": {"maker"}, "private": {"maker"}}
        user = replica.user()
        with pytest.raises(NotFound):
            await start(user, await create(user), model="expert", files=[{"type": "file", "id": "private"}])

    async def test_answers_without_what_its_maker_has_lost(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        platform.rag.readers = {}
        shown, stored = await answered(platform, replica.user(), model="expert")
        assert shown.data("status")[-1]["count"] == 0
        assert stored["content"] == "Thirty [1]."

    async def test_adds_to_what_the_request_names_in_one_search(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        platform.rag.readers = {"base": {"maker"}, "handbook": {"*"}}
        _, stored = await answered(platform, replica.user(), model="expert", files=[FILE])
        assert len(platform.rag.asked) == 1
        assert [source["source"]["id"] for source in stored["sources"]] == ["handbook", "base"]

    async def test_is_grounded_however_late_model_proxy_says_so(self, platform: Any, replica: Any) -> None:
        late = asyncio.Event()
        grounded = model()

        async def slow(body: dict[str, Any]) -> AsyncIterator[Any]:
            if "sources" not in body["messages"][-1]["content"]:
                await late.wait()
                raise Conflict("The answers of this model rest on its knowledge", "needs_grounding")
            async for piece in grounded(body):
                yield piece

        platform.models.scripts["late"] = slow
        platform.rag.readers = {"base": {"maker"}}
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, model="late")
            platform.models.knowledge["late"] = {"maker": [BASE]}
            late.set()
            await shown.until(lambda w: w.final)
        assert (await message(user, chat_id))["content"] == "Thirty [1]."

    async def test_writes_titles_without_its_knowledge(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, model="expert", background_tasks={"title_generation": True})
            await shown.until(lambda w: w.data("chat:title"))
        assert "<source" not in asked_of(platform)
