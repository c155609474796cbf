"""Titles, lists and prompts around loosely kept forms; searches around what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from owui_chat.domain.prompts import fill
from owui_chat.domain.search import parse_search
from owui_chat.domain.small_texts import parse_list, parse_title

QUESTION = "How do I bake bread without any yeast at home?"


class TestParseTitle:
    @pytest.mark.parametrize(
        ("answer", "title"),
        [
            ('{"title": "Bread without yeast"}', "Bread without yeast"),
            ('<think>{"title": "no"}</think>```json\n{ "title": "Bread" }\n```', "Bread"),
            ("Here is a title:\n\n**Yeast-free bread**", "Yeast-free bread"),
            ('Title: "Bread."', "Bread"),
            ('The title: "Bread"', "Bread"),
            ("Title deeds in Scotland", "Title deeds in Scotland"),
            ("", "How do I bake bread without…"),
            ("{broken", "How do I bake bread without…"),
            ('{"title": 3}', "How do I bake bread without…"),
            (
                "I am a language model and I cannot do that because of reasons that I explain now",
                "How do I bake bread without…",
            ),
        ],
    )
    def test_takes_what_is_a_title_and_else_the_question(self, answer: str, title: str) -> None:
        assert parse_title(answer, QUESTION) == title

    @given(st.text(max_size=200))
    def test_is_never_long_and_never_several_lines(self, answer: str) -> None:
        title = parse_title(answer, QUESTION)
        assert 0 < len(title) <= 81
        assert "\n" not in title


class TestParseList:
    def test_takes_the_strings_of_a_list_once_each(self) -> None:
        assert parse_list('Sure: {"tags": ["a", "b ", 3, "a", ""]} ok?', "tags") == ["a", "b"]

    @pytest.mark.parametrize("answer", ["", "[]", '{"tags": "a"}', '{"other": ["a"]}', "{{{"])
    def test_is_empty_when_there_is_no_such_list(self, answer: str) -> None:
        assert parse_list(answer, "tags") == []


class TestFill:
    def test_puts_messages_and_the_question_into_a_template(self) -> None:
        messages = [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "one"},
            {"role": "assistant", "content": "two"},
            {"role": "user", "content": [{"type": "text", "text": "three"}, {"type": "image_url"}]},
        ]
        template = "{{MESSAGES:END:2}}|{{MESSAGES:START:1}}|{{prompt}}|{{prompt:start:2}}|{{unknown}}|{{ X }}"
        assert (
            fill(template, messages, {"X": "y"})
            == "ASSISTANT: two\nUSER: three|USER: one|three|th|{{unknown}}|y"
        )

    def test_does_not_fill_what_people_wrote(self) -> None:
        assert fill("{{prompt}}", [{"role": "user", "content": "{{CURRENT_DATE}}"}], {}) == "{{CURRENT_DATE}}"


class TestParseSearch:
    def test_tells_filters_from_words(self) -> None:
        search = parse_search(
            'tag:My_Tag hello folder:"Big Plans" pinned:true archived:false shared:x  WORLD'
        )
        assert search.words == ("hello", "WORLD")
        assert (search.tags, search.folders) == (("my_tag",), ("big plans",))
        assert (search.pinned, search.archived, search.shared) == (True, False, True)

    def test_escapes_what_patterns_mean(self) -> None:
        assert parse_search("100%_\\").title_patterns == ["%100\\%\\_\\\\%"]
