"""Requests that make no sense: a clear refusal, nothing written, never a 500."""

import json
from typing import Any

import pytest

from .clients.people import Person
from .clients.sockets import SocketClient
from .world import World

JSON = {"Content-Type": "application/json"}
COMPLETION = {"model": "fake-model", "messages": [{"role": "user", "content": "hi"}]}
DEEP = b'{"chat":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
LONG = "t" * 10_000
NEW = "/api/v1/chats/new"
PROFILE = "/api/v1/auths/update/profile"
ASK = "/api/chat/completions"

# Path, body as it is sent.
SENSELESS: list[tuple[str, str, bytes]] = [
    ("broken JSON", NEW, b'{"chat": {"title": '),
    ("broken JSON for a model", ASK, b'{"model": "fake-model", "messages": ['),
    ("no body", NEW, b""),
    ("an empty list", NEW, b"[]"),
    ("a number", NEW, b"17"),
    ("null", NEW, b"null"),
    ("the chat is a text", NEW, b'{"chat": "text"}'),
    ("the chat is null", NEW, b'{"chat": null}'),
    ("messages are a list", NEW, b'{"chat": {"history": {"messages": []}}}'),
    ("a message is a text", NEW, b'{"chat": {"history": {"messages": {"a": "b"}}}}'),
    ("the title is a number", NEW, b'{"chat": {"title": 17}}'),
    ("the title is an object", NEW, b'{"chat": {"title": {}}}'),
    ("invalid UTF-8", NEW, b'{"chat": {"title": "\xff\xfe"}}'),
    (
        "invalid UTF-8 for a model",
        ASK,
        b'{"model": "fake-model", "messages": [{"role": "user", "content": "\xff"}]}',
    ),
    ("a NUL in a title", NEW, b'{"chat": {"title": "a\\u0000b"}}'),
    ("a NUL in a message", NEW, b'{"chat": {"history": {"messages": {"a": {"content": "\\u0000"}}}}}'),
    ("a NUL in a name", PROFILE, b'{"name": "a\\u0000b", "profile_image_url": "/user.png"}'),
    ("half a surrogate pair in a name", PROFILE, b'{"name": "a\\ud800b", "profile_image_url": "/user.png"}'),
    ("half a surrogate pair in a title", NEW, b'{"chat": {"title": "a\\udc00b"}}'),
    ("deep nesting", NEW, DEEP),
    ("deep nesting for a model", ASK, DEEP),
    ("an endless name", PROFILE, json.dumps({"name": LONG, "profile_image_url": "/user.png"}).encode()),
    ("an empty name", PROFILE, b'{"name": "", "profile_image_url": "/user.png"}'),
    ("no model", ASK, b'{"messages": [{"role": "user", "content": "hi"}]}'),
    ("the model is a number", ASK, b'{"model": 1, "messages": [{"role": "user", "content": "hi"}]}'),
    ("an unknown model", ASK, b'{"model": "no-such", "messages": [{"role": "user", "content": "hi"}]}'),
    ("no messages", ASK, b'{"model": "fake-model"}'),
    ("messages are a text", ASK, b'{"model": "fake-model", "messages": "hi"}'),
    (
        "an endless integer",
        "/api/v1/auths/api_keys",
        b'{"name": "k", "expires_in_days": 1' + b"0" * 400 + b"}",
    ),
    ("an integer beyond 32 bits", "/api/v1/auths/api_keys", b'{"name": "k", "expires_in_days": 4294967296}'),
    ("a negative number of days", "/api/v1/auths/api_keys", b'{"name": "k", "expires_in_days": -1}'),
    ("an empty key name", "/api/v1/auths/api_keys", b'{"name": ""}'),
    ("an unknown folder", NEW, b'{"chat": {"title": "t"}, "folder_id": 17}'),
    ("an unknown chat", "/api/v1/chats/no-such-chat", b'{"chat": {"title": "t"}}'),
    ("an unknown chat to pin", "/api/v1/chats/no-such-chat/pin", b""),
    ("an unknown message", "/api/v1/chats/no-such-chat/messages/x", b'{"content": "t"}'),
]


class TestSenselessBodies:
    @pytest.mark.parametrize(("path", "body"), [pytest.param(p, b, id=name) for name, p, b in SENSELESS])
    async def test_are_refused_and_write_nothing(
        self, platform: World, ada: Person, path: str, body: bytes
    ) -> None:
        before = await platform.row_counts()
        answer = await ada.rest.call("POST", path, data=body, headers=JSON)
        assert 400 <= answer.status < 500, answer
        assert answer.detail, answer
        assert await platform.row_counts() == before
        assert not platform.provider.completions

    async def test_what_is_missing_is_named(self, ada: Person) -> None:
        answer = await ada.rest.post(PROFILE, {"name": "Ada"})
        assert answer.status == 422, answer
        assert answer.detail[0]["loc"][-1] == "profile_image_url"

    async def test_a_form_is_no_json(self, platform: World, ada: Person) -> None:
        before = await platform.row_counts()
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            answer = await ada.rest.call("POST", NEW, data=b'{"chat": {}}', headers={"Content-Type": kind})
            assert answer.status == 422, (kind, answer)
        assert await platform.row_counts() == before


class TestTasks:
    @pytest.mark.parametrize(
        "changes",
        [
            {"chat_id": "no-such-chat"},
            {"chat_id": "a\u0000b"},
            {"chat_id": "c" * 10_000},
            {"id": "m" * 10_000},
            {"messages": []},
            {"messages": ["text"]},
            {"messages": [{"role": "user", "content": "\u0000"}]},
            {"model": "no-such-model"},
            {"parent_message": "text"},
            {"params": []},
            {"background_tasks": "all"},
        ],
        ids=str,
    )
    async def test_that_cannot_be_started_are_refused(
        self, platform: World, ada: Person, changes: dict[str, Any]
    ) -> None:
        conversation = await ada.converse()
        before = await platform.row_counts()
        answer = await ada.rest.post(ASK, {**ada.question(conversation, "no-socket"), **changes})
        assert 400 <= answer.status < 500, answer
        assert answer.detail, answer
        assert await platform.row_counts() == before


class TestSize:
    async def test_a_body_that_announces_too_much_is_refused_unread(self, ada: Person) -> None:
        async def endless() -> Any:
            for _ in range(40):
                yield b" " * 1_000_000

        answer = await ada.rest.call("POST", NEW, data=endless(), headers=JSON)
        assert (answer.status, isinstance(answer.detail, str)) == (413, True)

    async def test_an_endless_title_is_cut(self, ada: Person) -> None:
        stored = await ada.rest.send(NEW, {"chat": {"title": LONG}})
        assert LONG.startswith(stored["title"])
        assert len(stored["title"]) <= 1000

    async def test_a_chat_that_is_large_but_allowed_is_kept(self, ada: Person) -> None:
        text = "ü" * 1_000_000
        message = {"id": "a", "role": "user", "content": text, "parentId": None}
        chat = {"title": "large", "history": {"currentId": "a", "messages": {"a": message}}}
        stored = await ada.rest.send(NEW, {"chat": chat})
        read = await ada.rest.fetch(f"/api/v1/chats/{stored['id']}")
        assert read["chat"]["history"]["messages"]["a"]["content"] == text


class TestPaths:
    @pytest.mark.parametrize(
        "identifier",
        [
            "%00",
            "%ff",
            "..%2f..%2fetc%2fpasswd",
            "a" * 5000,
            "%F0%9F%92%A9",
            "'; DROP TABLE chat; --",
            "%25",
            "null",
        ],
        ids=["nul", "no utf-8", "dots", "long", "emoji", "sql", "percent", "null"],
    )
    async def test_strange_identifiers_are_unknown(
        self, platform: World, ada: Person, identifier: str
    ) -> None:
        before = await platform.row_counts()
        for verb, path in (
            ("GET", "/api/v1/chats/{}"),
            ("DELETE", "/api/v1/chats/{}"),
            ("GET", "/api/v1/users/{}"),
        ):
            answer = await ada.rest.call(verb, path.format(identifier))
            assert 400 <= answer.status < 500, (path, answer)
            assert answer.detail
        assert await platform.row_counts() == before

    @pytest.mark.parametrize("page", ["-1", "0", "99999999999999999999", "x", "1e3", "", "%00"])
    async def test_strange_pages_are_empty_or_refused(self, ada: Person, page: str) -> None:
        answer = await ada.rest.get(f"/api/v1/chats/?page={page}")
        assert answer.status in {200, 400, 422}, answer


class TestSockets:
    @pytest.mark.parametrize(
        "packet",
        [
            "4",
            "42",
            "42{}",
            '42["',
            "42[]",
            "42[17]",
            '42["chat:resume"]',
            "49[]",
            "451-[]",
            "x",
            "40{}",
            '42/other,["a"]',
        ],
    )
    async def test_strange_packets_harm_only_their_sender(self, ada: Person, packet: str) -> None:
        async with ada.socket() as other, SocketClient(ada.rest.http, ada.rest.base_url, ada.token) as socket:
            await socket.send_text(packet)
            joined = await other.call("user-join", {})
            assert joined["id"] == ada.id

    @pytest.mark.parametrize(
        "data", [None, [], "x", {"task_id": 1}, {"task_id": "x", "seq": -1}, {"task_id": "x", "seq": 1e300}]
    )
    async def test_strange_arguments_are_answered_no(self, ada: Person, data: Any) -> None:
        async with ada.socket() as socket:
            assert await socket.call("chat:resume", data) == {"status": False}
