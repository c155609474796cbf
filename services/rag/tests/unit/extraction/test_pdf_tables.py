"""Tables of PDFs, found by the gaps in their lines, and what only looks like one."""

from collections.abc import Sequence

from . import documents
from .conftest import Read

PROSE = "This paragraph explains at some length what stands in the table below it, as reports do."


def page(cells: Sequence[tuple[int, int, str]], *, size: int = 10) -> bytes:
    """Return a PDF of one page with texts at places, (0, 0) at the bottom left."""
    stream = "BT" + "".join(f" /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in cells) + " ET"
    resources = "/Resources << /Font << /F1 3 0 R >> >>"
    return documents.written_pdf([
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R {resources} >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    ])  # fmt: skip


def rows(places: Sequence[int], texts: Sequence[Sequence[str]], top: int = 700) -> list[tuple[int, int, str]]:
    return [
        (x, top - 16 * number, text)
        for number, row in enumerate(texts)
        for x, text in zip(places, row, strict=True)
        if text
    ]


class TestTables:
    def test_become_markdown_between_the_paragraphs_around_them(self, read: Read) -> None:
        table = [
            ["Region", "Quantity", "Revenue"],
            ["North", "1,200", "3,400.50"],
            ["South", "900", "2,250.00"],
        ]
        cells = [(60, 740, PROSE), *rows([60, 200, 300], table), (60, 620, PROSE)]
        assert read(page(cells), "a.pdf").text == (
            f"{PROSE}\n\n| Region | Quantity | Revenue |\n| --- | --- | --- |\n| North | 1,200 | 3,400.50 |\n"
            f"| South | 900 | 2,250.00 |\n\n{PROSE}"
        )

    def test_keep_the_places_of_empty_cells(self, read: Read) -> None:
        table = [["Name", "Born", "Died"], ["Ada", "1815", "1852"], ["Eve", "", "1990"], ["Bob", "1950", ""]]
        text = read(page(rows([60, 160, 260], table)), "a.pdf").text
        assert text.splitlines()[-2:] == ["| Eve |  | 1990 |", "| Bob | 1950 |  |"]

    def test_of_two_columns_need_three_rows(self, read: Read) -> None:
        table = [["Opening", "nine"], ["Closing", "five"], ["Sunday", "never"]]
        assert read(page(rows([60, 200], table)), "a.pdf").text.startswith("| Opening | nine |")
        assert "|" not in read(page(rows([60, 200], table[:2])), "a.pdf").text

    def test_have_cells_of_single_letters_too(self, read: Read) -> None:
        table = [["Stra\\337e", "Ort", "Nr"], ["K\\366nigsallee", "D\\374sseldorf", "7"]]
        text = read(page(rows([60, 200, 300], table)), "a.pdf").text
        assert text.splitlines()[-1] == "| Königsallee | Düsseldorf | 7 |"


class TestNoTables:
    def test_lists_are_set_apart_from_their_marks_only(self, read: Read) -> None:
        items = [["1.", "Open the lid"], ["2.", "Fill in water"], ["3.", "Close the lid"]]
        assert "|" not in read(page(rows([60, 100], items)), "a.pdf").text

    def test_text_in_two_columns_stays_text(self, read: Read) -> None:
        line = "a line of a text that is set in two columns as newspapers do it, long"
        cells = [(x, 700 - 12 * number, f"{line} {number}") for number in range(8) for x in (30, 310)]
        assert "|" not in read(page(cells, size=7), "a.pdf").text

    def test_a_heading_far_above_is_no_row(self, read: Read) -> None:
        table = [["Region", "Quantity", "Revenue"], ["North", "1,200", "3,400.50"]]
        cells = [(60, 780, "Report"), (300, 780, "page 7"), *rows([60, 200, 300], table)]
        assert read(page(cells), "a.pdf").text.count("|\n") == 2
