"""The transport: who may speak, in which form, and what is said to those who may not."""

import json
from typing import Any

import pytest

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
PONG = {"jsonrpc": "2.0", "id": 1, "result": {}}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "0"},
    },
}


class TestWhoMaySpeak:
    @pytest.mark.parametrize("token", ["", "worthless", "pia-token"])
    async def test_strangers_and_pending_people_may_not(self, agent: Any, token: str) -> None:
        status, headers, _ = await agent.post(PING, token)
        assert status == 401
        assert headers["WWW-Authenticate"] == "Bearer"

    async def test_a_key_does_as_well_as_a_session(self, agent: Any) -> None:
        assert (await agent.post(PING, "sk-bob"))[2] == PONG
        assert (await agent.post(PING, "", X_API_Key="sk-bob"))[2] == PONG

    @pytest.mark.parametrize(
        ("origin", "status"),
        [
            ("https://friend.example", 200),
            ("https://evil.example", 403),
            ("null", 403),
            ("http://127.0.0.1:1", 403),
        ],
    )
    async def test_pages_of_others_may_not(self, agent: Any, origin: str, status: int) -> None:
        assert (await agent.post(PING, Origin=origin))[0] == status

    async def test_pages_of_this_installation_may(self, agent: Any) -> None:
        assert (await agent.post(PING, Origin=agent.url.removesuffix("/mcp")))[0] == 200


class TestForm:
    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"", -32700),
            (b"{", -32700),
            (b"\xff", -32700),
            (b"7", -32600),
            (b"null", -32600),
            (b"[]", -32600),
            (b"{}", -32600),
            (b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}', -32600),
            (b'{"jsonrpc": "2.0", "id": 1}', -32600),
            (b'{"jsonrpc": "2.0", "id": [1], "method": "ping"}', -32600),
            (b'{"jsonrpc": "2.0", "id": 1, "method": 7}', -32600),
            (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}', -32600),
            (b"[" + b"[" * 10_000, -32700),
        ],
    )
    async def test_what_is_no_message_is_told(self, agent: Any, body: bytes, code: int) -> None:
        status, _, answer = await agent.post(body)
        assert status == 400
        assert answer["error"]["code"] == code
        assert answer["id"] is None

    async def test_too_large_a_batch_is_refused(self, agent: Any) -> None:
        assert (await agent.post([PING] * 51))[0] == 400
        assert len((await agent.post([PING] * 50))[2]) == 50

    async def test_batches_are_of_one_version(self, agent: Any) -> None:
        batch = [PING, {"jsonrpc": "2.0", "method": "notifications/x"}, {**PING, "id": "b"}]
        status, _, answer = await agent.post(batch, MCP_Protocol_Version="2025-03-26")
        assert (status, answer) == (200, [PONG, {**PONG, "id": "b"}])
        assert (await agent.post(batch, MCP_Protocol_Version="2025-06-18"))[0] == 400

    @pytest.mark.parametrize(
        "message",
        [
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
            {"jsonrpc": "2.0", "id": 3, "result": {}},
            {"jsonrpc": "2.0", "id": 3, "error": {"code": 1, "message": "x"}},
        ],
    )
    async def test_what_wants_no_answer_is_accepted(self, agent: Any, message: Any) -> None:
        status, _, body = await agent.post(message)
        assert (status, body) == (202, b"")

    async def test_a_client_of_events_gets_an_event(self, agent: Any) -> None:
        status, headers, body = await agent.post(PING, Accept="text/event-stream")
        assert status == 200
        assert headers["Content-Type"].startswith("text/event-stream")
        assert body.startswith(b"event: message\ndata: ")
        assert json.loads(body.partition(b"data: ")[2]) == PONG

    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ({"Accept": "text/html"}, 406),
            ({"Accept": "*/*"}, 200),
            ({"Accept": "application/*;q=0.5"}, 200),
            ({"Content_Type": "text/plain"}, 415),
            ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
            ({"MCP_Protocol_Version": "1999-01-01"}, 400),
            ({"MCP_Protocol_Version": "2025-03-26"}, 200),
        ],
    )
    async def test_other_forms_are_refused(self, agent: Any, headers: dict[str, str], expected: int) -> None:
        assert (await agent.post(json.dumps(PING).encode(), **headers))[0] == expected

    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    async def test_there_is_nothing_to_listen_to_or_to_end(self, agent: Any, method: str) -> None:
        async with agent.http.request(method, agent.url) as answer:
            assert answer.status == 405
            assert answer.headers["Allow"] == "POST"


class TestSessions:
    async def test_a_session_belongs_to_its_user(self, agent: Any) -> None:
        session = (await agent.post(INITIALIZE))[1]["Mcp-Session-Id"]
        assert session.isascii()
        assert (await agent.post(PING, Mcp_Session_Id=session))[0] == 200
        assert (await agent.post(PING, "sk-bob", Mcp_Session_Id=session))[0] == 404

    @pytest.mark.parametrize("session", ["", "x", "0" * 96, "ä"])
    async def test_an_invented_session_is_refused(self, agent: Any, session: str) -> None:
        assert (await agent.post(PING, Mcp_Session_Id=session))[0] == 404

    async def test_only_the_beginning_gives_a_session(self, agent: Any) -> None:
        assert "Mcp-Session-Id" not in (await agent.post(PING))[1]
        first, second = [(await agent.post(INITIALIZE))[1]["Mcp-Session-Id"] for _ in range(2)]
        assert first != second


class TestInitialize:
    @pytest.mark.parametrize(
        ("wanted", "offered"),
        [
            ("2025-06-18", "2025-06-18"),
            ("2025-03-26", "2025-03-26"),
            ("2025-11-25", "2025-11-25"),
            ("2099-01-01", "2025-11-25"),
            (7, "2025-11-25"),
        ],
    )
    async def test_the_version_is_agreed(self, agent: Any, wanted: Any, offered: str) -> None:
        result = await agent.ask("initialize", protocolVersion=wanted)
        assert result["protocolVersion"] == offered
        assert result["serverInfo"] == {"name": "Open WebUI", "version": "1.2.3"}
        assert "tools" in result["capabilities"]

    async def test_an_unknown_method_is_told(self, agent: Any) -> None:
        assert (await agent.ask("resources/list"))["code"] == -32601
