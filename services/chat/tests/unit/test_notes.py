"""Notes: which forms and searches make sense, and what their text is."""

from typing import Any

import pytest
from owui_chassis.errors import Invalid
from owui_chat.domain.json_objects import merged
from owui_chat.domain.notes import NoteForm, NoteLimits, NoteSearch, parse_note, parse_search, text_of_note


def form(**more: Any) -> NoteForm:
    values = {"title": "t", "data": b"", "meta": b"", "access_control": b"", "sends_access": True, **more}
    return parse_note(NoteLimits(note_bytes=1000), **values)


class TestForms:
    @pytest.mark.parametrize(
        "values",
        [
            {"title": "x" * 1001},
            {"data": b"[]"},
            {"data": b'{"a":"' + b"x" * 1000 + b'"}'},
            {"meta": b"7"},
            {"access_control": b"[]"},
            {"access_control": b'{"read":{"user_ids":"everybody"}}'},
            {"access_control": b'{"write":{"group_ids":[7]}}'},
            {"access_control": b'{"read":7}'},
        ],
    )
    def test_refuse_what_cannot_be_kept(self, values: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            form(**values)

    def test_null_is_an_access_control(self) -> None:
        assert form(access_control=b"null").access_control is None
        assert form(access_control=b"{}").access_control == {}


class TestText:
    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            ('{"content":{"md":"words","html":"<p>"}}', "words"),
            ('{"content":{"md":7}}', ""),
            ('{"content":{}}', ""),
            ('{"content":null}', ""),
            ('{"content":7}', ""),
            ("{}", ""),
            (None, ""),
        ],
    )
    def test_is_the_markdown(self, data: str | None, expected: str) -> None:
        assert text_of_note(data) == expected


class TestMerging:
    def test_replaces_members_and_keeps_others_as_they_are(self) -> None:
        assert merged('{"a": 1.50, "b":{"x":1}}', '{"b":{"y":2}}', "data", 100) == '{"a":1.50,"b":{"y":2}}'

    def test_is_refused_when_it_gets_too_large(self) -> None:
        with pytest.raises(Invalid):
            merged('{"a":"xxxxxxxx"}', '{"b":"yyyyyyyy"}', "data", 20)

    def test_changes_nothing_without_anything_sent(self) -> None:
        assert merged('{"a":1}', None, "data", 100) == '{"a":1}'
        assert merged(None, '{"a":1}', "data", 100) == '{"a":1}'


class TestSearches:
    @pytest.mark.parametrize(
        "search",
        [
            NoteSearch(order_by="password"),
            NoteSearch(view="all"),
            NoteSearch(right="own"),
            NoteSearch(page=0),
            NoteSearch(page=2_000_000),
            NoteSearch(text="\x00"),
        ],
    )
    def test_that_make_no_sense_are_refused(self, search: NoteSearch) -> None:
        with pytest.raises(Invalid):
            parse_search(search)
