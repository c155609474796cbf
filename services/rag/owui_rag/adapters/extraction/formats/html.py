"""Web pages: what a reader came for, as Markdown."""

import re

from lxml import etree
from lxml import html as markup

from owui_rag.adapters.extraction.formats.encoding import decode
from owui_rag.adapters.extraction.formats.hypertext import add_hypertext
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.source import Source, broken
from owui_rag.domain.documents import Document

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_HEAD = 4096


def read(source: Source) -> Document:
    """Return the readable part of a page as Markdown; scripts, navigation and the like are left out."""
    data = source.read()
    manuscript = Manuscript(source.limits)
    title = add_page(manuscript, data, source.charset)
    return manuscript.document(title, is_markdown=True, format="html")


def add_page(manuscript: Manuscript, data: bytes, charset: str | None = None) -> str:
    """Add the readable part of a page and return its title; raise Unreadable when it cannot be parsed.

    `charset` is the encoding that came with the page, which counts more than what it declares.
    """
    declared = _CHARSET.search(data[:_HEAD])
    text, _ = decode(data, charset or (declared[1].decode("ascii") if declared else None))
    try:
        root = markup.document_fromstring(text.encode("utf-8", "replace"), parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise broken("HTML") from None
    title = root.findtext(".//title") or ""
    add_hypertext(manuscript, root)
    return title


def _parser() -> markup.HTMLParser:
    # What is deeper or longer than usual would be lost without a word; the process has limits of its own.
    return markup.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
