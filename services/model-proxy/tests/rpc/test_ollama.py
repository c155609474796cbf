"""Ollama connections: what leaves and what comes back, in its own dialect and in OpenAI's."""

import asyncio
from typing import Any

import orjson
import pytest
from owui.model_proxy.v1 import catalogue_service_pb2, ollama_service_pb2
from owui_chassis.errors import Conflict, Invalid, NotFound, Unavailable

# Lines as Ollama 0.12 sends them.
LINES = [
    {
        "model": "qwen3:4b",
        "created_at": "2026-01-02T03:04:05.1Z",
        "message": {"role": "assistant", "content": "", "thinking": "Hm"},
        "done": False,
    },
    {
        "model": "qwen3:4b",
        "created_at": "2026-01-02T03:04:05.2Z",
        "message": {"role": "assistant", "content": "Grüß"},
        "done": False,
    },
    {
        "model": "qwen3:4b",
        "created_at": "2026-01-02T03:04:05.3Z",
        "message": {"role": "assistant", "content": " Gott"},
        "done": False,
    },
    {
        "model": "qwen3:4b",
        "created_at": "2026-01-02T03:04:05.4Z",
        "message": {"role": "assistant", "content": ""},
        "done_reason": "stop",
        "done": True,
        "total_duration": 4883583458,
        "load_duration": 1334875,
        "prompt_eval_count": 26,
        "prompt_eval_duration": 342546000,
        "eval_count": 282,
        "eval_duration": 4535599000,
    },
]
NDJSON = b"".join(orjson.dumps(line) + b"\n" for line in LINES)


def lines(*pieces: bytes) -> Any:
    async def answer(_received: Any, reply: Any) -> None:
        await reply.head(200, "application/x-ndjson")
        for piece in pieces:
            await reply.send(piece)
        await reply.end()

    return answer


@pytest.fixture
async def ollama(desk: Any, make_provider: Any) -> Any:
    made = await make_provider()
    made.tags("qwen3:4b", "llama3.2:latest")
    await desk.connect_ollama(made.url)
    return made


class TestOpenAIFormStreamed:
    @pytest.mark.parametrize("size", [1, 7, 100_000])
    async def test_turns_lines_into_events_however_they_are_cut(self, desk, ollama, question, size):
        pieces = [NDJSON[start : start + size] for start in range(0, len(NDJSON), size)]
        ollama.answers["POST /api/chat"] = lines(*pieces)
        answer = await desk.ask(question("qwen3:4b", stream=True))
        assert answer.head.content_type == "text/event-stream"
        assert answer.head.connection_type == "local"
        deltas = [event["choices"][0]["delta"] for event in answer.events[:-1]]
        assert "".join(delta.get("content", "") for delta in deltas) == "Grüß Gott"
        assert deltas[0]["reasoning_content"] == "Hm"
        last, done = answer.events[-2:]
        assert done == "[DONE]"
        assert last["choices"][0]["finish_reason"] == "stop"
        assert last["usage"]["total_tokens"] == 308
        assert last["usage"]["response_token/s"] == 62.17
        assert last["usage"]["approximate_total"] == "0h0m4s"

    async def test_numbers_tool_calls_and_says_their_arguments_as_text(self, desk, ollama, question):
        call = {"function": {"name": "weather", "arguments": {"city": "Bern"}}}
        parts = [
            {"message": {"role": "assistant", "content": "", "tool_calls": [call]}, "done": False},
            {"message": {"role": "assistant", "content": "", "tool_calls": [call]}, "done": False},
            {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"},
        ]
        ollama.answers["POST /api/chat"] = lines(b"".join(orjson.dumps(part) + b"\n" for part in parts))
        answer = await desk.ask(question("qwen3:4b", stream=True))
        calls = [event["choices"][0]["delta"].get("tool_calls") for event in answer.events[:2]]
        assert [call[0]["index"] for call in calls] == [0, 1]
        assert orjson.loads(calls[0][0]["function"]["arguments"]) == {"city": "Bern"}
        assert answer.events[2]["choices"][0]["finish_reason"] == "tool_calls"

    @pytest.mark.parametrize(
        ("tail", "says"),
        [
            (b'{"error":"model runner has stopped"}\n', "model runner has stopped"),
            (b"garbage\n", "not JSON"),
            (b'{"message":{"content":"hal', "not JSON"),
            (b"", "in the middle"),
        ],
    )
    async def test_keeps_what_arrived_and_ends_with_an_error_event(self, desk, ollama, question, tail, says):
        ollama.answers["POST /api/chat"] = lines(NDJSON.split(b"\n")[1] + b"\n" + tail)
        answer = await desk.ask(question("qwen3:4b", stream=True))
        assert answer.events[0]["choices"][0]["delta"]["content"] == "Grüß"
        assert says in answer.events[-1]["error"]["message"]

    async def test_ends_with_an_error_event_when_ollama_dies(self, desk, ollama, question):
        async def answer(_received, reply):
            await reply.head(200, "application/x-ndjson")
            await reply.send(NDJSON.split(b"\n")[1] + b"\n")
            await asyncio.sleep(0.05)
            reply.die()

        ollama.answers["POST /api/chat"] = answer
        answer = await desk.ask(question("qwen3:4b", stream=True))
        assert answer.events[0]["choices"][0]["delta"]["content"] == "Grüß"
        assert "broke off" in answer.events[-1]["error"]["message"]


class TestOpenAIFormPlain:
    async def test_turns_the_answer_into_openai_s_form(self, desk, ollama, question):
        whole = {**LINES[-1], "message": {"role": "assistant", "content": "Hi", "thinking": "Hm"}}
        ollama.says("POST /api/chat", orjson.dumps(whole))
        answer = await desk.ask(question("qwen3:4b"))
        assert answer.head.content_type == "application/json"
        assert answer.json["choices"][0]["message"] == {
            "role": "assistant",
            "content": "Hi",
            "reasoning_content": "Hm",
        }
        assert answer.json["usage"]["completion_tokens"] == 282

    async def test_passes_an_error_on_as_it_is(self, desk, ollama, question):
        body = b'{"error":"model \'qwen3:4b\' not found"}'
        ollama.says("POST /api/chat", body, 404)
        for stream in (True, False):
            answer = await desk.ask(question("qwen3:4b", stream=stream))
            assert (answer.head.status, answer.body) == (404, body)

    async def test_an_answer_that_is_none_is_an_error(self, desk, ollama, question):
        ollama.says("POST /api/chat", b"<html>")
        with pytest.raises(Unavailable):
            await desk.ask(question("qwen3:4b"))

    async def test_refuses_images_that_are_links(self, desk, ollama):
        content = [{"type": "image_url", "image_url": {"url": "http://169.254.169.254/latest"}}]
        with pytest.raises(Invalid):
            await desk.ask({"model": "qwen3:4b", "messages": [{"role": "user", "content": content}]})
        assert ollama.asked("/api/chat") == []


class TestWhatLeaves:
    async def test_holds_options_images_and_tools_in_ollama_s_form(self, desk, ollama):
        ollama.says("POST /api/chat", orjson.dumps(LINES[-1]))
        call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}}
        messages = [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What?"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}},
                ],
            },
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "2"},
        ]
        await desk.open_model("llama3.2", params=b'{"num_ctx":4096,"temperature":0.5,"system":"Be brief."}')
        body = {
            "model": "llama3.2:latest",
            "messages": messages,
            "temperature": 0.9,
            "max_tokens": 5,
            "stop": "X",
            "response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "object"}}},
            "reasoning_effort": "low",
            "params": {"top_k": 3},
            "chat_id": "c",
        }
        await desk.ask(body, desk.world.user)
        (sent,) = ollama.asked("/api/chat")
        assert sent.json == {
            "model": "llama3.2:latest",
            "stream": False,
            "think": "low",
            "format": {"type": "object"},
            "options": {"temperature": 0.5, "num_ctx": 4096, "top_k": 3, "num_predict": 5, "stop": ["X"]},
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What?", "images": ["aGk="]},
                {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": {"x": 1}}}],
                },
                {"role": "tool", "tool_call_id": "c1", "content": "2"},
            ],
        }


class TestOwnDialects:
    @pytest.mark.parametrize(
        ("api", "path", "body"),
        [
            ("COMPLETION_API_OLLAMA_CHAT", "/api/chat", {"messages": []}),
            ("COMPLETION_API_OLLAMA_GENERATE", "/api/generate", {"prompt": "Hi"}),
            ("COMPLETION_API_OLLAMA_OPENAI_CHAT", "/v1/chat/completions", {"messages": []}),
            ("COMPLETION_API_OLLAMA_OPENAI_TEXT", "/v1/completions", {"prompt": "Hi"}),
        ],
    )
    async def test_pass_as_they_are(self, desk, ollama, api, path, body):
        ollama.answers[f"POST {path}"] = lines(NDJSON)
        answer = await desk.ask({"model": "qwen3:4b", "stream": True, "chat_id": "c", **body}, api=api)
        assert (answer.head.content_type, answer.body) == ("application/x-ndjson", NDJSON)
        (sent,) = ollama.asked(path)
        assert sent.json == {"model": "qwen3:4b", "stream": True, **body}

    async def test_authorise_the_model(self, desk, ollama):
        with pytest.raises(NotFound):
            await desk.ask(
                {"model": "qwen3:4b", "messages": []}, desk.world.user, api="COMPLETION_API_OLLAMA_CHAT"
            )

    @pytest.mark.parametrize("api", ["COMPLETION_API_OLLAMA_CHAT", "COMPLETION_API_OLLAMA_OPENAI_CHAT"])
    async def test_with_messages_need_the_knowledge_of_the_model(self, desk, ollama, api):
        attached = b'{"knowledge":[{"type":"collection","id":"base"}]}'
        await desk.open_model("expert", base_model_id="qwen3:4b", meta=attached)
        with pytest.raises(Conflict) as refusal:
            await desk.ask({"model": "expert", "messages": []}, api=api)
        assert refusal.value.reason == "needs_grounding"

    async def test_with_a_prompt_need_none(self, desk, ollama):
        ollama.answers["POST /api/generate"] = lines(NDJSON)
        attached = b'{"knowledge":[{"type":"collection","id":"base"}]}'
        await desk.open_model("expert", base_model_id="qwen3:4b", meta=attached)
        asked = {"model": "expert", "prompt": "Once"}
        assert (await desk.ask(asked, api="COMPLETION_API_OLLAMA_GENERATE")).body == NDJSON

    async def test_end_with_an_error_line_when_ollama_dies(self, desk, ollama):
        async def answer(_received, reply):
            await reply.head(200, "application/x-ndjson")
            await reply.send(b'{"response":"a"}\n')
            await asyncio.sleep(0.05)
            reply.die()

        ollama.answers["POST /api/generate"] = answer
        body = {"model": "qwen3:4b", "prompt": "Hi"}
        answer = await desk.ask(body, api="COMPLETION_API_OLLAMA_GENERATE")
        assert "broke off" in orjson.loads(answer.body.split(b"\n")[-2])["error"]


class TestState:
    async def test_lists_models_in_both_forms_with_all_addresses(self, desk, ollama, make_provider):
        second = await make_provider()
        second.tags("qwen3:4b")
        await desk.connect_ollama(ollama.url, second.url)
        with desk.world.by(desk.world.admin):
            tags = await desk.world.catalogue.ListOllamaTags(catalogue_service_pb2.ListOllamaTagsRequest())
            form = await desk.world.catalogue.ListOllamaOpenAIModels(
                catalogue_service_pb2.ListOllamaOpenAIModelsRequest(url_idx=1)
            )
        assert [(tag["model"], tag["urls"]) for tag in orjson.loads(tags.models)] == [
            ("qwen3:4b", [0, 1]),
            ("llama3.2:latest", [0]),
        ]
        assert orjson.loads(form.data) == [
            {"id": "qwen3:4b", "object": "model", "created": 1767323045, "owned_by": "openai"}
        ]
        (entry, _) = await desk.listed()
        assert (entry["owned_by"], entry["connection_type"], entry["urls"]) == ("ollama", "local", [0, 1])

    async def test_tells_the_lowest_version_of_those_that_answer(self, desk, ollama, make_provider):
        old = await make_provider()
        ollama.says("GET /api/version", b'{"version":"0.12.3"}')
        old.says("GET /api/version", b'{"version":"0.9.10"}')
        await desk.connect_ollama(ollama.url, old.url, "http://127.0.0.1:9")
        for index, version in ((None, b'"0.9.10"'), (0, b'"0.12.3"')):
            request = ollama_service_pb2.GetOllamaVersionRequest(url_idx=index)
            assert (await desk.world.ollama.GetOllamaVersion(request)).version == version
        with pytest.raises(Unavailable):
            await desk.world.ollama.GetOllamaVersion(ollama_service_pb2.GetOllamaVersionRequest(url_idx=2))
        with pytest.raises(NotFound):
            await desk.world.ollama.GetOllamaVersion(ollama_service_pb2.GetOllamaVersionRequest(url_idx=7))

    async def test_tells_what_is_loaded_by_address(self, desk, ollama):
        ollama.says("GET /api/ps", b'{"models":[]}')
        await desk.connect_ollama(ollama.url, "http://127.0.0.1:9")
        with desk.world.by(desk.world.admin):
            answer = await desk.world.ollama.ListLoadedModels(ollama_service_pb2.ListLoadedModelsRequest())
        assert orjson.loads(answer.models_by_url) == {ollama.url: {"models": []}, "http://127.0.0.1:9": None}
