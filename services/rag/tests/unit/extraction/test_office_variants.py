"""Office documents that are written in other ways than most."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from owui_rag.adapters.extraction.kinds import kind_of
from owui_rag.adapters.extraction.source import Source

from . import documents
from .conftest import Read
from .test_documents import paragraph

_STRICT = "http://purl.oclc.org/ooxml/"


def rewritten(content: bytes, *changes: tuple[str, str], names: tuple[str, str] | None = None) -> bytes:
    """Return an archive with other texts in its entries, and another name of one of them."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = {name: archive.read(name).decode() for name in archive.namelist()}
    for former, present in changes:
        entries = {name: text.replace(former, present) for name, text in entries.items()}
    if names is not None:
        entries[names[1]] = entries.pop(names[0])
    return documents.archive(entries)


def strict(content: bytes) -> bytes:
    """Return an Office document as "Strict Open XML"."""
    kinds = ("wordprocessingml", "spreadsheetml", "officeDocument", "drawingml", "presentationml")
    changes = [(f"http://schemas.openxmlformats.org/{kind}/2006/", f"{_STRICT}{kind}/") for kind in kinds]
    return rewritten(content, *changes)


class TestStrictDocuments:
    def test_of_word(self, read: Read) -> None:
        body = paragraph("Head", '<w:pStyle w:val="h"/>') + paragraph("text")
        style = '<w:style w:styleId="h"><w:name w:val="heading 2"/></w:style>'
        assert read(strict(documents.docx(body, styles=style)), "a.docx").text == "## Head\n\ntext"

    def test_of_excel(self, read: Read) -> None:
        rows = '<row><c t="s"><v>0</v></c><c><v>7</v></c></row>'
        assert read(strict(documents.xlsx(rows, ["count"])), "a.xlsx").text == "## People\n\ncount | 7"

    def test_of_powerpoint(self, read: Read) -> None:
        assert read(strict(documents.pptx([("Title", "text", "")])), "a.pptx").text == "## Title\n\ntext"


class TestParts:
    def test_may_be_numbered(self, read: Read) -> None:
        content = rewritten(
            documents.docx(paragraph("found")), names=("word/document.xml", "word/document2.xml")
        )
        with zipfile.ZipFile(held := BytesIO(content), "a") as archive:
            archive.writestr(
                "_rels/.rels", documents.relations({"r1": ("officeDocument", "word/document2.xml")})
            )
        assert read(held.getvalue(), "a.docx").text == "found"

    def test_in_binary_are_of_no_known_kind(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsb"
        path.write_bytes(documents.archive({"xl/workbook.bin": "x"}))
        assert kind_of(Source(path, path.name)) == "unknown"


class TestWordLists:
    def test_may_come_from_their_style(self, read: Read) -> None:
        style = '<w:style w:styleId="b"><w:name w:val="List Bullet"/><w:pPr><w:numPr/></w:pPr></w:style>'
        body = paragraph("one", '<w:pStyle w:val="b"/>') + paragraph("two", '<w:pStyle w:val="b"/>')
        assert read(documents.docx(body, styles=style), "a.docx").text == "- one\n- two"


class TestWordTables:
    def test_inside_a_cell_are_read_once(self, read: Read) -> None:
        inner = "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>"
        row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
        nested = inner.format(paragraph("x"), paragraph("y"))
        body = (
            f"<w:tbl>{row.format(paragraph('a'), paragraph('b'))}{row.format(paragraph('c'), nested)}</w:tbl>"
        )
        assert read(documents.docx(body), "a.docx").text == "| a | b |\n| --- | --- |\n| c | x y |"


class TestExcelDates:
    @pytest.mark.parametrize(
        ("mark", "day"), [("0", "2020-01-01"), ("1", "2024-01-02"), ("true", "2024-01-02")]
    )
    def test_of_old_macs_count_from_1904(self, read: Read, mark: str, day: str) -> None:
        formats = '<cellXfs><xf numFmtId="14"/></cellXfs>'
        content = documents.xlsx('<row><c s="0"><v>43831</v></c></row>', formats=formats)
        content = rewritten(content, ("<sheets>", f'<workbookPr date1904="{mark}"/><sheets>'))
        assert read(content, "a.xlsx").text == f"## People\n\n{day}"


class TestExcelTexts:
    def test_are_read_without_how_they_are_pronounced(self, read: Read) -> None:
        content = documents.xlsx('<row><c t="s"><v>0</v></c></row>', ["東京"])
        content = rewritten(content, ("</si>", '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>'))
        assert read(content, "a.xlsx").text == "## People\n\n東京"
