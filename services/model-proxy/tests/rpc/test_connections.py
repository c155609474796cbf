"""Connections: reading, replacing and trying them, as an administrator and as somebody else."""

import logging
from typing import Any

import orjson
import pytest
from owui.model_proxy.v1 import connection_service_pb2 as pb
from owui_chassis.database import Database
from owui_chassis.errors import Forbidden, Invalid, Unauthenticated, Unavailable
from sqlalchemy import text


async def hang(_received: Any, reply: Any) -> None:
    await reply.hung_up()


class TestOpenAIConfig:
    async def test_is_what_was_set_with_keys_and_configurations_that_belong_to_an_address(self, desk):
        configs = {"0": {"prefix_id": "p", "unknown": [1]}, "7": {"enable": False}}
        answer = await desk.connect("http://127.0.0.1:9", keys=("sk-a", "sk-b"), configs=configs)
        with desk.world.by(desk.world.admin):
            read = await desk.world.connections.GetOpenAIConfig(pb.GetOpenAIConfigRequest())
        for one in (answer, read):
            assert one.enable_openai_api is True
            assert list(one.openai_api_base_urls) == ["http://127.0.0.1:9/v1"]
            assert list(one.openai_api_keys) == ["sk-a"]
            assert orjson.loads(one.openai_api_configs) == {"0": {"prefix_id": "p", "unknown": [1]}}

    async def test_is_kept_encrypted(self, desk, postgres_url):
        await desk.connect(
            "http://127.0.0.1:9", keys=("sk-precious",), configs={"0": {"headers": {"X-Key": "hid"}}}
        )
        async with Database(postgres_url, "model_proxy", 1) as database, database.connect() as connection:
            stored = "".join((await connection.execute(text("SELECT value FROM setting"))).scalars())
        assert "127.0.0.1" in stored
        assert "sk-precious" not in stored
        assert "hid" not in stored

    @pytest.mark.parametrize(
        "url",
        ["ftp://host", "file:///etc/passwd", "host:80", "http://", "http://u:p@host", "http://h:99999", "x"],
    )
    async def test_refuses_addresses_that_cannot_be_used_without_repeating_them(self, desk, url):
        with desk.world.by(desk.world.admin), pytest.raises(Invalid) as raised:
            await desk.world.connections.UpdateOpenAIConfig(
                pb.UpdateOpenAIConfigRequest(openai_api_base_urls=[url])
            )
        assert "u:p" not in raised.value.message

    @pytest.mark.parametrize("configs", [b"[", b"[]", b'{"0":7}'])
    async def test_refuses_configurations_that_make_no_sense(self, desk, configs):
        request = pb.UpdateOpenAIConfigRequest(openai_api_base_urls=["http://h"], openai_api_configs=configs)
        with desk.world.by(desk.world.admin), pytest.raises(Invalid):
            await desk.world.connections.UpdateOpenAIConfig(request)

    async def test_an_unsupported_configuration_is_kept_and_its_status_says_so(self, desk, provider):
        await desk.connect(provider.url, configs={"0": {"auth_type": "azure_ad"}})
        assert await desk.ids() == []
        with desk.world.by(desk.world.admin):
            answer = await desk.world.connections.ListConnectionStatuses(pb.ListConnectionStatusesRequest())
        (status,) = answer.items
        assert (status.kind, status.url_idx, status.enabled) == ("openai", 0, False)
        assert "azure_ad" in status.error

    async def test_headers_and_no_key_are_sent_as_configured(self, desk, provider, question):
        provider.says("POST /v1/chat/completions", b"{}")
        await desk.connect(
            provider.url, keys=("sk-1",), configs={"0": {"auth_type": "none", "headers": {"X-Team": "blue"}}}
        )
        await desk.ask(question())
        (sent,) = provider.asked("/v1/chat/completions")
        assert sent.headers["x-team"] == "blue"
        assert "authorization" not in sent.headers


class TestOllamaConfig:
    async def test_is_what_was_set(self, desk):
        await desk.connect_ollama("http://127.0.0.1:9/", configs={"0": {"key": "k"}})
        with desk.world.by(desk.world.admin):
            read = await desk.world.connections.GetOllamaConfig(pb.GetOllamaConfigRequest())
        assert list(read.ollama_base_urls) == ["http://127.0.0.1:9"]
        assert orjson.loads(read.ollama_api_configs) == {"0": {"key": "k"}}


class TestAccess:
    @pytest.mark.parametrize("method", ["GetOpenAIConfig", "GetOllamaConfig", "ListConnectionStatuses"])
    async def test_only_administrators_read(self, desk, method):
        request = getattr(pb, f"{method}Request")()
        with desk.world.by(desk.world.user), pytest.raises(Forbidden):
            await getattr(desk.world.connections, method)(request)
        with pytest.raises(Unauthenticated):
            await getattr(desk.world.connections, method)(request)

    @pytest.mark.parametrize("kind", ["OpenAI", "Ollama"])
    async def test_only_administrators_change_and_try(self, desk, kind):
        for method in (f"Update{kind}Config", f"Verify{kind}Connection"):
            with desk.world.by(desk.world.user), pytest.raises(Forbidden):
                await getattr(desk.world.connections, method)(getattr(pb, f"{method}Request")())


class TestVerify:
    async def verify(
        self, desk: Any, url: str, key: str = "sk-precious", config: dict[str, Any] | None = None
    ) -> Any:
        request = pb.VerifyOpenAIConnectionRequest(url=url, key=key, config=orjson.dumps(config or {}))
        with desk.world.by(desk.world.admin):
            return orjson.loads((await desk.world.connections.VerifyOpenAIConnection(request)).answer)

    async def test_tells_what_the_server_lists(self, desk, provider):
        answer = await self.verify(desk, f"{provider.url}/v1")
        assert [model["id"] for model in answer["data"]] == ["gpt-small", "gpt-large"]
        assert provider.received[-1].headers["authorization"] == "Bearer sk-precious"

    @pytest.mark.parametrize(
        "case",
        [
            (401, b"{}", "refuses the key"),
            (404, b"{}", "/v1"),
            (500, b"{}", "500"),
            (200, b"<html>", "not with JSON"),
            (302, b"", "redirect"),
        ],
    )
    async def test_says_in_a_sentence_why_not(self, desk, provider, caplog, case):
        status, body, says = case
        caplog.set_level(logging.DEBUG)
        provider.says("GET /v1/models", body, status)
        with pytest.raises(Unavailable) as raised:
            await self.verify(desk, f"{provider.url}/v1")
        assert says in raised.value.message
        assert "sk-precious" not in raised.value.message + caplog.text

    async def test_says_that_nobody_answers_at_the_address(self, desk):
        with pytest.raises(Unavailable, match="refuses connections"):
            await self.verify(desk, "http://127.0.0.1:9/v1")

    async def test_says_that_a_name_is_unknown(self, desk):
        with pytest.raises(Unavailable, match="cannot be resolved"):
            await self.verify(desk, "http://nothing.invalid/v1")

    async def test_says_that_the_server_is_silent(self, start, desk_of, provider):
        provider.answers["GET /v1/models"] = hang
        desk = desk_of(await start(AIOHTTP_CLIENT_TIMEOUT_MODEL_LIST="0.1"))
        with pytest.raises(Unavailable, match="in time"):
            await self.verify(desk, f"{provider.url}/v1")

    @pytest.mark.parametrize("url", ["", "file:///etc/passwd", "gopher://h/", "http://user:pw@h/"])
    async def test_refuses_addresses_that_are_none(self, desk, url):
        with pytest.raises(Invalid):
            await self.verify(desk, url)

    async def test_asks_ollama_for_its_version(self, desk, provider):
        provider.says("GET /api/version", b'{"version":"0.12.3"}')
        with desk.world.by(desk.world.admin):
            request = pb.VerifyOllamaConnectionRequest(url=provider.url, key="k")
            answer = await desk.world.connections.VerifyOllamaConnection(request)
        assert answer.answer == b'{"version":"0.12.3"}'
        assert provider.received[-1].headers["authorization"] == "Bearer k"
