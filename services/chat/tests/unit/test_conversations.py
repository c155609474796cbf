"""Conversations are taken apart, put together, compared and merged without losing anything."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from owui_chassis.errors import Invalid
from owui_chat.domain.assembly import StoredChat, StoredMessages, chat_json, linear_branch
from owui_chat.domain.conversation import ChatForm, Message, message_of, parse_chat
from owui_chat.domain.limits import Limits
from owui_chat.domain.merge import StoredMessage, compare, merge_message

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
KEY = st.text("abcdefgh-0123456789", min_size=1, max_size=8)
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant"])},
    optional={"content": TEXT | VALUE, "parentId": st.none() | KEY, "x": VALUE, "timestamp": st.integers()},
)
CHAT = st.fixed_dictionaries(
    {
        "title": TEXT,
        "history": st.fixed_dictionaries({"messages": st.dictionaries(KEY, MESSAGE, max_size=5)}),
    },
    optional={"models": VALUE, "params": VALUE, "files": VALUE},
)


def stored(form: ChatForm) -> dict[str, Any]:
    """Return the chat object that a client reads after a form was stored."""
    rows = list((form.messages or {}).values())
    members = json.dumps(
        {name: json.loads(bytes(raw)) for name, raw in form.members.items()}, separators=(",", ":")
    )
    messages = None
    if form.messages is not None:
        messages = StoredMessages(
            [row.id for row in rows],
            [row.parent_id for row in rows],
            [row.data for row in rows],
            [row.content for row in rows],
        )
    chat = StoredChat(
        "c", "u", form.title or "", members, "{}", form.current_id, None, None, False, False, 1, 2, messages
    )
    found: dict[str, Any] = json.loads(chat_json(chat))["chat"]
    return found


class TestRoundTrip:
    @given(CHAT)
    def test_what_is_stored_is_what_was_sent(self, chat: dict[str, Any]) -> None:
        for key, message in chat["history"]["messages"].items():
            message["id"] = key
        found = stored(parse_chat(json.dumps(chat).encode(), Limits()))
        assert found["history"]["messages"] == chat["history"]["messages"]
        assert {name: found[name] for name in chat if name != "history"} == {
            name: value for name, value in chat.items() if name != "history"
        }

    @given(MESSAGE)
    def test_the_fingerprint_does_not_depend_on_the_order_of_members(self, message: dict[str, Any]) -> None:
        turned = dict(reversed(list(message.items())))
        assert row(message).digest == row(turned).digest


class TestLinearBranch:
    def test_leads_from_the_root_to_the_current_message(self) -> None:
        parents = {"a": None, "b": "a", "c": "b", "d": "a"}
        assert linear_branch("c", parents) == ["a", "b", "c"]
        assert linear_branch("d", parents) == ["a", "d"]

    @pytest.mark.parametrize(("current", "branch"), [(None, []), ("x", []), ("a", ["b", "a"])])
    def test_ends_at_circles_and_missing_links(self, current: str | None, branch: list[str]) -> None:
        assert linear_branch(current, {"a": "b", "b": "a"}) == branch


class TestLimits:
    def test_refuses_too_many_messages_and_too_much_of_them(self) -> None:
        chat = {"history": {"messages": {str(n): {"content": "x"} for n in range(4)}}}
        body = json.dumps(chat).encode()
        for limits in (Limits(messages=3), Limits(chat_bytes=10), Limits(message_bytes=5)):
            with pytest.raises(Invalid):
                parse_chat(body, limits)

    @pytest.mark.parametrize("key", ["x" * 256, "a\nb", ""])
    def test_refuses_identifiers_that_are_none(self, key: str) -> None:
        with pytest.raises(Invalid):
            parse_chat(json.dumps({"history": {"messages": {key: {}}}}).encode(), Limits())


def row(message: dict[str, Any], key: str = "a") -> Message:
    """Return the row of a message."""
    return message_of(key, {name: msgspec.Raw(json.dumps(value).encode()) for name, value in message.items()})


class TestCompare:
    def test_finds_new_changed_and_deleted_rows(self) -> None:
        sent = {
            "same": row({"content": "1"}),
            "changed": row({"content": "2"}),
            "new": row({"content": "3"}, "new"),
        }
        held = {"same": sent["same"].digest, "changed": None, "gone": b"x", "running": b"y"}
        difference = compare(sent, held, {"running"}, partial=False)
        assert difference.new == [sent["new"]]
        assert difference.changed == [sent["changed"]]
        assert difference.deleted == ["gone"]

    def test_a_partial_copy_deletes_nothing(self) -> None:
        assert compare({}, {"a": b"x"}, (), partial=True).deleted == []


class TestMergeMessage:
    def test_while_a_task_writes_its_results_stay(self) -> None:
        held = StoredMessage("so far", '{"id":"a","error":{"content":"e"}}', None)
        sent = row({"id": "a", "role": "assistant", "content": "", "modelName": "M", "sources": [1]})
        merged = merge_message(sent, held, running=True, now=0)
        assert (merged.content, json.loads(merged.data)) == (
            "so far",
            {"id": "a", "role": "assistant", "modelName": "M", "error": {"content": "e"}},
        )

    @pytest.mark.parametrize(
        ("content", "age", "kept"),
        [
            ("", 10_000, True),
            ("whole", 5, True),
            ("whole", 500, False),
            ("edited", 5, False),
            ("whole text", 5, False),
        ],
    )
    def test_an_older_copy_does_not_undo_an_answer_but_an_edit_changes_it(
        self, content: str, age: int, kept: bool
    ) -> None:
        held = StoredMessage("whole text", '{"id":"a"}', 1000)
        sent = row({"id": "a", "role": "assistant", "content": content})
        merged = merge_message(sent, held, running=False, now=1000 + age)
        assert (merged.content == "whole text") is (kept or content == "whole text")
