"""Office formats, PDF, books, RTF, e-mail and pictures."""

import io
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from owui_rag.adapters.extraction import ocr
from owui_rag.adapters.extraction.formats.lines import reflow
from owui_rag.domain.documents import Unreadable
from PIL import Image

from . import documents
from .conftest import Read


def reason(read: Read, content: bytes, name: str, **limits: int) -> str:
    with pytest.raises(Unreadable) as refused:
        read(content, name, **limits)
    assert refused.value.message.endswith((".", "…"))
    return refused.value.reason


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


class TestWord:
    def test_headings_lists_tables_and_notes_become_markdown(self, read: Read) -> None:
        item = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
        row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
        body = (
            paragraph("Intro", '<w:pStyle w:val="berschrift1"/>')
            + f'<w:p>{run("Hello")}<w:r><w:footnoteReference w:id="2"/></w:r>'
            + f"<w:del>{run('gone')}</w:del></w:p>"
            + paragraph("one", item.format(0)) + paragraph("two", item.format(1))
            + f"<w:tbl>{row.format(paragraph('a'), paragraph('b'))}"
            + f"{row.format(paragraph('1'), '<w:p/>')}</w:tbl>"
            + paragraph("Own level", '<w:outlineLvl w:val="2"/>')
        )  # fmt: skip
        style = '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
        note = f'<w:footnote w:id="2">{paragraph("a note")}</w:footnote>'
        document = read(documents.docx(body, note, style), "a.docx")
        assert document.text == (
            "# Intro\n\nHello[^2]\n\n- one\n  - two\n\n| a | b |\n| --- | --- |\n| 1 |  |\n\n"
            "### Own level\n\n[^2]: a note"
        )
        assert document.title == "A Word document"
        assert document.metadata["author"] == "Ada"

    def test_is_recognised_whatever_its_name(self, read: Read) -> None:
        assert read(documents.docx(paragraph("text")), "upload.bin").text == "text"


class TestPowerPoint:
    def test_slides_are_pages_in_their_order_with_notes(self, read: Read) -> None:
        document = read(
            documents.pptx([("Two", "second", "note 2"), ("One", "first\nline", "note 1")]), "a.pptx"
        )
        assert document.text == "## One\n\nfirst\nline\n\nNotes: note 1\n\n## Two\n\nsecond\n\nNotes: note 2"
        assert [document.text[start : start + 6] for start in document.pages] == ["## One", "## Two"]


class TestExcel:
    def test_rows_name_their_columns_and_dates_are_dates(self, read: Read) -> None:
        rows = (
            '<row><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
            '<row><c r="A2" t="inlineStr"><is><t>Ada</t></is></c><c r="C2" s="1"><v>45000.5</v></c></row>'
            '<row><c r="A3"><v>0.30000000000000004</v></c><c r="B3" t="b"><v>1</v></c>'
            '<c r="C3" s="2"><v>3</v></c></row>'
        )
        formats = (
            '<numFmts><numFmt numFmtId="164" formatCode="yyyy-mm"/></numFmts>'
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="2"/></cellXfs>'
        )
        document = read(documents.xlsx(rows, ["name", "born"], formats), "a.xlsx")
        assert document.text == "## People\n\nname: Ada; born: 2023-03-15 12:00:00\nname: 0.3; true; born: 3"

    def test_a_sheet_of_a_million_cells_is_refused(self, read: Read) -> None:
        rows = f"<row>{'<c><v>1</v></c>' * 1000}</row>" * 1000
        assert reason(read, documents.xlsx(rows), "a.xlsx") == "too_large"

    def test_cells_at_the_right_edge_of_each_row_are_refused(self, read: Read) -> None:
        rows = '<row><c r="XFD1"><v>1</v></c></row>' * 5_000
        assert reason(read, documents.xlsx(rows), "a.xlsx") == "too_large"

    def test_the_older_format_is_read(self, read: Read) -> None:
        document = read(documents.xls([["name", "born"], ["Ada", 1815.0], ["Éva", 1.5]]), "a.xls")
        assert document.text == "## People\n\nname: Ada; born: 1815\nname: Éva; born: 1.5"


class TestOpenDocument:
    def test_texts(self, read: Read) -> None:
        body = (
            '<text:h text:outline-level="2">Head</text:h><text:p>some<text:s text:c="2"/>text</text:p>'
            "<text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>"
        )
        assert read(documents.open_document("text", body), "a.odt").text == "## Head\n\nsome  text\n- item"

    def test_sheets_that_repeat_to_the_edge(self, read: Read) -> None:
        cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
        body = (
            f'<table:table table:name="T"><table:table-row>{cell.format("a")}{cell.format("b")}'
            '</table:table-row><table:table-row><table:table-cell table:number-columns-repeated="2">'
            "<text:p>1</text:p></table:table-cell></table:table-row>"
            '<table:table-row table:number-rows-repeated="1048576">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
        )
        assert read(documents.open_document("spreadsheet", body), "a.ods").text == "## T\n\na: 1; b: 1"

    def test_slides(self, read: Read) -> None:
        slide = (
            "<draw:page><draw:frame><text:p>slide {0}</text:p></draw:frame>"
            "<presentation:notes><text:p>n{0}</text:p></presentation:notes></draw:page>"
        )
        document = read(documents.open_document("presentation", slide.format(1) + slide.format(2)), "a.odp")
        assert document.text == "slide 1\n\nNotes: n1\n\nslide 2\n\nNotes: n2"
        assert document.pages == (0, 20)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing be there that recognises text."""
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    ocr.recognizer.cache_clear()
    yield
    ocr.recognizer.cache_clear()


class TestPdf:
    def test_gives_its_text_and_where_pages_begin(self, read: Read) -> None:
        document = read(documents.pdf([["Hello world of PDF."], ["Second page"], []]), "a.pdf")
        assert document.text == "Hello world of PDF.\n\nSecond page"
        assert document.pages == (0, 21, 32)
        assert document.title == "A PDF"
        assert document.metadata["pages_without_text"] == "1"

    @pytest.mark.usefixtures("blind")
    def test_scans_without_recognition_say_what_would_help(self, read: Read) -> None:
        with pytest.raises(Unreadable, match="OCR") as refused:
            read(documents.pdf([[], []]), "a.pdf")
        assert refused.value.reason == "empty"

    def test_a_locked_one_asks_for_the_password_to_be_removed(self, read: Read) -> None:
        lock = (
            "/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 "
            f"/O <{'ab' * 32}> /U <{'cd' * 32}> >> /ID [<{'ef' * 16}> <{'ef' * 16}>]"
        )
        assert reason(read, documents.pdf([["secret"]], extra=lock), "a.pdf") == "encrypted"

    def test_a_damaged_one_says_so(self, read: Read) -> None:
        assert reason(read, b"%PDF-1.7\nnothing more", "a.pdf") == "broken"

    def test_one_that_refers_to_itself_ends(self, read: Read) -> None:
        pages = "<< /Type /Pages /Count 1000000 /Kids [2 0 R 2 0 R] >>"
        objects = ["<< /Type /Catalog /Pages 2 0 R >>", pages, "<< >>", "<< >>"]
        assert reason(read, documents.written_pdf(objects), "a.pdf") in {"empty", "broken", "too_large"}

    def test_lines_of_a_paragraph_are_put_together(self) -> None:
        lines = [
            "A long line that fills the width of its page to the ve\ufffe",
            "ry end and goes on in the next, where a paragraph", "ends.",
            "Another paragraph starts here and fills the whole width too", "until it ends.",
            "- an item", "- another",
        ]  # fmt: skip
        assert reflow("\r\n".join(lines)).split("\n") == [
            "A long line that fills the width of its page to the very end and goes on in the next, where a "
            "paragraph ends.",
            "",
            "Another paragraph starts here and fills the whole width too until it ends.",
            "- an item",
            "- another",
        ]


class TestTextRecognition:
    @pytest.fixture(autouse=True)
    def _engine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put a fake of the rapidocr package where it would be installed."""
        result = SimpleNamespace(txts=("seen on the picture", "noise"), scores=(0.9, 0.1))
        fake = SimpleNamespace(RapidOCR=lambda: lambda picture: result, __spec__=object())
        monkeypatch.setitem(sys.modules, "rapidocr", fake)
        ocr.recognizer.cache_clear()
        yield
        ocr.recognizer.cache_clear()

    def test_reads_pictures(self, read: Read) -> None:
        assert read(documents.png(), "a.png").text == "seen on the picture"

    def test_reads_each_page_of_a_fax(self, read: Read) -> None:
        held = io.BytesIO()
        pages = [Image.new("L", (64, 64), 255) for _ in range(3)]
        pages[0].save(held, "TIFF", save_all=True, append_images=pages[1:])
        document = read(held.getvalue(), "fax.tiff", ocr_pages=2)
        assert document.text == "seen on the picture\n\nseen on the picture"
        assert document.pages == (0, 21)

    def test_refuses_a_picture_of_too_many_points_before_it_is_unpacked(self, read: Read) -> None:
        held = io.BytesIO()
        Image.new("1", (20_000, 10_000)).save(held, "PNG")
        with pytest.raises(Unreadable, match="20,000 by 10,000 points") as refused:
            read(held.getvalue(), "a.png")
        assert refused.value.reason == "too_large"

    def test_reads_bitmaps(self, read: Read) -> None:
        held = io.BytesIO()
        Image.new("RGB", (64, 64), "white").save(held, "BMP")
        assert read(held.getvalue(), "a.bmp").text == "seen on the picture"

    def test_reads_pages_without_text_up_to_the_limit(self, read: Read) -> None:
        document = read(documents.pdf([["A page with text."], [], [], []]), "a.pdf", ocr_pages=2)
        assert document.text == "A page with text.\n\nseen on the picture\n\nseen on the picture"
        assert document.metadata["pages_recognized"] == "2"
        assert document.metadata["pages_without_text"] == "1"


class TestBooks:
    def test_chapters_come_in_reading_order(self, read: Read) -> None:
        document = read(documents.epub(["<h1>One</h1><p>first</p>", "<p>second</p>"]), "a.epub")
        assert document.text == "# One\n\nfirst\n\nsecond"
        assert document.title == "A book"


class TestRichText:
    def test_gives_its_paragraphs(self, read: Read) -> None:
        assert read(rb"{\rtf1\ansi Hello \b bold\b0\par next \'e9}", "a.rtf").text == "Hello bold\nnext é"


MAIL = (
    b"From: Ada <ada@example.org>\r\nTo: b@example.org\r\nSubject: =?utf-8?q?H=C3=A9?=\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n"
    b"<p>Hi <b>you</b></p>\r\n--b\r\nContent-Type: application/pdf\r\n"
    b'Content-Disposition: attachment; filename="x.pdf"\r\n\r\nzz\r\n--b--\r\n'
)


class TestMail:
    def test_gives_head_body_and_names_of_attachments(self, read: Read) -> None:
        document = read(MAIL, "a.eml")
        assert document.title == "Hé"
        assert document.text == (
            "From: Ada <ada@example.org>\nTo: b@example.org\nSubject: Hé\n\nHi you\n\nAttachments: x.pdf"
        )

    @pytest.mark.parametrize("said", [b"", b"Content-Type: text/plain; charset=unheard-of\r\n"])
    @pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
    def test_is_read_when_it_does_not_say_its_encoding(self, read: Read, said: bytes, encoding: str) -> None:
        content = b"From: a@example.org\r\n" + said + b"\r\n" + "Schöne Grüße".encode(encoding)
        assert read(content, "a.eml").text.endswith("\n\nSchöne Grüße")

    def test_gives_messages_that_were_forwarded_too(self, read: Read) -> None:
        outer, inner = EmailMessage(), EmailMessage()
        inner["From"], inner["Subject"] = "bob@example.org", "Dates"
        inner.set_content("We meet on Monday.")
        outer["From"], outer["Subject"] = "ada@example.org", "Fwd"
        outer.set_content("See below.")
        outer.add_attachment(inner)
        assert read(bytes(outer), "a.eml").text == (
            "From: ada@example.org\nSubject: Fwd\n\nSee below.\n\n"
            "From: bob@example.org\nSubject: Dates\n\nWe meet on Monday."
        )

    def test_messages_of_outlook_too(self, read: Read) -> None:
        content = documents.compound({
            "__properties_version1.0": b"x",
            "__substg1.0_0037001F": "Subject".encode("utf-16-le"),
            "__substg1.0_0C1A001E": b"Ren\xe9",
            "__substg1.0_1000001F": "Body é".encode("utf-16-le"),
            "__attach_version1.0_#00000000/__substg1.0_3707001F": "x.pdf".encode("utf-16-le"),
        })  # fmt: skip
        assert read(content, "a.msg").text == "From: René\nSubject: Subject\n\nBody é\n\nAttachments: x.pdf"


class TestRefusals:
    @pytest.mark.usefixtures("blind")
    def test_pictures_without_recognition(self, read: Read) -> None:
        assert reason(read, documents.png(), "a.png") == "unsupported"

    def test_word_documents_before_2007(self, read: Read) -> None:
        assert reason(read, documents.compound({"WordDocument": b"x"}), "a.doc") == "unsupported"

    def test_locked_office_documents(self, read: Read) -> None:
        assert reason(read, documents.compound({"EncryptedPackage": b"x"}), "a.docx") == "encrypted"

    @pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx", "a.odt", "a.epub"])
    def test_cut_off_archives(self, read: Read, name: str) -> None:
        assert reason(read, documents.docx(paragraph("text"))[:-200], name) == "broken"

    @pytest.mark.parametrize("kind", ["docx", "xlsx"])
    def test_archives_that_unpack_to_far_more_than_they_are(self, read: Read, kind: str) -> None:
        entry = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
        assert reason(read, documents.archive({entry: b" " * 20_000_000}), f"a.{kind}") == "too_large"

    def test_archives_of_too_many_parts(self, read: Read) -> None:
        entries = {"word/document.xml": "<x/>", **{str(number): "" for number in range(50)}}
        assert reason(read, documents.archive(entries), "a.docx", archive_entries=20) == "too_large"

    def test_markup_that_is_not_well_formed(self, read: Read) -> None:
        assert reason(read, documents.docx("<w:p>"), "a.docx") == "broken"

    def test_entities_in_office_documents_are_not_expanded(self, read: Read) -> None:
        declared = f'<!DOCTYPE d [<!ENTITY l "{"lol" * 999}">]>'
        content = f"<w:document {documents.W}><w:body>{paragraph('a&l;b')}</w:body></w:document>"
        body = declared + content
        assert "lol" not in read(documents.archive({"word/document.xml": body}), "a.docx").text
