"""A model is reached only by those who may, over no detour."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integration.clients.people import Person
from tests.integration.world import LOCAL_MODEL, OPEN_MODEL, World

MESSAGES = [{"role": "user", "content": "hi"}]
CLOSED_MODEL = "second-model"
REMEMBERED_SECONDS = 4.5
DETOURS = ("?bypass_filter=true", "?bypass_filter=1", "?bypass_filter=true&bypass_filter=false")


@contextlib.asynccontextmanager
async def rows(world: World, *wanted: dict[str, Any]) -> AsyncIterator[None]:
    """Rows of models that are there for a moment."""
    for row in wanted:
        await world.admin.rest.send(
            "/api/v1/models/create", {"name": row["id"], "params": {}, "meta": {}, **row}
        )
    try:
        yield
    finally:
        for row in wanted:
            await world.admin.rest.send("/api/v1/models/model/delete", {"id": row["id"]})


@contextlib.asynccontextmanager
async def makers_of_models(world: World) -> AsyncIterator[None]:
    """For a moment everybody may make models, and share them."""
    path = "/api/v1/users/default/permissions"
    before = await world.admin.rest.fetch(path)
    allowed = {**before["workspace"], "models": True}
    sharing = {**before["sharing"], "models": True, "public_models": True}
    await world.admin.rest.send(path, {**before, "workspace": allowed, "sharing": sharing})
    # What is remembered of a caller is believed for some seconds.
    await asyncio.sleep(REMEMBERED_SECONDS)
    try:
        yield
    finally:
        await world.admin.rest.send(path, before)


def only(*user_ids: str) -> dict[str, Any]:
    """Access for some people."""
    nobody: dict[str, list[str]] = {"group_ids": [], "user_ids": []}
    return {"read": {**nobody, "user_ids": list(user_ids)}, "write": nobody}


class TestDetours:
    @pytest.mark.parametrize("query", ["", *DETOURS])
    @pytest.mark.parametrize(
        ("path", "model"),
        [
            ("/api/chat/completions", CLOSED_MODEL),
            ("/api/v1/chat/completions", CLOSED_MODEL),
            ("/openai/chat/completions", CLOSED_MODEL),
            ("/openai/completions", CLOSED_MODEL),
            ("/openai/responses", CLOSED_MODEL),
            ("/openai/embeddings", CLOSED_MODEL),
            ("/api/embeddings", CLOSED_MODEL),
            ("/api/v1/embeddings", CLOSED_MODEL),
            ("/ollama/api/chat", LOCAL_MODEL),
            ("/ollama/api/generate", LOCAL_MODEL),
            ("/ollama/api/embed", LOCAL_MODEL),
            ("/ollama/api/embeddings", LOCAL_MODEL),
            ("/ollama/api/show", LOCAL_MODEL),
            ("/ollama/v1/completions", LOCAL_MODEL),
            ("/ollama/v1/chat/completions", LOCAL_MODEL),
            ("/ollama/api/chat/0", LOCAL_MODEL),
        ],
    )
    async def test_no_route_and_no_parameter_opens_a_closed_model(
        self, platform: World, bob: Person, path: str, model: str, query: str
    ) -> None:
        body = {"model": model, "name": model, "messages": MESSAGES, "input": "hi", "prompt": "hi"}
        answer = await bob.rest.post(path + query, body)
        assert answer.status in {400, 401, 403, 404}, answer
        everybody = (platform.providers.first, platform.providers.second, platform.providers.ollama)
        assert not [asked for provider in everybody for asked in provider.requests if asked.method == "POST"]

    async def test_the_body_may_not_switch_the_check_off(self, platform: World, bob: Person) -> None:
        for more in (
            {"bypass_filter": True},
            {"metadata": {"bypass_filter": True}},
            {"model_item": {"id": OPEN_MODEL, "direct": True}},
            {"params": {"model": OPEN_MODEL}},
        ):
            body = {"model": CLOSED_MODEL, "messages": MESSAGES, **more}
            assert (await bob.rest.post("/api/chat/completions", body)).status == 400
        async with bob.socket() as socket:
            chat = await bob.converse()
            for params in ({"model": CLOSED_MODEL}, {"custom_params": {"model": f'"{CLOSED_MODEL}"'}}):
                question = bob.question(chat, socket.sid, params=params)
                await bob.rest.post("/api/chat/completions", question)
            question = bob.question(chat, socket.sid, CLOSED_MODEL)
            assert (await bob.rest.post("/api/chat/completions", question)).status == 400
        models = {asked.json["model"] for asked in platform.provider.completions}
        assert models <= {OPEN_MODEL}

    async def test_a_model_named_twice_is_judged_by_what_is_sent(self, platform: World, bob: Person) -> None:
        for first, second in ((OPEN_MODEL, CLOSED_MODEL), (CLOSED_MODEL, OPEN_MODEL)):
            text = f'{{"model":"{first}","model":"{second}","messages":[{{"role":"user","content":"hi"}}]}}'
            headers = {"Content-Type": "application/json"}
            await bob.rest.call("POST", "/api/chat/completions", data=text.encode(), headers=headers)
        for asked in platform.provider.completions:
            assert CLOSED_MODEL not in asked.body.decode()


class TestWorkspaceModels:
    async def test_an_administrator_lends_a_closed_model(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        base = {"id": CLOSED_MODEL, "access_control": only(ada.id)}
        preset = {"id": "lent", "base_model_id": CLOSED_MODEL, "access_control": None}
        async with rows(platform, base, preset):
            assert (
                await bob.rest.post("/api/chat/completions", {"model": "lent", "messages": MESSAGES})
            ).status == 200
            [asked] = platform.provider.completions
            assert asked.json["model"] == CLOSED_MODEL
            refused = await bob.rest.post(
                "/api/chat/completions", {"model": CLOSED_MODEL, "messages": MESSAGES}
            )
            assert refused.status == 400

    async def test_a_person_passes_on_no_model_that_others_may_not_use(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        base = {"id": CLOSED_MODEL, "access_control": only(ada.id)}
        form: dict[str, Any] = {"params": {}, "meta": {}, "access_control": None}
        async with rows(platform, base), makers_of_models(platform):
            made = [("passed", CLOSED_MODEL), ("chained", "passed")]
            for model, on in made:
                await ada.rest.send(
                    "/api/v1/models/create", {**form, "id": model, "name": model, "base_model_id": on}
                )
            denied = {**form, "id": "his", "name": "his", "base_model_id": CLOSED_MODEL}
            assert (await bob.rest.post("/api/v1/models/create", denied)).status == 401
            for model, _ in made:
                body = {"model": model, "messages": MESSAGES}
                assert (await bob.rest.post("/api/chat/completions", body)).status == 400, model
                assert not platform.provider.completions
            for model, _ in made:
                body = {"model": model, "messages": MESSAGES}
                assert (await ada.rest.post("/api/chat/completions", body)).status == 200, model
            assert {asked.json["model"] for asked in platform.provider.completions} == {CLOSED_MODEL}
            for model, _ in made:
                await ada.rest.send("/api/v1/models/model/delete", {"id": model})

    async def test_people_without_the_permission_make_no_models(self, platform: World, bob: Person) -> None:
        before = await platform.row_counts()
        row = {"id": "mine", "base_model_id": CLOSED_MODEL, "name": "Mine", "params": {}, "meta": {}}
        assert (await bob.rest.post("/api/v1/models/create", row)).status == 401
        for path in ("update", "delete", "toggle?id=fake-model"):
            answer = await bob.rest.post(f"/api/v1/models/model/{path}", {**row, "id": OPEN_MODEL})
            assert answer.status == 401, (path, answer)
        assert await platform.row_counts() == before

    async def test_rows_of_closed_models_are_not_shown(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        row = {"id": CLOSED_MODEL, "access_control": only(ada.id), "params": {"system": "hidden prompt"}}
        async with rows(platform, row):
            for path in (
                f"/api/v1/models/model?id={CLOSED_MODEL}",
                "/api/v1/models/list",
                "/api/models",
                "/openai/models",
                "/api/v1/models",
            ):
                answer = await bob.rest.get(path)
                assert "hidden prompt" not in answer.body.decode(), path
                assert CLOSED_MODEL not in answer.body.decode(), path
