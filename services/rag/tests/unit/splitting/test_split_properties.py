"""What holds for the pieces of any text whatever."""

import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owui_rag.domain.documents import Document
from owui_rag.domain.splitting.graphemes import boundary_after, boundary_before
from owui_rag.domain.splitting.split import Splitting, split

FRAGMENTS = [
    "word ", "Sentence one. ", "Und dann? ", "\n", "\n\n", "\r\n", " \n\t\n", "    ", "# Heading\n",
    "## Two\n\n", "- item\n", "```\n# no heading\n```\n", "Title\n=====\n",
    "👨‍👩‍👧‍👦", "👩🏽‍🚀", "🇩🇪", "🇫🇷🇯🇵",
    "e\u0301", "a\u0301\u0323\u0308", " \u0301",
    "각", "\u1112\u1161\u11ab", "한국어 ", "क्षत्रिय ", "\u0600 1", "\u0600",
    "这是一个句子。", "「はい」。", "x" * 37, "\u200d",
    "\ufe0f", "a\u0300" * 15, "\u2028", "\x0c",
    "Dr. Smith, e.g. J. Doe. ", "1,234.56; ", "\x85", "\u0e01\u0e33",
]  # fmt: skip
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=60).map("".join)
kinds = st.sampled_from(["", "character", "markdown_header"])
sizes = st.integers(1, 120)
more = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def boundaries(text: str) -> set[int]:
    return {0, *(match.end() for match in regex.finditer(r"\X", text))}


class TestAnyText:
    @more
    @given(texts, kinds, sizes, st.integers(0, 100), st.booleans())
    def test_is_covered_in_order_without_empty_pieces(
        self, text: str, kind: str, size: int, overlap: int, is_markdown: bool
    ) -> None:
        pieces = split(Document(text, is_markdown=is_markdown), Splitting(kind, size, overlap))
        covered = 0
        for piece in pieces:
            assert 0 <= piece.start < piece.end <= len(text)
            assert text[piece.start : piece.end].strip()
            assert not text[covered : piece.start].strip(), "only white space may lie between two pieces"
            assert piece.end > covered
            assert piece.tokens >= 1
            covered = piece.end
        assert not text[covered:].strip()
        starts = [piece.start for piece in pieces]
        assert starts == sorted(set(starts))

    @more
    @given(texts, kinds, sizes, st.integers(0, 100))
    def test_is_never_torn_within_a_grapheme(self, text: str, kind: str, size: int, overlap: int) -> None:
        edges = boundaries(text)
        for piece in split(Document(text, is_markdown=True), Splitting(kind, size, overlap)):
            assert piece.start in edges
            assert piece.end in edges

    @more
    @given(texts, kinds, sizes, st.integers(0, 100))
    def test_has_pieces_of_at_most_the_size_but_for_a_single_grapheme(
        self, text: str, kind: str, size: int, overlap: int
    ) -> None:
        for piece in split(Document(text), Splitting(kind, size, overlap)):
            part = text[piece.start : piece.end]
            assert len(part) <= size or len(regex.findall(r"\X", part)) == 1

    @more
    @given(texts, st.integers(1, 40), st.integers(0, 20))
    def test_has_pieces_of_at_most_the_tokens(self, text: str, size: int, overlap: int) -> None:
        words = [match.start() for match in regex.finditer(r"\S+", text)]
        how = Splitting("token", size, overlap, "words", lambda _: words)
        edges = boundaries(text)
        covered = 0
        for piece in split(Document(text), how):
            assert sum(piece.start <= word < piece.end for word in words) <= size
            assert piece.start in edges
            assert piece.end in edges
            assert not text[covered : piece.start].strip()
            covered = piece.end
        assert not text[covered:].strip()


class TestBoundaries:
    @more
    @given(texts, st.data())
    def test_are_those_of_the_unicode_standard(self, text: str, data: st.DataObject) -> None:
        edges = sorted(boundaries(text))
        position = data.draw(st.integers(0, len(text)))
        floor = data.draw(st.sampled_from([edge for edge in edges if edge <= position]))
        assert boundary_before(text, position, floor) == max(edge for edge in edges if edge <= position)
        assert boundary_after(text, position, floor) == min(edge for edge in edges if edge >= position)
