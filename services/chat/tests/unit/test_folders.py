"""Folders: which forms and moves make sense, and what a folder gives to the answers of its chats."""

import json
from typing import Any

import pytest
from owui_chassis.errors import Invalid, NotFound
from owui_chat.domain.attachments import Kind, joined, parse_attachments, parse_kept
from owui_chat.domain.completion_request import CompletionRequest, parse_completion
from owui_chat.domain.folder_context import folder_context, in_folder
from owui_chat.domain.folders import DEEPEST, FolderLimits, check_place, inside, parse_folder

TREE = {"a": None, "b": "a", "c": "b", "x": None}
LIMITS = FolderLimits(folder_bytes=1000)


class TestPlaces:
    def test_a_folder_holds_all_below_it(self) -> None:
        assert inside(TREE, "a") == {"a", "b", "c"}
        assert inside(TREE, "x") == {"x"}

    def test_what_goes_round_already_ends(self) -> None:
        assert inside({"a": "b", "b": "a"}, "a") == {"a", "b"}

    @pytest.mark.parametrize("parent", ["a", "b", "c"])
    def test_nothing_goes_into_itself_or_what_is_in_it(self, parent: str) -> None:
        with pytest.raises(Invalid) as refusal:
            check_place(TREE, "a", parent)
        assert refusal.value.reason == "folder_cycle"

    @pytest.mark.parametrize(
        ("folder", "parent"), [("a", "x"), ("c", "a"), ("b", None), (None, "c"), ("b", "a")]
    )
    def test_everything_else_is_allowed(self, folder: str | None, parent: str | None) -> None:
        check_place(TREE, folder, parent)

    def test_a_place_that_is_not_there_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            check_place(TREE, "a", "somebody else's")

    def test_nesting_ends_somewhere(self) -> None:
        chain: dict[str, str | None] = {str(n): str(n - 1) if n else None for n in range(DEEPEST)}
        with pytest.raises(Invalid) as refusal:
            check_place(chain, None, str(DEEPEST - 1))
        assert refusal.value.reason == "folder_too_deep"
        with pytest.raises(Invalid):
            check_place({**chain, "top": None, "below": "top"}, "top", str(DEEPEST - 2))
        check_place({**chain, "top": None}, "top", str(DEEPEST - 2))


class TestForms:
    @pytest.mark.parametrize("name", ["", "  ", "x" * 256])
    def test_need_a_name_that_can_be_shown(self, name: str) -> None:
        with pytest.raises(Invalid):
            parse_folder(LIMITS, name=name)

    @pytest.mark.parametrize(
        "data",
        [
            b"[]",
            b"{",
            b'"x"',
            b'{"a":"\\u0000"}',
            b'{"a":"\\ud800"}',
            b"{" + b" " * 1000 + b"}",
            b'{"files":{}}',
            b'{"files":[7]}',
            json.dumps({"files": [{}] * 101}).encode(),
            b'{"system_prompt":7}',
            b'{"a":' * 500,
        ],
    )
    def test_refuse_data_that_cannot_be_kept(self, data: bytes) -> None:
        limits = FolderLimits(folder_bytes=1000 if b"files" not in data else 10_000)
        with pytest.raises(Invalid):
            parse_folder(limits, name="n", data=data)

    def test_keep_data_as_it_came(self) -> None:
        data = b'{ "system_prompt": "p", "files": null, "model_ids": ["m"], "more": 1.50 }'
        assert parse_folder(LIMITS, name=" n ", data=data).data == data.decode()
        assert parse_folder(LIMITS, name=" n ").name == "n"
        assert parse_folder(LIMITS, name=None, data=b"null").data is None


def request(**more: Any) -> CompletionRequest:
    body = {"model": "m", "chat_id": "c", "id": "a", "messages": [{"role": "user", "content": "?"}], **more}
    return parse_completion(json.dumps(body).encode())


class TestContext:
    def test_the_prompt_stands_before_that_of_the_chat(self) -> None:
        context = folder_context(json.dumps({"system_prompt": "Be {{MOOD}}."}))
        asked = in_folder(request(params={"system": "Short."}, variables={"{{MOOD}}": "kind"}), context)
        assert asked.messages[0] == {"role": "system", "content": "Be kind.\nShort."}
        assert json.loads(asked.body)["messages"] == asked.messages
        assert not asked.asked.names_documents

    def test_the_prompt_is_the_only_one_where_there_is_none(self) -> None:
        asked = in_folder(request(), folder_context('{"system_prompt":"Be kind."}'))
        assert [one["role"] for one in asked.messages] == ["system", "user"]

    def test_a_prompt_in_parts_keeps_its_parts(self) -> None:
        part = {"type": "text", "text": "Short."}
        messages = [{"role": "system", "content": [part]}, {"role": "user", "content": "?"}]
        asked = in_folder(request(messages=messages), folder_context('{"system_prompt":"Be kind."}'))
        assert asked.messages[0]["content"] == [{"type": "text", "text": "Be kind."}, part]

    def test_files_are_joined_to_those_of_the_question_and_may_be_gone(self) -> None:
        files = [
            {"type": "file", "id": "kept"},
            {"type": "file", "id": "both"},
            {"type": "folder", "id": "f"},
        ]
        context = folder_context(json.dumps({"files": [*files, 7, {"type": "file"}]}))
        asked = in_folder(request(files=[{"type": "file", "id": "both"}]), context).asked
        assert [one.name for one in asked.attachments] == ["both", "kept"]
        # What the question itself names has to be there.
        assert asked.earlier == {"kept"}

    @pytest.mark.parametrize("data", [None, "{}", '{"system_prompt":7,"files":{}}', '{"system_prompt":" "}'])
    def test_nothing_comes_of_nothing(self, data: str | None) -> None:
        assert not folder_context(data)

    def test_has_only_as_much_room_as_a_question(self) -> None:
        pages = [{"type": "url", "url": f"https://{n}.example/"} for n in range(20)]
        files = [{"type": "file", "id": str(n)} for n in range(90)]
        found = joined(parse_attachments(pages[:6]), parse_kept([*pages, *files]))
        assert [one.name for one in found[:6]] == [page["url"] for page in pages[:6]]
        assert len([one for one in found if one.kind is Kind.URL]) == 10
        assert len(found) <= 100
