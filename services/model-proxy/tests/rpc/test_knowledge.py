"""Models with knowledge: who lends it, and that nobody asks such a model without it."""

from typing import Any

import orjson
import pytest
from owui.model_proxy.v1 import catalogue_service_pb2 as catalogue_pb
from owui.model_proxy.v1 import completion_service_pb2 as completion_pb
from owui.model_proxy.v1 import model_service_pb2 as pb
from owui_chassis.errors import Conflict
from owui_chassis.identity import Principal

BUILDER = Principal(user_id="eve", role="user", permissions=frozenset({"workspace.models"}))
WRITER = Principal(user_id="wim", role="user")
WRITABLE = b'{"read":{"user_ids":["wim"]},"write":{"user_ids":["wim"]}}'
BASE = {"id": "base", "type": "collection", "name": "Rules"}
PRIVATE = {"id": "private", "type": "collection"}


def meta(*items: Any) -> bytes:
    return orjson.dumps({"knowledge": list(items)})


@pytest.fixture
async def shelf(desk: Any, provider: Any) -> Any:
    """A desk with a provider whose small model is open."""
    await desk.connect(provider.url)
    await desk.open_model("gpt-small")
    return desk


async def lent(shelf: Any, model_id: str) -> dict[str, list[str]]:
    """Return the ids of what each person lends through a model."""
    with shelf.world.by(shelf.world.admin):
        found = await shelf.world.catalogue.GetModel(catalogue_pb.GetModelRequest(id=model_id))
    return {one.lender_id: [item["id"] for item in orjson.loads(one.items)] for one in found.knowledge}


async def change(shelf: Any, by: Principal, model_id: str, *items: Any) -> None:
    with shelf.world.by(by):
        await shelf.world.models.UpdateModel(
            pb.UpdateModelRequest(
                id=model_id,
                name=model_id,
                base_model_id="gpt-small",
                meta=meta(*items),
                access_control=WRITABLE,
            )
        )


class TestLending:
    async def test_is_by_the_person_who_attached(self, shelf):
        await shelf.open_model("expert", base_model_id="gpt-small", meta=meta(BASE), by=BUILDER)
        assert await lent(shelf, "expert") == {"eve": ["base"]}

    async def test_gives_a_writer_nothing_of_the_owner_s(self, shelf):
        await shelf.open_model(
            "expert", base_model_id="gpt-small", meta=meta(BASE), access_control=WRITABLE, by=BUILDER
        )
        await change(shelf, WRITER, "expert", {**BASE, "lent_by": "wim"}, {**PRIVATE, "lent_by": "eve"})
        assert await lent(shelf, "expert") == {"eve": ["base"], "wim": ["private"]}

    async def test_does_not_believe_who_makes_a_model(self, shelf):
        forged = {**BASE, "lent_by": "root"}
        await shelf.open_model("expert", base_model_id="gpt-small", meta=meta(forged), by=BUILDER)
        assert await lent(shelf, "expert") == {"eve": ["base"]}

    async def test_is_another_one_when_an_item_names_something_else(self, shelf):
        await shelf.open_model(
            "expert", base_model_id="gpt-small", meta=meta(BASE), access_control=WRITABLE, by=BUILDER
        )
        await change(shelf, WRITER, "expert", {**BASE, "collection_names": ["private"], "lent_by": "eve"})
        assert await lent(shelf, "expert") == {"wim": ["base"]}

    async def test_holds_for_models_that_are_made_of_it_and_ends_with_it(self, shelf):
        await shelf.open_model("expert", base_model_id="gpt-small", meta=meta(BASE), by=BUILDER)
        await shelf.open_model("tutor", base_model_id="expert", meta=meta(PRIVATE))
        assert await lent(shelf, "tutor") == {"root": ["private"], "eve": ["base"]}
        await change(shelf, BUILDER, "expert")
        assert await lent(shelf, "expert") == {}

    async def test_is_possible_through_a_provider_s_model(self, shelf):
        await shelf.open_model("gpt-large", meta=meta(BASE))
        assert await lent(shelf, "gpt-large") == {"root": ["base"]}

    @pytest.mark.parametrize("knowledge", [None, "x", {}, [1, "x", None]])
    async def test_of_nonsense_lends_nothing(self, shelf, knowledge):
        sent = orjson.dumps({"knowledge": knowledge})
        await shelf.open_model("expert", base_model_id="gpt-small", meta=sent)
        assert await lent(shelf, "expert") == {}


class TestCompletion:
    async def test_is_refused_until_it_is_grounded(self, shelf, provider, question):
        provider.says("POST /v1/chat/completions", b'{"choices":[]}')
        await shelf.open_model("expert", base_model_id="gpt-small", meta=meta(BASE))
        asked = len(provider.received)
        with pytest.raises(Conflict) as refusal:
            await shelf.ask(question("expert"))
        assert refusal.value.reason == "needs_grounding"
        assert len(provider.received) == asked
        request = completion_pb.StreamCompletionRequest(body=orjson.dumps(question("expert")), grounded=True)
        metadata = shelf.world.call(shelf.world.admin).metadata()
        answers = [one async for one in shelf.world.completions.StreamCompletion(request, metadata=metadata)]
        assert answers[0].head.status == 200

    async def test_of_a_model_without_any_needs_none(self, shelf, provider, question):
        provider.says("POST /v1/chat/completions", b'{"choices":[]}')
        await shelf.open_model("plain", base_model_id="gpt-small", meta=meta())
        assert (await shelf.ask(question("plain"))).head.status == 200
