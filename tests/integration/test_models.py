"""Which models people see, where they come from, and what an administrator changes while everything runs."""

import pytest
from owui_testkit.fake_provider import FakeProvider

from .clients.people import Person
from .world import DEMONSTRATION_MODEL, FIRST_KEY, LOCAL_MODEL, SECOND_KEY, World, eventually

ALL = {"fake-model", "second-model", "other-model", LOCAL_MODEL}


async def names(person: Person, path: str = "/api/models") -> set[str]:
    """The models that somebody is shown."""
    return {model["id"] for model in (await person.rest.fetch(path))["data"]}


class TestVisibility:
    async def test_an_administrator_sees_the_models_of_all_connections(self, platform: World) -> None:
        async def complete() -> bool:
            return await names(platform.admin) >= ALL

        await eventually(complete, "all models to be listed", 15)

    async def test_people_see_only_what_an_administrator_opened(self, platform: World, ada: Person) -> None:
        assert "second-model" not in await names(ada)
        body = {"model": "second-model", "messages": [{"role": "user", "content": "hi"}]}
        refused = await ada.rest.post("/api/chat/completions", body)
        assert (refused.status, refused.detail) == (400, "Model not found")
        assert not platform.provider.completions
        await platform.open_model("second-model")
        try:
            assert "second-model" in await names(ada)
            answer = await ada.rest.send("/api/chat/completions", body)
            assert answer["choices"][0]["message"]["content"] == platform.provider.default.text
        finally:
            await platform.admin.rest.send("/api/v1/models/model/delete", {"id": "second-model"})
        assert "second-model" not in await names(ada)

    @pytest.mark.parametrize(
        "path", ["/openai/chat/completions", "/ollama/api/chat", "/ollama/v1/chat/completions"]
    )
    async def test_the_provider_routes_have_the_same_rule(
        self, platform: World, ada: Person, path: str
    ) -> None:
        model = "other-model" if path.startswith("/openai") else LOCAL_MODEL
        body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
        for query in ("", "?bypass_filter=true"):
            refused = await ada.rest.post(path + query, body)
            assert (refused.status, refused.detail) == (403, "Model not found"), refused
        assert not platform.providers.second.completions
        assert not platform.providers.ollama.completions

    async def test_a_model_for_one_person_is_hidden_from_others(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        access = {"read": {"group_ids": [], "user_ids": [ada.id]}, "write": {"group_ids": [], "user_ids": []}}
        row = {"id": "other-model", "name": "Other", "params": {}, "meta": {}, "access_control": access}
        await platform.admin.rest.send("/api/v1/models/create", row)
        try:
            assert "other-model" in await names(ada)
            assert "other-model" not in await names(bob)
            body = {"model": "other-model", "messages": [{"role": "user", "content": "hi"}]}
            assert (await ada.rest.post("/api/chat/completions", body)).status == 200
            assert (await bob.rest.post("/api/chat/completions", body)).status == 400
        finally:
            await platform.admin.rest.send("/api/v1/models/model/delete", {"id": "other-model"})


class TestDemonstrationModel:
    async def test_is_for_everybody_while_nothing_else_is_connected(
        self, platform: World, ada: Person
    ) -> None:
        assert DEMONSTRATION_MODEL not in await names(platform.admin)
        rest = platform.admin.rest
        openai, ollama = await rest.fetch("/openai/config"), await rest.fetch("/ollama/config")
        await rest.send(
            "/openai/config/update", {**openai, "OPENAI_API_BASE_URLS": [], "OPENAI_API_KEYS": []}
        )
        await rest.send("/ollama/config/update", {**ollama, "OLLAMA_BASE_URLS": []})
        try:

            async def alone() -> bool:
                return await names(ada) == {DEMONSTRATION_MODEL}

            await eventually(alone, "the demonstration model to be listed", 10)
            body = {"model": DEMONSTRATION_MODEL, "messages": [{"role": "user", "content": "hi"}]}
            answer = await ada.rest.send("/api/chat/completions", body)
            assert answer["choices"][0]["message"]["content"]
            assert len(platform.providers.demonstration.completions) == 1
        finally:
            await rest.send("/openai/config/update", openai)
            await rest.send("/ollama/config/update", ollama)

        async def back() -> bool:
            return await names(platform.admin) >= ALL

        await eventually(back, "the other models to be back", 10)
        assert DEMONSTRATION_MODEL not in await names(ada)


class TestConnections:
    async def test_each_connection_gets_its_own_models_and_its_own_key(self, platform: World) -> None:
        for model, provider, key in (
            ("fake-model", platform.providers.first, FIRST_KEY),
            ("other-model", platform.providers.second, SECOND_KEY),
        ):
            body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
            await platform.admin.rest.send("/api/chat/completions", body)
            [asked] = provider.completions
            assert asked.headers["Authorization"] == f"Bearer {key}"

    async def test_models_of_ollama_are_converted(self, platform: World) -> None:
        body = {"model": LOCAL_MODEL, "messages": [{"role": "user", "content": "hi"}], "temperature": 0.5}
        answer = await platform.admin.rest.send("/api/chat/completions", body)
        assert answer["choices"][0]["message"]["content"] == platform.providers.ollama.default.text
        [asked] = platform.providers.ollama.completions
        assert (asked.path, asked.json["options"]["temperature"]) == ("/api/chat", 0.5)

    async def test_a_connection_added_by_an_administrator_works_at_once(self, platform: World) -> None:
        rest = platform.admin.rest
        late = FakeProvider(models=("late-model",), api_key="late-provider-key")
        await late.start()
        before = await rest.fetch("/openai/config")
        try:
            verified = await rest.send("/openai/verify", {"url": late.base_url, "key": "late-provider-key"})
            assert verified["data"][0]["id"] == "late-model"
            changed = {
                **before,
                "OPENAI_API_BASE_URLS": [*before["OPENAI_API_BASE_URLS"], late.base_url],
                "OPENAI_API_KEYS": [*before["OPENAI_API_KEYS"], "late-provider-key"],
            }
            await rest.send("/openai/config/update", changed)

            async def listed() -> bool:
                return "late-model" in await names(platform.admin)

            await eventually(listed, "the models of the new connection", 10)
            body = {"model": "late-model", "messages": [{"role": "user", "content": "hi"}]}
            assert (await rest.send("/api/chat/completions", body))["model"] == "late-model"
        finally:
            await rest.send("/openai/config/update", before)
            await late.stop()

    async def test_a_wrong_key_is_told_when_verifying(self, platform: World) -> None:
        form = {"url": platform.provider.base_url, "key": "wrong"}
        answer = await platform.admin.rest.post("/openai/verify", form)
        assert answer.status >= 400, answer
        assert answer.detail
