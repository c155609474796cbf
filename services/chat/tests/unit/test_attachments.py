"""What requests and models bring along, in all the forms that clients use."""

from typing import Any

import pytest
from owui_chassis.errors import Invalid
from owui_chat.domain.attachments import Kind, Names, names_of, parse_attachments, parse_lent, shown


def parsed(*items: dict[str, Any]) -> list[tuple[Kind, str, bool]]:
    return [(one.kind, one.name, one.whole) for one in parse_attachments(list(items))]


class TestItems:
    @pytest.mark.parametrize(
        ("item", "expected"),
        [
            ({"type": "file", "id": "f", "file": {"data": {"content": "x"}}}, [(Kind.FILE, "f", False)]),
            ({"type": "file", "id": "f", "context": "full"}, [(Kind.FILE, "f", True)]),
            ({"type": "file", "id": "f", "collection_name": "file-f"}, [(Kind.FILE, "f", False)]),
            ({"type": "file", "id": "c", "legacy": True}, [(Kind.COLLECTION, "c", False)]),
            ({"type": "collection", "id": "k"}, [(Kind.BASE, "k", False)]),
            ({"type": "collection", "id": "k", "context": "full"}, [(Kind.BASE, "k", True)]),
            (
                {"type": "collection", "name": "n", "collection_names": ["a", "b"], "legacy": True},
                [(Kind.COLLECTION, "a", False), (Kind.COLLECTION, "b", False)],
            ),
            ({"collection_name": "c"}, [(Kind.COLLECTION, "c", False)]),
            (
                {"collection_names": ["a", "b"]},
                [(Kind.COLLECTION, "a", False), (Kind.COLLECTION, "b", False)],
            ),
            ({"type": "url", "url": "https://x.example/"}, [(Kind.URL, "https://x.example/", True)]),
            ({"type": "chat", "id": "c"}, [(Kind.CHAT, "c", True)]),
            ({"type": "text", "collection_name": "c"}, [(Kind.COLLECTION, "c", False)]),
            ({"type": "text", "collection_name": "c", "context": "full"}, [(Kind.COLLECTION, "c", True)]),
            ({"type": "text", "content": "words"}, [(Kind.TEXT, "", True)]),
            (
                {"type": "web_search", "collection_name": "w", "urls": [], "queries": []},
                [(Kind.COLLECTION, "w", False)],
            ),
            ({"type": "image", "url": "data:…"}, []),
            ({"type": "folder", "id": "f"}, [(Kind.FOLDER, "f", True)]),
            ({"type": "note", "id": "n"}, [(Kind.NOTE, "n", True)]),
            ({"type": ["note"], "id": "n"}, [(Kind.UNKNOWN, "['note']", False)]),
            ({"type": "spaceship"}, [(Kind.UNKNOWN, "spaceship", False)]),
            ({}, [(Kind.UNKNOWN, "", False)]),
        ],
    )
    def test_are_understood(self, item: dict[str, Any], expected: list[Any]) -> None:
        assert parsed(item) == expected

    def test_bring_their_text_along(self) -> None:
        items = [
            {"type": "text", "content": "one"},
            {"type": "text", "context": "full", "collection_name": "c", "file": {"data": {"content": "two"}}},
            {
                "type": "web_search",
                "docs": [{"content": "three", "metadata": {"source": "https://x.example", "title": "X"}}, 7],
            },
        ]
        found = parse_attachments(items)
        assert [one.text for one in found] == ["one", "two", "three"]
        assert (found[2].name, found[2].title) == ("https://x.example", "X")

    def test_that_name_a_thing_twice_count_once_and_as_a_whole_if_one_says_so(self) -> None:
        assert parsed({"type": "file", "id": "f"}, {"type": "file", "id": "f", "context": "full"}) == [
            (Kind.FILE, "f", True)
        ]

    @pytest.mark.parametrize(
        "items",
        [
            {},
            "x",
            [1],
            [{"type": "file"}],
            [{"type": "file", "id": 3}],
            [{"type": "file", "id": "x" * 300}],
            [{"type": "collection", "id": "a\nb"}],
            [{"collection_name": "c"}] * 101,
            [{"collection_names": [f"c{n}" for n in range(101)]}],
            [{"type": "url", "url": f"https://x.example/{n}"} for n in range(11)],
            [{"type": "text", "content": "x" * 1_000_001}],
        ],
    )
    def test_that_make_no_sense_or_are_too_many_are_refused(self, items: Any) -> None:
        with pytest.raises(Invalid):
            parse_attachments(items)

    def test_are_shown_without_the_rows_and_texts_in_them(self) -> None:
        item = {
            "type": "file",
            "id": "f",
            "name": "F",
            "file": {"data": {"content": "secret"}},
            "content": "x",
            "size": 3,
            "note": "y" * 2000,
            "files": [],
            "lent_by": "somebody",
        }
        assert shown(item) == {"type": "file", "id": "f", "name": "F", "size": 3}


class TestLent:
    def test_takes_what_can_be_searched_and_passes_over_the_rest(self) -> None:
        items = [
            {"type": "collection", "id": "k"},
            {"type": "file", "id": "f"},
            {"type": "chat", "id": "c"},
            {"type": "text", "content": "x"},
            {"type": "file"},
            "junk",
        ]
        assert names_of(parse_lent(items)) == Names(bases=("k",), files=("f",))
        assert parse_lent("junk") == []
