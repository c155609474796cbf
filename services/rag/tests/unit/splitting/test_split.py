"""Where texts are cut."""

import time
from itertools import pairwise

from owui_rag.adapters.extraction.tokens import tokenizer_of
from owui_rag.domain.documents import Document, Piece
from owui_rag.domain.splitting.split import Splitting, split

SENTENCE = "The quick brown fox jumps over the lazy dog near the river bank. "


def cut(text: str, how: Splitting, **kind: bool) -> list[str]:
    return [text[piece.start : piece.end] for piece in split(Document(text, **kind), how)]


class TestStructure:
    def test_a_short_text_is_one_piece(self) -> None:
        assert split(Document("Hello."), Splitting()) == [Piece(0, 6, 2)]

    def test_white_space_is_no_piece(self) -> None:
        assert split(Document(" \n\t "), Splitting()) == []
        assert split(Document(""), Splitting()) == []

    def test_paragraphs_are_kept_whole_where_they_fit(self) -> None:
        paragraphs = [SENTENCE * 3, SENTENCE * 4, SENTENCE * 3]
        text = "\n\n".join(part.strip() for part in paragraphs)
        assert cut(text, Splitting(size=300, overlap=0)) == [part.strip() for part in paragraphs]

    def test_sentences_are_kept_whole_where_they_fit(self) -> None:
        for piece in cut(SENTENCE * 30, Splitting(size=200, overlap=0)):
            assert piece.startswith("The quick")
            assert piece.endswith("bank.")

    def test_abbreviations_end_no_sentence(self) -> None:
        text = "We asked Dr. Miller about it at length and in depth today. " + SENTENCE
        assert cut(text, Splitting(size=80, overlap=0))[0].endswith("today.")

    def test_chinese_is_cut_after_its_full_stop(self) -> None:
        for piece in cut("这是一个很长的句子没有空格。" * 20, Splitting(size=50, overlap=0)):
            assert piece.endswith("。")

    def test_words_are_kept_whole_where_they_fit(self) -> None:
        text = "alpha beta gamma delta " * 40
        assert set(" ".join(cut(text, Splitting(size=50, overlap=0))).split()) == {
            "alpha",
            "beta",
            "gamma",
            "delta",
        }

    def test_rows_of_a_table_are_kept_whole_rather_than_sentences_in_them(self) -> None:
        rows = [f"name: Person {n}; note: Came late. Left early, as so often" for n in range(40)]
        for piece in cut("\n".join(rows), Splitting(size=300, overlap=0)):
            assert set(piece.split("\n")) <= set(rows)

    def test_lines_that_were_wrapped_do_not_end_pieces(self) -> None:
        words = (SENTENCE * 30).split()
        lines, line = [], ""
        for word in words:
            if len(line) + len(word) > 70:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        for piece in cut("\n".join([*lines, line]), Splitting(size=300, overlap=0)):
            assert piece.endswith("bank.")

    def test_the_last_two_pieces_are_of_similar_length(self) -> None:
        lengths = [len(piece) for piece in cut("word " * 230, Splitting(size=1000, overlap=0))]
        assert len(lengths) == 2
        assert min(lengths) > 350


class TestOverlap:
    def test_a_piece_begins_with_the_last_sentence_of_the_one_before(self) -> None:
        text = "".join(f"This is sentence number {n} of the whole. " for n in range(40))
        pieces = split(Document(text), Splitting(size=300, overlap=80))
        for before, after in pairwise(pieces):
            assert 0 < before.end - after.start <= 80
            assert text[after.start :].startswith("This is")

    def test_none_reaches_over_a_heading(self) -> None:
        text = f"# One\n\n{SENTENCE * 6}\n\n# Two\n\n{SENTENCE * 6}"
        pieces = split(Document(text, is_markdown=True), Splitting(size=420, overlap=100))
        assert [text[piece.start :][:5] for piece in pieces] == ["# One", "# Two"]

    def test_more_than_half_is_not_repeated(self) -> None:
        pieces = split(Document("word " * 2000), Splitting(size=100, overlap=99))
        assert sum(piece.end - piece.start for piece in pieces) < 2.5 * 10_000
        assert Splitting(size=100, overlap=99).canonical == Splitting(size=100, overlap=50).canonical


class TestPages:
    def test_a_piece_has_the_page_on_which_it_begins(self) -> None:
        text = SENTENCE * 20
        pieces = split(Document(text, pages=(0, 400, 400, 900)), Splitting(size=200, overlap=0))
        for piece in pieces:
            assert piece.page == (1 if piece.start < 400 else 3 if piece.start < 900 else 4)

    def test_a_text_without_pages_has_none(self) -> None:
        assert all(piece.page is None for piece in split(Document(SENTENCE * 20), Splitting(size=200)))


class TestHeadings:
    TEXT = (
        f"{SENTENCE * 2}\n\n# Guide\n\n{SENTENCE * 3}\n\n## Install\n\n{SENTENCE * 3}\n\n"
        "```\n# not a heading\n```\n\n"
        f"### Linux ###\n\n{SENTENCE * 3}\n\nUse\n---\n\n{SENTENCE * 3}\n"
    )

    def pieces(self, kind: str, size: int = 300) -> list[Piece]:
        return split(Document(self.TEXT, is_markdown=True), Splitting(kind, size, 0))

    def test_sections_have_the_path_of_their_headings(self) -> None:
        found = {piece.headings for piece in self.pieces("markdown_header")}
        assert found == {
            (),
            ("Guide",),
            ("Guide", "Install"),
            ("Guide", "Install", "Linux"),
            ("Guide", "Use"),
        }

    def test_no_piece_of_a_section_reaches_into_the_next(self) -> None:
        for piece in self.pieces("markdown_header")[1:]:
            assert "\n## " not in self.TEXT[piece.start : piece.end]
            assert "\n### " not in self.TEXT[piece.start : piece.end]

    def test_tiny_sections_are_joined(self) -> None:
        text = "".join(f"## Section {n}\n\nShort.\n\n" for n in range(30))
        pieces = split(Document(text, is_markdown=True), Splitting("markdown_header", 400, 0))
        assert 4 <= len(pieces) <= 10

    def test_the_other_kinds_know_the_path_too_and_leave_no_heading_behind(self) -> None:
        for piece in self.pieces("", 260):
            last_line = self.TEXT[piece.start : piece.end].rsplit("\n", 1)[-1]
            assert not last_line.startswith("#")
        assert any(piece.headings == ("Guide", "Install", "Linux") for piece in self.pieces(""))

    def test_text_that_is_no_markdown_has_no_headings(self) -> None:
        pieces = split(Document("# a comment in a program\n" * 50), Splitting("markdown_header", 300))
        assert all(piece.headings == () for piece in pieces)


class TestTokens:
    def test_pieces_are_measured_by_the_tokenizer(self) -> None:
        name, starts = tokenizer_of("", "cl100k_base", "")
        text = SENTENCE * 100
        pieces = split(Document(text), Splitting("token", 60, 0, name, starts))
        for piece in pieces:
            assert len(starts(text[piece.start : piece.end])) == piece.tokens <= 60
        assert max(piece.tokens for piece in pieces) > 40

    def test_one_unknown_word_of_a_megabyte_is_not_one_piece(self) -> None:
        name, starts = tokenizer_of("", "", "")
        pieces = split(Document("x" * 1_000_000), Splitting("token", 100, 10, name, starts))
        assert max(piece.end - piece.start for piece in pieces) <= 1200

    def test_tokens_are_estimated_without_a_tokenizer(self) -> None:
        assert split(Document("a" * 400), Splitting())[0].tokens == 100
        assert all(piece.tokens <= 50 for piece in split(Document("word " * 1000), Splitting("token", 50, 0)))


class TestCanonical:
    def test_it_is_different_when_texts_are_cut_differently(self) -> None:
        ways = [
            Splitting(), Splitting(size=999), Splitting(overlap=99), Splitting("markdown_header"),
            Splitting("token"), Splitting("token", tokenizer="minilm"),
        ]  # fmt: skip
        assert len({how.canonical for how in ways}) == len(ways)

    def test_it_is_equal_for_two_names_of_the_same(self) -> None:
        assert Splitting("").canonical == Splitting("character").canonical


class TestCost:
    def test_time_grows_with_the_text_and_not_faster(self) -> None:
        texts = ["x" * 1_000_000, "👨\u200d👩" * 150_000, "🇩🇪" * 300_000, "각" * 1_000_000]
        texts.append("\u0301" * 1_000_000)
        for text in [SENTENCE * 15_000, *texts]:
            started = time.process_time()
            split(Document(text, is_markdown=True), Splitting())
            # Measured: 0.1 s per million characters; what is quadratic takes minutes.
            assert time.process_time() - started < 10
