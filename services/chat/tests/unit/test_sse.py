"""The bytes of a provider, cut anywhere, become the same text."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from owui_chat.domain.chunks import error_text, parse_chunk
from owui_chat.domain.reasoning import DEFAULT_TAGS, ReasoningSplitter
from owui_chat.domain.sse import EventSplitter


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Cut bytes at places, in any order and number."""
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]


def payloads(pieces: list[bytes]) -> list[bytes]:
    """Return all payloads that a splitter gives for pieces."""
    splitter = EventSplitter()
    found = [payload for piece in pieces for payload in splitter.feed(piece)]
    return found + splitter.finish()


class TestEventSplitter:
    @given(
        st.lists(st.text(max_size=20), max_size=10),
        st.lists(st.integers(0, 10_000), max_size=30),
        st.sampled_from(["\n\n", "\r\n\r\n", "\n", "\r\r"]),
        st.booleans(),
    )
    def test_cuts_do_not_matter(
        self, texts: list[str], places: list[int], ending: str, ascii_only: bool
    ) -> None:
        encoded = [json.dumps(text, ensure_ascii=ascii_only).encode() for text in texts]
        stream = b"".join(b": ping\n\nid: 1\ndata: " + text + ending.encode() for text in encoded)
        assert payloads(cut(stream, places)) == encoded

    def test_gives_a_last_line_without_end(self) -> None:
        assert payloads([b"data: 1\n\nda", b"ta:2"]) == [b"1", b"2"]

    def test_refuses_a_line_without_end(self) -> None:
        with pytest.raises(ValueError, match="does not end"):
            EventSplitter().feed(b"x" * 9 * 1024 * 1024)


class TestParseChunk:
    @given(st.binary(max_size=60))
    def test_survives_any_bytes(self, payload: bytes) -> None:
        chunk = parse_chunk(payload)
        assert chunk is None or chunk.choices is None or isinstance(chunk.choices, list)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["choices", "delta", "content", "usage", "error"]), inner, max_size=4
                )
            ),
            max_leaves=20,
        )
    )
    def test_survives_members_of_any_type(self, value: object) -> None:
        chunk = parse_chunk(json.dumps({"choices": [value], "usage": value, "error": value}).encode())
        assert chunk is not None
        assert all(
            choice.delta is None or isinstance(choice.delta.content, str | None)
            for choice in chunk.choices or []
        )

    def test_joins_the_parts_of_structured_content(self) -> None:
        parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
        chunk = parse_chunk(json.dumps({"choices": [{"delta": {"content": parts}}]}).encode())
        assert chunk is not None
        assert chunk.choices is not None
        assert chunk.choices[0].delta is not None
        assert chunk.choices[0].delta.content == "ab"

    @pytest.mark.parametrize(
        ("raw", "sentence"),
        [
            (b'{"error":{"message":"m"}}', "m"),
            (b'{"detail":"d"}', "d"),
            (b'[{"msg":"x"}]', "x"),
            (b'"s"', "s"),
            (b"plain", "plain"),
            (b"{}", "fallback"),
            (b"", "fallback"),
            (b"\xff", "\ufffd"),
        ],
    )
    def test_finds_the_sentence_of_an_error(self, raw: bytes, sentence: str) -> None:
        assert error_text(raw, "fallback") == sentence


class TestReasoningSplitter:
    @given(
        st.sampled_from(DEFAULT_TAGS),
        st.text(alphabet="ab<>/think \n◁▷|", max_size=30),
        st.text(alphabet="ab<>/think \n", max_size=30),
        st.lists(st.integers(0, 200), max_size=20),
    )
    def test_cuts_do_not_matter(
        self, tag: tuple[str, str], thought: str, answer: str, places: list[int]
    ) -> None:
        opening, closing = tag
        text = f"{opening}{thought}{closing}{answer}"
        assert split([text]) == split([text[a:b] for a, b in edges(len(text), places)])

    def test_separates_reasoning_from_the_answer(self) -> None:
        assert split(["\n<think>why", " not</think>\n\nBecause"]) == ("why not", "Because")

    def test_an_answer_that_mentions_the_tag_stays_whole(self) -> None:
        assert split(["Use <think> like this: <think>x</think>"]) == (
            "",
            "Use <think> like this: <think>x</think>",
        )

    def test_a_beginning_that_is_no_tag_is_given_in_the_end(self) -> None:
        assert split(["<thi"]) == ("", "<thi")

    def test_can_be_switched_off(self) -> None:
        splitter = ReasoningSplitter(())
        assert splitter.feed("<think>x</think>") == [("<think>x</think>", False)]


def edges(length: int, places: list[int]) -> list[tuple[int, int]]:
    """Return the ranges between cuts."""
    at = sorted({0, length, *(place % (length + 1) for place in places)})
    return list(pairwise(at))


def split(pieces: list[str]) -> tuple[str, str]:
    """Return reasoning and answer of a text that comes in pieces."""
    splitter = ReasoningSplitter()
    found = [pair for piece in pieces for pair in splitter.feed(piece)] + splitter.finish()
    return "".join(t for t, r in found if r), "".join(t for t, r in found if not r)
