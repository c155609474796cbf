"""Small documents of many formats, made here byte by byte."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CORE = (
    '<c:coreProperties xmlns:c="urn:core" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>{title}</dc:title><dc:creator>Ada</dc:creator></c:coreProperties>"
)


def archive(entries: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return buffer.getvalue()


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """Return the relations of a part: id to (kind, target)."""
    items = "".join(
        f'<Relationship Id="{key}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{items}</Relationships>'


def docx(body: str, footnotes: str = "", styles: str = "") -> bytes:
    """Return a Word document with the given content of its body."""
    return archive({
        "[Content_Types].xml": "<Types/>",
        "docProps/core.xml": CORE.format(title="A Word document"),
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
        "word/_rels/document.xml.rels": relations({"rId1": ("footnotes", "footnotes.xml")}),
        "word/footnotes.xml": f"<w:footnotes {W}>{footnotes}</w:footnotes>",
    })  # fmt: skip


def pptx(slides: Sequence[tuple[str, str, str]]) -> bytes:
    """Return a presentation of slides (title, text, notes)."""
    entries = {"docProps/core.xml": CORE.format(title="A presentation")}
    references = {}
    for number, (title, text, notes) in enumerate(slides, 1):
        entries[f"ppt/slides/slide{number}.xml"] = (
            f"<p:sld {P} {A}><p:cSld><p:spTree>{_shape('title', title)}{_shape('body', text)}"
            f"{_shape('sldNum', str(number))}</p:spTree></p:cSld></p:sld>"
        )
        entries[f"ppt/slides/_rels/slide{number}.xml.rels"] = relations(
            {"rId1": ("notesSlide", f"../notesSlides/notesSlide{number}.xml")}
        )
        entries[f"ppt/notesSlides/notesSlide{number}.xml"] = (
            f"<p:notes {P} {A}>{_shape('body', notes)}</p:notes>"
        )
        references[f"rId{number}"] = ("slide", f"slides/slide{number}.xml")
    # The order of the list counts, not that of the names.
    listed = "".join(f'<p:sldId r:id="rId{number}"/>' for number in range(len(slides), 0, -1))
    entries["ppt/presentation.xml"] = (
        f"<p:presentation {P} {R}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
    )
    entries["ppt/_rels/presentation.xml.rels"] = relations(references)
    return archive(entries)


def _shape(role: str, text: str) -> str:
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return (
        f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{role}"/></p:nvPr></p:nvSpPr>'
        f"<p:txBody>{paragraphs}</p:txBody></p:sp>"
    )


def xlsx(rows: str, strings: Sequence[str] = (), formats: str = "") -> bytes:
    """Return a workbook with one sheet named "People"; `rows` is the XML of its rows."""
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return archive({
        "xl/workbook.xml": f'<workbook {S} {R}><sheets><sheet name="People" r:id="rId1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": relations({"rId1": ("worksheet", "worksheets/sheet1.xml")}),
        "xl/sharedStrings.xml": f"<sst {S}>{shared}</sst>",
        "xl/styles.xml": f"<styleSheet {S}>{formats}</styleSheet>",
        "xl/worksheets/sheet1.xml": f"<worksheet {S}><sheetData>{rows}</sheetData></worksheet>",
    })  # fmt: skip


def open_document(kind: str, body: str) -> bytes:
    """Return an OpenDocument file; `kind` is text, spreadsheet or presentation."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for name, space in [
            ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
            ("presentation", "presentation"),
        ]
    )  # fmt: skip
    return archive({
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content{spaces}><office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>",
    })  # fmt: skip


def epub(chapters: Sequence[str]) -> bytes:
    """Return a book; a chapter is the content of a body."""
    items = "".join(
        f'<item id="c{n}" href="text/c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    order = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    return archive({
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        "<rootfiles>"
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A book</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{order}</spine></package>",
        **{
            f"OEBPS/text/c{n}.xhtml": f"<html><head><title>x</title></head><body>{chapter}</body></html>"
            for n, chapter in enumerate(chapters)
        },
    })  # fmt: skip


def pdf(pages: Sequence[Sequence[str]], title: str = "A PDF", extra: str = "") -> bytes:
    """Return a PDF with lines of text on each page."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Title ({title}) >>",
    ]
    for number, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F1 11 Tf 50 780 Td {shown}ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return written_pdf(objects, extra)


def written_pdf(objects: Sequence[str], extra: str = "") -> bytes:
    """Return a PDF file of objects, the first of which is its catalogue and the fourth its information."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R {extra} >>\n".encode()
    out += f"startxref\n{start}\n%%EOF".encode()
    return bytes(out)


def png(width: int = 8, height: int = 8) -> bytes:
    """Return a white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\xff" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


_SECTOR = 512
_LEAST = 4096  # shorter streams would have to go into a smaller file system within this one


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a file in Microsoft's compound format; "storage/stream" puts a stream into a storage.

    Streams are padded with zeros to 4,096 bytes.
    """
    storages = sorted({name.split("/")[0] for name in streams if "/" in name})
    names = ["Root Entry", *storages, *streams]
    sectors: list[bytes] = []
    table: list[int] = []
    starts: dict[str, tuple[int, int]] = {}

    def store(data: bytes) -> int:
        first = len(sectors)
        count = -(-len(data) // _SECTOR)
        sectors.extend(data[n * _SECTOR : (n + 1) * _SECTOR].ljust(_SECTOR, b"\0") for n in range(count))
        table.extend([*range(first + 1, first + count), 0xFFFFFFFE])
        return first

    for name, data in streams.items():
        padded = data.ljust(_LEAST, b"\0")
        starts[name] = (store(padded), len(padded))
    children = {
        "Root Entry": [n for n, name in enumerate(names) if n and "/" not in name],
        **{
            folder: [n for n, name in enumerate(names) if name.startswith(f"{folder}/")]
            for folder in storages
        },
    }
    following = {a: b for group in children.values() for a, b in pairwise(group)}
    entries = b""
    for number, name in enumerate(names):
        label = name.rpartition("/")[2].encode("utf-16-le")
        kind = 5 if number == 0 else 1 if name in storages else 2
        child = children[name][0] if children.get(name) else 0xFFFFFFFF
        start, size = starts.get(name, (0xFFFFFFFE if number == 0 else 0, 0))
        entries += label.ljust(64, b"\0") + struct.pack(
            "<HBBIII16sIQQIQ", len(label) + 2, kind, 1, 0xFFFFFFFF, following.get(number, 0xFFFFFFFF), child,
            b"", 0, 0, 0, start, size,
        )  # fmt: skip
    directory = store(entries.ljust(-(-len(entries) // _SECTOR) * _SECTOR, b"\0"))
    fat_sector = len(sectors)
    fat_count = -(-(len(table) + 8) // 128)
    table.extend([0xFFFFFFFD] * fat_count)
    fat = struct.pack(f"<{len(table)}I", *table).ljust(fat_count * _SECTOR, b"\xff")
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0,
        fat_count, directory, 0, _LEAST, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0,
    )  # fmt: skip
    header += struct.pack(
        "<109I", *[*range(fat_sector, fat_sector + fat_count), *[0xFFFFFFFF] * (109 - fat_count)]
    )
    return header + b"".join(sectors) + fat


def xls(rows: Sequence[Sequence[str | float]]) -> bytes:
    """Return an Excel 97 workbook with one sheet named "People"."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    name = b"People"
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x7CC, 0, 6))
    cells = b""
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                cells += record(0x204, struct.pack("<HHHHB", y, x, 0, len(value), 1) + text)
            else:
                cells += record(0x203, struct.pack("<HHHd", y, x, 0, value))
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x7CC, 0, 6)) + cells + record(0x0A)
    styles = record(0xE0, struct.pack("<HHHBBBBIiH", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    offset = len(begin) + len(styles) + 4 + 8 + len(name) + 4
    bound = record(0x85, struct.pack("<IHBB", offset, 0, len(name), 0) + name)
    return compound({"Workbook": begin + styles + bound + record(0x0A) + sheet})
