"""Completion routes: bytes pass as they are, errors become what clients of this interface expect."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import ClassVar

import aiohttp
import pytest
import pytest_asyncio
from owui.chat.v1 import completion_service_pb2 as chat_pb
from owui.model_proxy.v1 import completion_service_pb2 as pb
from owui_chassis.errors import Conflict, Exhausted, NotFound, Unavailable
from yarl import URL

from .world import WAIT, World, until

ASK = {"model": "small", "messages": [{"role": "user", "content": "hi"}], "stream": True}
CHAT = "/api/chat/completions"
OPENAI = "/openai/chat/completions"
ADA = {"authorization": "Bearer ada-token"}


async def within(event: asyncio.Event, seconds: float = 1.0) -> None:
    await asyncio.wait_for(event.wait(), seconds)


class TestPassingOn:
    @pytest.mark.parametrize("path", [CHAT, "/api/v1/chat/completions", OPENAI])
    async def test_bytes_are_those_of_the_provider_wherever_they_are_cut(
        self, world: World, path: str
    ) -> None:
        whole = 'data: {"choices":[{"delta":{"content":"ä漢🎉"}}]}\n\n'.encode() * 50 + b"\xff\xfe"
        cuts = sorted(random.Random(7).sample(range(1, len(whole)), 200))
        world.models.steps = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
        answer = await world.post(path, ASK)
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.body == whole

    async def test_each_piece_is_sent_at_once(self, world: World) -> None:
        gate = asyncio.Event()
        world.models.steps = [b"data: 1\n\n", gate, b"data: 2\n\n"]
        async with world.http.post(CHAT, json=ASK, headers=ADA) as answer:
            first, _ = await asyncio.wait_for(answer.content.readchunk(), WAIT)
            assert first == b"data: 1\n\n"
            gate.set()
            second, _ = await answer.content.readchunk()
            assert second == b"data: 2\n\n"

    async def test_the_body_travels_unread(self, world: World) -> None:
        body = b'{ "model":"small" ,"messages":[],"x":9007199254740993,"y":[1.0,{"z":null}]}'
        headers = {**ADA, "content-type": "application/json"}
        async with world.http.post(CHAT, data=body, headers=headers) as answer:
            await answer.read()
        assert world.models.requests[0].body == body

    @pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 520])
    async def test_an_error_of_the_provider_keeps_its_status_and_body(
        self, world: World, status: int
    ) -> None:
        world.models.status, world.models.content_type = status, "application/json"
        world.models.steps = [b'{"error": {"message": "no", ', b'"code": 7}}']
        answer = await world.post(OPENAI, ASK)
        assert (answer.status, answer.body) == (status, b'{"error": {"message": "no", "code": 7}}')

    async def test_a_status_that_is_none_becomes_bad_gateway(self, world: World) -> None:
        world.models.status = 999
        assert (await world.post(CHAT, ASK)).status == 502

    @pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, br"])
    async def test_json_and_events_arrive_whole_whatever_the_client_accepts(
        self, world: World, encoding: str
    ) -> None:
        world.models.steps = [b"x" * 5000, b"y" * 5000]
        for kind in ("application/json", "text/event-stream", "text/plain"):
            world.models.content_type = kind
            answer = await world.post(CHAT, ASK, headers={"accept-encoding": encoding})
            assert answer.body == b"x" * 5000 + b"y" * 5000
            assert "content-encoding" not in answer.headers


class TestOllama:
    @pytest.mark.parametrize(
        ("path", "api"),
        [
            ("/ollama/api/chat", pb.COMPLETION_API_OLLAMA_CHAT),
            ("/ollama/api/generate", pb.COMPLETION_API_OLLAMA_GENERATE),
            ("/ollama/v1/chat/completions", pb.COMPLETION_API_OLLAMA_OPENAI_CHAT),
            ("/ollama/v1/completions", pb.COMPLETION_API_OLLAMA_OPENAI_TEXT),
        ],
    )
    async def test_each_path_has_its_dialect_with_and_without_an_index(
        self, world: World, path: str, api: int
    ) -> None:
        assert (await world.post(path, {"model": "small", "prompt": "hi"})).status == 200
        assert (await world.post(f"{path}/2", {"model": "small", "prompt": "hi"})).status == 200
        plain, indexed = world.models.requests
        assert (plain.api, plain.HasField("connection_index")) == (api, False)
        assert (indexed.api, indexed.connection_index) == (api, 2)

    async def test_an_index_that_no_connection_can_have_is_refused(self, world: World) -> None:
        answer = await world.post("/ollama/api/chat/99999999999", {"model": "small"})
        assert (answer.status, answer.detail) == (403, "Connection not found")
        assert (await world.post("/ollama/api/chat/x", {"model": "small"})).status in (404, 405)

    async def test_an_error_in_the_middle_is_a_line(self, world: World) -> None:
        world.models.content_type = "application/x-ndjson"
        world.models.steps = [b'{"message":1}\n', Unavailable("The provider died", "provider_died")]
        answer = await world.post("/ollama/api/chat", {"model": "small"})
        assert answer.body.splitlines()[1] == (
            b'{"error":{"message":"The provider died","code":"provider_died"}}'
        )


class TestErrors:
    @pytest.mark.parametrize(("path", "status"), [(CHAT, 400), (OPENAI, 403), ("/ollama/api/chat", 403)])
    async def test_a_model_that_may_not_be_used(self, world: World, path: str, status: int) -> None:
        answer = await world.post(path, {**ASK, "model": "missing"})
        assert (answer.status, answer.json) == (status, {"detail": "Model not found"})

    async def test_before_the_first_byte_are_answered_with_their_status(self, world: World) -> None:
        world.models.head = Unavailable("The provider does not answer", "provider_away")
        answer = await world.post(CHAT, ASK)
        assert (answer.status, answer.json) == (503, {"detail": "The provider does not answer"})

    async def test_tell_when_to_try_again(self, world: World) -> None:
        world.models.head = Exhausted("Too many", "limit", retry_after=2.6)
        answer = await world.post(CHAT, ASK)
        assert (answer.status, answer.headers["retry-after"]) == (429, "3")

    async def test_after_the_first_byte_are_an_event(self, world: World) -> None:
        world.models.steps = [b"data: 1\n\n", Unavailable("The provider died", "provider_died")]
        answer = await world.post(CHAT, ASK)
        assert answer.status == 200
        assert answer.body == (
            b'data: 1\n\ndata: {"error":{"message":"The provider died","code":"provider_died"}}\n\n'
        )

    async def test_in_half_a_document_cut_the_connection(self, world: World) -> None:
        world.models.content_type = "application/json"
        world.models.steps = [b'{"half":', Unavailable("The provider died", "provider_died")]
        with pytest.raises(aiohttp.ClientPayloadError):
            await world.post(CHAT, ASK)

    async def test_a_bug_in_a_stream_shows_no_details(self, world: World) -> None:
        world.models.steps = [b"data: 1\n\n", ZeroDivisionError("secret detail")]
        answer = await world.post(CHAT, ASK)
        assert b"Internal error" in answer.body
        assert b"secret" not in answer.body


class TestLeaving:
    async def test_in_the_middle_cancels_the_rpc(self, world: World) -> None:
        world.models.steps = [b"data: 1\n\n", asyncio.Event()]
        async with world.http.post(CHAT, json=ASK, headers=ADA) as answer:
            await answer.content.readchunk()
            answer.close()
        await within(world.models.cancelled)

    async def test_before_the_head_cancels_the_rpc(self, world: World) -> None:
        world.models.head = asyncio.Event()
        asking = asyncio.create_task(world.post(CHAT, ASK))
        await within(world.models.begun, WAIT)
        asking.cancel()
        await within(world.models.cancelled)

    async def test_a_pass_through_cancels_the_rpc(self, world: World) -> None:
        world.models.steps = [b"1", asyncio.Event()]
        async with world.http.post("/openai/embeddings", json=ASK, headers=ADA) as answer:
            await answer.content.readchunk()
            answer.close()
        await within(world.models.cancelled)

    async def test_while_bytes_flow_cancels_the_rpc(self, world: World) -> None:
        world.models.steps = [b"data: 1\n\n"] * 200_000
        async with world.http.post(CHAT, json=ASK, headers=ADA) as answer:
            await answer.content.readchunk()
            answer.close()
        await within(world.models.cancelled, WAIT)


class TestTasks:
    UI: ClassVar = {**ASK, "chat_id": "chat", "id": "message", "session_id": "socket"}

    async def test_are_started_and_answered_at_once(self, world: World) -> None:
        answer = await world.post(CHAT, self.UI)
        assert (answer.status, answer.json) == (200, {"status": True, "task_id": "task-1"})
        assert not world.models.requests

    @pytest.mark.parametrize("missing", ["chat_id", "id", "session_id"])
    async def test_need_all_three_names(self, world: World, missing: str) -> None:
        answer = await world.post(CHAT, {**self.UI, missing: None})
        assert answer.headers["content-type"] == "text/event-stream"
        assert not world.chat.started

    async def test_of_a_foreign_chat_are_refused(self, world: World) -> None:
        answer = await world.post(CHAT, {**self.UI, "chat_id": "foreign"})
        assert (answer.status, answer.detail) == (400, "We could not find what you're looking for :/")

    async def test_are_no_matter_of_the_openai_route(self, world: World) -> None:
        await world.post(OPENAI, self.UI)
        assert len(world.models.requests) == 1
        assert not world.chat.started


class TestDocuments:
    GROUNDED = b'data: {"sources":[]}\n\ndata: [DONE]\n\n'

    @pytest.mark.parametrize("path", [CHAT, OPENAI])
    @pytest.mark.parametrize(
        "more",
        [
            {"files": [{"type": "file", "id": "f"}]},
            {"files": "nonsense"},
            {"features": {"web_search": True}},
        ],
    )
    async def test_a_request_that_names_some_goes_to_chat(
        self, world: World, path: str, more: dict[str, object]
    ) -> None:
        answer = await world.post(path, {**ASK, **more})
        assert (answer.status, answer.body) == (200, self.GROUNDED)
        assert len(world.chat.grounded) == 1
        assert not world.models.requests

    @pytest.mark.parametrize(
        "more",
        [
            {"files": []},
            {"files": None},
            {"features": {}},
            {"features": {"web_search": False}},
            {"features": "nonsense"},
            {"features": {"image_generation": True}},
        ],
    )
    async def test_a_request_that_names_none_goes_to_the_model(
        self, world: World, more: dict[str, object]
    ) -> None:
        assert (await world.post(CHAT, {**ASK, **more})).body == b"data: [DONE]\n\n"
        assert not world.chat.grounded

    @pytest.mark.parametrize("path", [CHAT, OPENAI])
    async def test_a_model_that_rests_on_knowledge_is_asked_through_chat(
        self, world: World, path: str
    ) -> None:
        answer = await world.post(path, {**ASK, "model": "expert"})
        assert (answer.status, answer.body) == (200, self.GROUNDED)
        assert len(world.models.requests) == len(world.chat.grounded) == 1

    @pytest.mark.parametrize(
        ("path", "dialect"),
        [
            ("/ollama/api/chat", chat_pb.DIALECT_OLLAMA),
            ("/ollama/v1/chat/completions", chat_pb.DIALECT_OLLAMA_OPENAI),
        ],
    )
    @pytest.mark.parametrize("more", [{"model": "expert"}, {"files": [{"type": "file", "id": "f"}]}])
    async def test_the_conversations_of_ollama_are_asked_through_chat_in_their_dialect(
        self, world: World, path: str, dialect: int, more: dict[str, object]
    ) -> None:
        for address in (path, f"{path}/2"):
            assert (await world.post(address, {**ASK, **more})).body == self.GROUNDED
        plain, indexed = world.chat.grounded
        assert (plain.dialect, plain.HasField("connection_index")) == (dialect, False)
        assert (indexed.dialect, indexed.connection_index) == (dialect, 2)

    @pytest.mark.parametrize("path", ["/ollama/api/generate", "/ollama/v1/completions"])
    async def test_a_prompt_to_go_on_with_names_none(self, world: World, path: str) -> None:
        body = {"model": "small", "prompt": "Once", "files": [{"type": "file", "id": "f"}]}
        assert (await world.post(path, body)).body == b"data: [DONE]\n\n"
        assert not world.chat.grounded

    @pytest.mark.parametrize(("path", "status"), [(CHAT, 400), (OPENAI, 403), ("/ollama/api/chat", 403)])
    async def test_what_is_missing_has_its_usual_status(self, world: World, path: str, status: int) -> None:
        foreign = await world.post(path, {**ASK, "files": [{"type": "file", "id": "foreign"}]})
        assert (foreign.status, foreign.detail) == (404, "We could not find what you're looking for :/")
        missing = await world.post(path, {**ASK, "model": "missing", "files": [{"type": "file", "id": "f"}]})
        assert (missing.status, missing.detail) == (status, "Model not found")
        away = await world.post(path, {**ASK, "files": [{"type": "file", "id": "away"}]})
        assert (away.status, away.detail) == (503, "The documents cannot be searched now")

    async def test_another_conflict_is_no_reason_to_ask_chat(self, world: World) -> None:
        world.models.head = Conflict("Not now", "busy")
        assert (await world.post(CHAT, ASK)).status == 409
        assert not world.chat.grounded


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tight(redis_url: str) -> AsyncIterator[World]:
    environ = {"GATEWAY_MAX_STREAMS": "2", "GATEWAY_STREAM_IDLE_TIMEOUT": "300ms"}
    async with World(redis_url, None, environ) as world:
        yield world


class TestLimits:
    @pytest.fixture(autouse=True)
    def clean(self, tight: World) -> None:
        tight.reset()

    async def test_too_many_streams_are_asked_to_come_back(self, tight: World) -> None:
        gate = asyncio.Event()
        tight.models.steps = [b"data: 1\n\n", gate]
        running = [asyncio.create_task(tight.post(CHAT, ASK)) for _ in range(2)]
        await until(lambda: len(tight.models.requests) == 2)
        refused = await tight.post(CHAT, ASK)
        assert refused.status == 429
        assert int(refused.headers["retry-after"]) > 0
        gate.set()
        assert [one.status for one in await asyncio.gather(*running)] == [200, 200]
        assert (await tight.post(CHAT, ASK)).status == 200

    async def test_silence_before_the_head_is_an_error(self, tight: World) -> None:
        tight.models.head = asyncio.Event()
        answer = await tight.post(CHAT, ASK)
        assert (answer.status, answer.detail) == (503, "The model has been silent for too long")
        await within(tight.models.cancelled)

    async def test_silence_in_the_middle_ends_the_stream_with_an_event(self, tight: World) -> None:
        tight.models.steps = [b"data: 1\n\n", asyncio.Event()]
        answer = await tight.post(CHAT, ASK)
        assert answer.body.startswith(b"data: 1\n\ndata: {")
        assert b"stream_idle" in answer.body
        await within(tight.models.cancelled)

    async def test_a_slow_but_steady_answer_is_no_silence(self, tight: World) -> None:
        beats = [asyncio.Event() for _ in range(5)]
        tight.models.steps = [step for beat in beats for step in (beat, b"data: 1\n\n")]
        asking = asyncio.create_task(tight.post(CHAT, ASK))
        for beat in beats:
            await asyncio.sleep(0.1)
            beat.set()
        assert (await asking).body == b"data: 1\n\n" * 5


class TestPassThrough:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/ollama/api/pull"),
            ("POST", "/ollama/api/pull/1"),
            ("POST", "/ollama/api/create"),
            ("POST", "/ollama/api/copy"),
            ("DELETE", "/ollama/api/delete"),
            ("DELETE", "/ollama/api/push"),
            ("POST", "/ollama/api/unload"),
        ],
    )
    async def test_what_changes_a_server_is_for_administrators(
        self, world: World, method: str, path: str
    ) -> None:
        statuses = {}
        for token in ("", "pia-token", "ada-token", "root-token"):
            headers = {"authorization": f"Bearer {token}"} if token else {}
            async with world.http.request(method, path, json={"name": "m"}, headers=headers) as answer:
                statuses[token] = answer.status
        assert statuses == {"": 401, "pia-token": 401, "ada-token": 401, "root-token": 200}

    async def test_what_reads_is_for_users(self, world: World) -> None:
        for path in ("/ollama/api/show", "/ollama/api/embed/1", "/ollama/api/embeddings", "/openai/anything"):
            assert (await world.post(path, {}, "pia-token")).status == 401
            assert (await world.post(path, {}, "ada-token")).status == 200

    async def test_method_path_query_and_body_arrive(self, world: World) -> None:
        headers = {**ADA, "content-type": "text/x-strange"}
        address = URL(f"{world.url}/openai/a/b%20c?x=1&y=%2F", encoded=True)
        async with aiohttp.request("PUT", address, data=b"\x00\xff", headers=headers) as answer:
            assert answer.status == 200
        request = world.models.requests[0]
        assert (request.method, request.path, request.query) == ("PUT", "a/b c", "x=1&y=%2F")
        assert (request.body, request.content_type) == (b"\x00\xff", "text/x-strange")

    async def test_a_push_is_a_post_for_the_server(self, world: World) -> None:
        headers = {"authorization": "Bearer root-token"}
        async with world.http.delete("/ollama/api/push/3", json={}, headers=headers):
            request = world.models.requests[0]
        assert (request.method, request.path, request.connection_index) == ("POST", "api/push", 3)

    async def test_a_refused_path_and_a_missing_model_are_forbidden(self, world: World) -> None:
        assert (await world.post("/openai/admin/things", {})).status == 403
        world.models.head = NotFound("Model not found", "model_not_found")
        assert (await world.post("/openai/embeddings", {})).status == 403
