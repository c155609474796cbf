"""The list of models: who sees what, and what happens when providers are away."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from owui.model_proxy.v1 import catalogue_service_pb2 as pb
from owui.model_proxy.v1 import connection_service_pb2
from owui_chassis.errors import Forbidden, NotFound
from owui_chassis.identity import Principal

OTHER = Principal(user_id="bob", name="Bob", role="user")


async def hang(_received: Any, reply: Any) -> None:
    await reply.hung_up()


async def eventually(ask: Callable[[], Awaitable[list[str]]], wanted: list[str]) -> None:
    """Ask until the answer is the wanted one; a replica follows others within a second."""
    async with asyncio.timeout(5):
        while await ask() != wanted:  # noqa: ASYNC110 - nothing outside the service tells when it has followed
            await asyncio.sleep(0.02)


class TestVisibility:
    async def test_an_administrator_sees_every_model_and_a_user_none_that_is_not_opened(self, desk, provider):
        await desk.connect(provider.url)
        assert await desk.ids() == ["gpt-small", "gpt-large"]
        assert await desk.ids(desk.world.user) == []

    @pytest.mark.parametrize(
        ("access", "sees"),
        [
            (None, True),
            (b"{}", False),
            (b'{"read":{"group_ids":[],"user_ids":["ada"]}}', True),
            (b'{"read":{"group_ids":["staff"],"user_ids":[]}}', True),
            (b'{"read":{"group_ids":["others"],"user_ids":["bob"]}}', False),
            (b'{"write":{"group_ids":["staff"],"user_ids":["ada"]}}', False),
        ],
    )
    async def test_a_row_opens_a_model_as_its_access_control_says(
        self, desk, provider, question, access, sees
    ):
        provider.says("POST /v1/chat/completions", b"{}")
        await desk.connect(provider.url)
        await desk.open_model("gpt-small", name="Small", access_control=access)
        assert await desk.ids(desk.world.user) == (["gpt-small"] if sees else [])
        if sees:
            assert (await desk.ask(question(), desk.world.user)).head.status == 200
        else:
            with pytest.raises(NotFound):
                await desk.ask(question(), desk.world.user)

    async def test_an_inactive_row_removes_the_model_for_everybody(self, desk, provider, question):
        await desk.connect(provider.url)
        await desk.open_model("gpt-small", is_active=False)
        assert await desk.ids() == ["gpt-large"]
        with pytest.raises(NotFound):
            await desk.ask(question())

    async def test_the_entry_of_a_model_has_the_contract_s_form(self, desk, provider):
        await desk.connect(provider.url, configs={"0": {"tags": [{"name": "cloud"}], "prefix_id": "p"}})
        meta = {"profile_image_url": "data:x", "description": "d", "tags": [{"name": "quick"}]}
        await desk.open_model(
            "p.gpt-small", name="Small", meta=orjson.dumps(meta), params=b'{"system":"secret"}'
        )
        (entry,) = [model for model in await desk.listed() if model["id"] == "p.gpt-small"]
        info = entry.pop("info")
        assert entry == {
            "id": "p.gpt-small",
            "name": "Small",
            "object": "model",
            "created": 0,
            "owned_by": "openai",
            "connection_type": "external",
            "openai": {"id": "gpt-small", "object": "model"},
            "urlIdx": 0,
            "actions": [],
            "filters": [],
            "tags": [{"name": "quick"}, {"name": "cloud"}],
        }
        assert info["meta"] == {"description": "d", "tags": [{"name": "quick"}]}
        assert "params" not in info
        assert {"id", "user_id", "base_model_id", "name", "access_control", "is_active"} < info.keys()

    async def test_the_list_follows_the_order_list_and_then_the_names(self, start, desk_of, provider):
        world = await start(MODEL_ORDER_LIST="c")
        desk = desk_of(world)
        provider.lists("b", "a", "c")
        await desk.connect(provider.url)
        assert await desk.ids() == ["c", "a", "b"]

    async def test_administrators_change_the_order(self, desk, provider):
        provider.lists("b", "a", "c")
        await desk.connect(provider.url)
        wanted = pb.SetModelOrderRequest(model_ids=["b"])
        with desk.world.by(desk.world.user), pytest.raises(Forbidden):
            await desk.world.catalogue.SetModelOrder(wanted)
        with desk.world.by(desk.world.admin):
            await desk.world.catalogue.SetModelOrder(wanted)
            order = await desk.world.catalogue.GetModelOrder(pb.GetModelOrderRequest())
            assert list(order.model_ids) == ["b"]
            assert await desk.ids() == ["b", "a", "c"]
            await desk.world.catalogue.SetModelOrder(pb.SetModelOrderRequest())

    async def test_the_bypass_opens_all_to_everybody(self, start, desk_of, provider):
        desk = desk_of(await start(BYPASS_MODEL_ACCESS_CONTROL="true"))
        await desk.connect(provider.url)
        assert await desk.ids(desk.world.user) == ["gpt-small", "gpt-large"]

    async def test_an_administrator_without_bypass_is_like_a_user(self, start, desk_of, provider):
        desk = desk_of(await start(BYPASS_ADMIN_ACCESS_CONTROL="false"))
        await desk.connect(provider.url)
        assert await desk.ids() == []


class TestWorkspaceModels:
    async def test_a_model_that_an_administrator_published_lends_its_closed_base(
        self, desk, provider, question
    ):
        provider.says("POST /v1/chat/completions", b"{}")
        await desk.connect(provider.url)
        await desk.open_model("tutor", base_model_id="gpt-small")
        assert await desk.ids(desk.world.user) == ["tutor"]
        assert (await desk.ask(question("tutor"), desk.world.user)).head.model == "tutor"
        assert provider.asked("/v1/chat/completions")[0].json["model"] == "gpt-small"

    async def test_nobody_builds_on_a_model_that_he_may_not_use(self, desk, provider):
        await desk.connect(provider.url)
        builder = Principal(user_id="eve", role="user", permissions=frozenset({"workspace.models"}))
        with pytest.raises(NotFound):
            await desk.open_model("way-in", base_model_id="gpt-small", by=builder)
        assert "way-in" not in await desk.ids()

    async def test_a_user_s_model_stops_working_for_whom_its_base_is_closed(self, desk, provider, question):
        provider.says("POST /v1/chat/completions", b"{}")
        await desk.connect(provider.url)
        await desk.open_model("gpt-small", access_control=b'{"read":{"user_ids":["eve"]}}')
        builder = Principal(user_id="eve", role="user", permissions=frozenset({"workspace.models"}))
        await desk.open_model("eve-s", base_model_id="gpt-small", by=builder)
        assert (await desk.ask(question("eve-s"), builder)).head.status == 200
        assert await desk.ids(OTHER) == []
        with pytest.raises(NotFound):
            await desk.ask(question("eve-s"), OTHER)

    async def test_a_chain_of_bases_ends_and_a_circle_is_not_found(self, desk, provider, question):
        provider.says("POST /v1/chat/completions", b"{}")
        await desk.connect(provider.url)
        await desk.open_model("one", base_model_id="gpt-small", params=b'{"top_p":0.1,"seed":1}')
        await desk.open_model("two", base_model_id="one", params=b'{"top_p":0.2}')
        await desk.ask(question("two"))
        sent = provider.asked("/v1/chat/completions")[0].json
        assert (sent["model"], sent["top_p"], sent["seed"]) == ("gpt-small", 0.2, 1)
        await desk.open_model("left", base_model_id="right")
        await desk.open_model("right", base_model_id="left")
        with pytest.raises(NotFound):
            await desk.ask(question("left"))
        assert not {"left", "right"} & set(await desk.ids())

    async def test_a_model_is_told_with_its_parameters_to_the_services(self, desk, provider):
        await desk.connect(provider.url)
        await desk.open_model("tutor", name="Tutor", base_model_id="gpt-small", params=b'{"system":"Teach."}')
        with desk.world.by(desk.world.user):
            told = await desk.world.catalogue.GetModel(pb.GetModelRequest(id="tutor"))
            with pytest.raises(NotFound):
                await desk.world.catalogue.GetModel(pb.GetModelRequest(id="gpt-small"))
        assert (told.name, told.base_id, told.owned_by) == ("Tutor", "gpt-small", "openai")
        assert orjson.loads(told.params) == {"system": "Teach."}
        assert orjson.loads(told.model)["preset"] is True


class TestSeveralConnections:
    async def test_of_two_with_the_same_model_the_first_answers(self, desk, make_provider, question):
        first, second = await make_provider(), await make_provider()
        for one in (first, second):
            one.lists("same")
            one.says("POST /v1/chat/completions", b"{}")
        await desk.connect(first.url, second.url)
        assert [model["urlIdx"] for model in await desk.listed()] == [0]
        await desk.ask(question("same"))
        await desk.ask(question("same"), index=1)
        assert len(first.asked("/v1/chat/completions")) == len(second.asked("/v1/chat/completions")) == 1

    async def test_prefixes_keep_the_models_apart(self, desk, make_provider):
        first, second = await make_provider(), await make_provider()
        first.lists("same")
        second.lists("same", "other")
        configs = {"0": {"prefix_id": "a"}, "1": {"prefix_id": "b", "model_ids": ["same"]}}
        await desk.connect(first.url, second.url, configs=configs)
        assert await desk.ids() == ["a.same", "b.same"]
        # A list that the settings fix is not asked for.
        assert second.received == []

    async def test_a_disabled_connection_is_not_asked(self, desk, make_provider):
        first, second = await make_provider(), await make_provider()
        first.lists("one")
        second.lists("two")
        await desk.connect(first.url, second.url, configs={"1": {"enable": False}})
        assert await desk.ids() == ["one"]
        assert second.received == []

    async def test_openai_s_own_address_without_a_key_is_not_configured(self, start, desk_of):
        world = await start(DEMO_MODEL_BASE_URL="http://127.0.0.1:9/v1", DEMO_MODEL_ID="tiny")
        desk = desk_of(world)
        await desk.connect()
        with desk.world.by(desk.world.admin):
            request = connection_service_pb2.UpdateOpenAIConfigRequest(
                openai_api_base_urls=["https://api.openai.com/v1"], openai_api_keys=[""]
            )
            await desk.world.connections.UpdateOpenAIConfig(request)
        assert await desk.ids() == ["tiny"]


class TestDemonstrationModel:
    async def test_is_there_for_everybody_while_nothing_else_is_connected(
        self, start, desk_of, make_provider, question
    ):
        demo, real = await make_provider(), await make_provider()
        demo.says("POST /v1/chat/completions", b'{"demo":true}')
        real.lists("real")
        desk = desk_of(
            await start(DEMO_MODEL_BASE_URL=f"{demo.url}/v1", DEMO_MODEL_ID="tiny", OPENAI_API_BASE_URL="")
        )
        await desk.connect()
        (entry,) = await desk.listed(desk.world.user)
        assert (entry["id"], entry["info"]["meta"]["demo"]) == ("tiny", True)
        assert "demonstration" in entry["name"]
        assert (await desk.ask(question("tiny"), desk.world.user)).json == {"demo": True}
        await desk.connect(real.url)
        assert await desk.ids() == ["real"]
        await desk.connect(real.url, enable=False)
        assert await desk.ids() == ["tiny"]


class TestDeadProviders:
    async def test_the_list_never_waits_for_a_provider_that_is_silent(self, desk, make_provider):
        dead, alive = await make_provider(), await make_provider()
        dead.answers["GET /v1/models"] = hang
        alive.lists("alive")
        await desk.connect(dead.url, alive.url)
        for _ in range(5):
            began = time.perf_counter()
            assert await desk.ids() == ["alive"]
            assert time.perf_counter() - began < 0.2

    async def test_the_first_list_after_a_start_waits_150_ms_at_most(self, start, desk_of, make_provider):
        dead, alive = await make_provider(), await make_provider()
        dead.answers["GET /v1/models"] = hang
        alive.lists("alive-at-start")
        desk = desk_of(await start())
        await desk.connect(dead.url, alive.url)
        fresh = desk_of(await start())
        began = time.perf_counter()
        assert await fresh.ids() == ["alive-at-start"]
        assert time.perf_counter() - began < 0.4

    async def test_a_restart_lists_what_the_provider_gave_last(self, start, desk_of, desk, make_provider):
        provider = await make_provider()
        provider.lists("remembered")
        await desk.connect(provider.url)
        assert await desk.ids() == ["remembered"]
        provider.answers["GET /v1/models"] = hang
        assert await desk_of(await start()).ids() == ["remembered"]

    async def test_a_provider_that_fails_keeps_its_models_and_its_status_says_why(self, desk, provider):
        await desk.connect(provider.url)
        provider.says("GET /v1/models", b"oops", status=502)
        assert await desk.listed(refresh=True)
        with desk.world.by(desk.world.admin):
            request = connection_service_pb2.ListConnectionStatusesRequest()
            (status,) = (await desk.world.connections.ListConnectionStatuses(request)).items
        assert (status.ok, status.model_count) == (False, 2)
        assert "502" in status.error

    async def test_new_models_appear_behind_the_answer_or_at_once_when_an_administrator_refreshes(
        self, desk, provider
    ):
        await desk.connect(provider.url)
        provider.lists("newer")
        assert [model["id"] for model in await desk.listed(refresh=True)] == ["newer"]
        provider.lists("newest")
        await eventually(desk.ids, ["newest"])

    @pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"data":7}', b'{"data":[1,{"id":5},{}]}', b"\xff"])
    async def test_a_list_that_is_none_does_no_harm(self, desk, make_provider, body):
        odd, alive = await make_provider(), await make_provider()
        odd.says("GET /v1/models", body)
        alive.lists("alive")
        await desk.connect(odd.url, alive.url)
        assert await desk.ids() == ["alive"]


class TestOtherReplicas:
    async def test_follow_connections_and_rows(self, start, desk_of, desk, provider):
        other = desk_of(await start())
        await desk.connect(provider.url)
        await desk.open_model("gpt-small", name="Opened")
        await eventually(lambda: other.ids(desk.world.user), ["gpt-small"])


class TestOpenAIList:
    async def test_shows_what_the_caller_may_use(self, desk, provider):
        await desk.connect(provider.url)
        await desk.open_model("gpt-large")
        with desk.world.by(desk.world.user):
            answer = await desk.world.catalogue.ListOpenAIModels(pb.ListOpenAIModelsRequest())
            none = await desk.world.catalogue.ListOpenAIModels(pb.ListOpenAIModelsRequest(url_idx=1))
        assert (answer.object, [model["id"] for model in orjson.loads(answer.data)]) == (
            "list",
            ["gpt-large"],
        )
        assert none.data == b"[]"
        with desk.world.by(desk.world.admin):
            base = await desk.world.catalogue.ListBaseModels(pb.ListBaseModelsRequest())
        assert [model["id"] for model in orjson.loads(base.data)] == ["gpt-small", "gpt-large"]
