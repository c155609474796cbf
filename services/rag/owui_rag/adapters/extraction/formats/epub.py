"""Electronic books (EPUB): their chapters in reading order."""

import posixpath
from typing import Any
from urllib.parse import unquote

from owui_rag.adapters.extraction.archive import Archive
from owui_rag.adapters.extraction.formats.html import add_page
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.markup import DUBLIN_CORE, parse
from owui_rag.adapters.extraction.source import Source, broken, encrypted
from owui_rag.domain.documents import Document

_CONTAINER = "META-INF/container.xml"
_PACKAGE = "{http://www.idpf.org/2007/opf}"


def read(source: Source) -> Document:
    """Return the chapters as Markdown; raise Unreadable for a book that is locked."""
    with Archive(source, "EPUB") as archive:
        rootfile = parse(archive.read(_CONTAINER)).find(".//{*}rootfile")
        if rootfile is None:
            raise broken("EPUB")
        path = rootfile.get("full-path", "")
        package = parse(archive.read(path))
        items = {item.get("id"): item for item in package.iter(f"{_PACKAGE}item")}
        manuscript = Manuscript(source.limits)
        chapters = 0
        for reference in package.iter(f"{_PACKAGE}itemref"):
            item = items.get(reference.get("idref"))
            if item is None or not _is_chapter(item):
                continue
            href = unquote(item.get("href", ""))
            name = posixpath.normpath(posixpath.join(posixpath.dirname(path), href))
            if name in archive.names:
                add_page(manuscript, archive.read(name))
                chapters += 1
        document = manuscript.document(
            package.findtext(f".//{DUBLIN_CORE}title") or "",
            is_markdown=True,
            format="epub",
            chapters=chapters,
            author=package.findtext(f".//{DUBLIN_CORE}creator"),
        )
        if not document.text and "META-INF/encryption.xml" in archive.names:
            raise encrypted("EPUB")
        return document


def _is_chapter(item: Any) -> bool:
    """Whether an item of the package is text to be read, and not its table of contents."""
    return "html" in item.get("media-type", "") and "nav" not in item.get("properties", "").split()
