"""Completions through the running service, in front of providers that behave and misbehave."""

import asyncio
import logging
from typing import Any

import orjson
import pytest
from owui_chassis.errors import Invalid, NotFound, Unavailable
from prometheus_client import REGISTRY

TOKENS = [b'data: {"choices":[{"delta":{"content":"%d"}}]}\n\n' % number for number in range(5)]
DONE = b"data: [DONE]\n\n"


def streaming(*pieces: bytes) -> Any:
    async def answer(_received: Any, reply: Any) -> None:
        await reply.head()
        for piece in pieces:
            await reply.send(piece)
        await reply.end()

    return answer


class TestStreamedCompletion:
    async def test_passes_the_provider_s_bytes_on_with_the_head_first(self, desk, provider, question):
        provider.answers["POST /v1/chat/completions"] = streaming(*TOKENS, b": a comment\n\n", DONE)
        await desk.connect(provider.url)
        answer = await desk.ask(question(stream=True))
        assert answer.head.status == 200
        assert answer.head.content_type == "text/event-stream"
        assert answer.head.model == "gpt-small"
        assert answer.head.connection_type == "external"
        assert answer.body == b"".join(TOKENS) + b": a comment\n\n" + DONE

    async def test_sends_each_piece_on_when_it_arrives(self, desk, provider, question):
        more = asyncio.Event()

        async def answer(_received, reply):
            await reply.head()
            await reply.send(TOKENS[0])
            await more.wait()
            await reply.send(TOKENS[1])
            await reply.end()

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url)
        pieces = desk.stream(question(stream=True))
        assert (await anext(pieces)).head.status == 200
        assert (await anext(pieces)).data == TOKENS[0]
        more.set()
        assert (await anext(pieces)).data == TOKENS[1]
        assert [piece async for piece in pieces] == []

    async def test_closes_the_provider_s_connection_when_the_caller_hangs_up(self, desk, provider, question):
        closed = asyncio.Event()

        async def answer(_received, reply):
            await reply.head()
            await reply.send(TOKENS[0])
            await reply.hung_up()
            closed.set()

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url)
        pieces = desk.stream(question(stream=True))
        await anext(pieces)
        await anext(pieces)
        await pieces.aclose()
        await asyncio.wait_for(closed.wait(), 1.0)

    async def test_closes_the_provider_s_connection_when_nothing_has_arrived_yet(
        self, desk, provider, question
    ):
        asked, closed = asyncio.Event(), asyncio.Event()

        async def answer(_received, reply):
            asked.set()
            await reply.hung_up()
            closed.set()

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url)
        task = asyncio.create_task(desk.ask(question(stream=True)))
        await asyncio.wait_for(asked.wait(), 5)
        task.cancel()
        await asyncio.wait_for(closed.wait(), 1.0)
        with pytest.raises(asyncio.CancelledError):
            await task

    @pytest.mark.parametrize("tail", [b"", b'data: {"choices":[{"delta":{"content":"\xe2\x82'])
    async def test_keeps_what_arrived_and_ends_with_an_error_event_when_the_provider_dies(
        self, desk, provider, question, tail
    ):
        async def answer(_received, reply):
            await reply.head()
            await reply.send(TOKENS[0] + TOKENS[1] + tail)
            await asyncio.sleep(0.05)
            reply.die()

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url)
        answer = await desk.ask(question(stream=True))
        assert answer.body.startswith(TOKENS[0] + TOKENS[1] + tail)
        last = orjson.loads(answer.body.rsplit(b"\n\ndata: ", 1)[1])
        assert "broke off" in last["error"]["message"]

    async def test_passes_garbage_on(self, desk, provider, question):
        garbage = bytes(range(256)) * 3
        provider.answers["POST /v1/chat/completions"] = streaming(garbage)
        await desk.connect(provider.url)
        answer = await desk.ask(question(stream=True))
        assert answer.body == garbage

    async def test_fails_when_the_answer_is_not_http(self, desk, provider, question):
        async def answer(_received, reply):
            await reply.raw(b"\x00\xff garbage \r\n\r\n")
            reply.die()

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url)
        with pytest.raises(Unavailable):
            await desk.ask(question(stream=True))


class TestMetrics:
    async def test_tell_time_bytes_and_errors_by_connection(self, desk, make_provider, question):
        broken, provider = await make_provider(), await make_provider()
        provider.lists("measured")
        provider.answers["POST /v1/chat/completions"] = streaming(*TOKENS)
        broken.says("POST /v1/chat/completions", b"{}", 503)
        await desk.connect(provider.url, broken.url, configs={"1": {"model_ids": ["sick"]}})

        def value(name: str, **labels: str) -> float:
            return REGISTRY.get_sample_value(name, labels) or 0.0

        names = ("owui_completion_bytes_total", "owui_completion_first_byte_seconds_count")
        before = [value(name, connection="openai:0") for name in names]
        errors = value("owui_provider_errors_total", connection="openai:1", what="503")
        await desk.ask(question("measured", stream=True))
        await desk.ask(question("sick"))
        after = [value(name, connection="openai:0") for name in names]
        assert [end - start for start, end in zip(before, after, strict=True)] == [len(b"".join(TOKENS)), 1]
        assert value("owui_provider_errors_total", connection="openai:1", what="503") == errors + 1
        assert value("owui_provider_requests_in_flight", connection="openai:0") == 0


class TestPlainCompletion:
    async def test_passes_the_answer_on(self, desk, provider, question):
        body = b'{"choices": [{"message": {"content": "Hi"}}],  "unknown": 12345678901234567890}'
        provider.says("POST /v1/chat/completions", body)
        await desk.connect(provider.url)
        answer = await desk.ask(question())
        assert (answer.head.content_type, answer.body) == ("application/json", body)

    async def test_passes_a_large_answer_on_in_pieces(self, desk, provider, question):
        body = b'{"text":"' + b"x" * 3_000_000 + b'"}'
        provider.says("POST /v1/chat/completions", body)
        await desk.connect(provider.url)
        answer = await desk.ask(question())
        assert answer.body == body
        assert max(map(len, answer.pieces)) <= 1024 * 1024

    @pytest.mark.parametrize("status", [400, 401, 429, 500])
    async def test_passes_an_error_on_with_its_status_and_body(self, desk, provider, question, status):
        body = b'{"error": {"message": "as the provider said it", "code": 7}}'
        provider.says("POST /v1/chat/completions", body, status)
        await desk.connect(provider.url)
        for stream in (True, False):
            answer = await desk.ask(question(stream=stream))
            assert (answer.head.status, answer.body) == (status, body)

    async def test_fails_when_the_answer_breaks(self, desk, provider, question):
        async def answer(_received, reply):
            await reply.raw(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
            )
            reply.die()

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url)
        with pytest.raises(Unavailable) as raised:
            await desk.ask(question())
        assert raised.value.reason == "provider_broke"

    async def test_follows_no_redirect(self, desk, provider, make_provider, question):
        other = await make_provider()

        async def answer(_received, reply):
            await reply.raw(
                f"HTTP/1.1 307 X\r\nLocation: {other.url}/v1/x\r\nContent-Length: 0\r\n\r\n".encode()
            )

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url, keys=("sk-precious",))
        with pytest.raises(Unavailable):
            await desk.ask(question())
        assert other.received == []

    async def test_names_the_host_and_never_the_key_of_a_provider_that_refuses(
        self, desk, provider, question, caplog
    ):
        caplog.set_level(logging.DEBUG)
        await desk.connect(
            "http://127.0.0.1:9", keys=("sk-precious",), configs={"0": {"model_ids": ["gpt-small"]}}
        )
        with pytest.raises(Unavailable) as raised:
            await desk.ask(question())
        assert "127.0.0.1:9" in raised.value.message
        assert "sk-precious" not in raised.value.message + caplog.text

    async def test_asks_again_when_an_idle_connection_was_just_closed(self, desk, provider, question):
        provider.says("POST /v1/chat/completions", b"{}")
        await desk.connect(provider.url)
        await desk.ask(question())

        async def close(_received, reply):
            provider.says("POST /v1/chat/completions", b'{"again":true}')
            reply.die()

        provider.answers["POST /v1/chat/completions"] = close
        assert (await desk.ask(question())).json == {"again": True}


class TestWhatLeaves:
    async def test_is_the_request_without_our_fields_and_with_the_provider_s_name_of_the_model(
        self, desk, provider, question
    ):
        provider.says("POST /v1/chat/completions", b"{}")
        await desk.connect(provider.url, keys=("sk-1",), configs={"0": {"prefix_id": "mine"}})
        ours = {
            "chat_id": "c",
            "session_id": "s",
            "id": "m",
            "parent_id": "p",
            "parent_message": {},
            "files": [],
            "metadata": {},
            "background_tasks": {},
            "features": {},
            "variables": {},
            "tool_ids": [],
            "tool_servers": [],
            "filter_ids": [],
            "model_item": {},
            "params": {"top_k": 3, "system": "x"},
        }
        await desk.ask(question("mine.gpt-small", unknown={"kept": True}, stream_options={}, **ours))
        (sent,) = provider.asked("/v1/chat/completions")
        assert sent.json == {
            "model": "gpt-small",
            "messages": [{"role": "user", "content": "Hi"}],
            "unknown": {"kept": True},
            "top_k": 3,
        }
        assert sent.headers["authorization"] == "Bearer sk-1"
        assert not [name for name in sent.headers if name.startswith("x-o")]

    async def test_carries_the_parameters_of_the_model_s_row(self, desk, provider, question):
        provider.says("POST /v1/chat/completions", b"{}")
        await desk.connect(provider.url)
        params = {"temperature": 0.1, "system": "Speak to {{USER_NAME}}.", "custom_params": {"top_a": "[1]"}}
        await desk.open_model("wise", base_model_id="gpt-large", params=orjson.dumps(params))
        await desk.ask(question("wise", temperature=0.9), desk.world.user)
        (sent,) = provider.asked("/v1/chat/completions")
        assert sent.json["model"] == "gpt-large"
        assert (sent.json["temperature"], sent.json["top_a"]) == (0.1, [1])
        assert sent.json["messages"][0] == {"role": "system", "content": "Speak to Ada."}

    async def test_tells_who_asks_only_when_the_operator_wants_it(self, start, desk_of, provider, question):
        world = await start(ENABLE_FORWARD_USER_INFO_HEADERS="true", MODEL_PROXY_MAX_BODY_BYTES="2000")
        desk = desk_of(world)
        provider.says("POST /v1/chat/completions", b"{}")
        await desk.connect(provider.url)
        await desk.ask(question())
        (sent,) = provider.asked("/v1/chat/completions")
        assert sent.headers["x-openwebui-user-name"] == "R%C3%A9"
        assert sent.headers["x-openwebui-user-email"] == "root@example.org"
        with pytest.raises(Invalid) as raised:
            await desk.ask(question(text="x" * 3000))
        assert raised.value.reason == "body_too_large"


class TestRefusals:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b'"x"',
            b"\xff\xfe",
            b'{"messages":[]}',
            b'{"model":1,"messages":[]}',
            b'{"model":"gpt-small"}',
            b'{"model":"gpt-small","messages":"Hi"}',
            b'{"model":"gpt-small","messages":[],"x":' + b"[" * 300 + b"]" * 300 + b"}",
            b"[" * 100_000,
        ],
    )
    async def test_a_body_that_makes_no_sense_is_invalid_and_goes_nowhere(self, desk, provider, body):
        await desk.connect(provider.url)
        with pytest.raises(Invalid):
            await desk.ask(body)
        assert provider.asked("/v1/chat/completions") == []

    async def test_an_unknown_model_is_not_found(self, desk, provider, question):
        await desk.connect(provider.url)
        with pytest.raises(NotFound) as raised:
            await desk.ask(question("nothing"))
        assert (raised.value.message, raised.value.reason) == ("Model not found", "model_not_found")

    async def test_a_model_that_is_not_the_caller_s_is_not_found(self, desk, provider, question):
        await desk.connect(provider.url)
        with pytest.raises(NotFound) as raised:
            await desk.ask(question(bypass_filter=True), desk.world.user)
        assert raised.value.reason == "model_not_found"
        assert provider.asked("/v1/chat/completions") == []

    async def test_the_ollama_dialect_is_only_for_models_of_ollama(self, desk, provider, question):
        await desk.connect(provider.url)
        with pytest.raises(NotFound):
            await desk.ask(question(), api="COMPLETION_API_OLLAMA_CHAT")
