"""Putting the text of a document together from its blocks, cleaned and bounded."""

import re
import unicodedata

from owui_rag.adapters.extraction.limits import Limits
from owui_rag.adapters.extraction.source import too_much_text
from owui_rag.domain.documents import Document

# What no store and no model can use: controls, halves of surrogate pairs, non-characters; and places where a
# word may be broken, since nobody would find it then.
_UNUSABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff]|\u00ad\n?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    """Return a text in composed form (NFC), with "\\n" as its line ends, without unusable characters."""
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    return _UNUSABLE.sub("", _LINE_END.sub("\n", text))


class Manuscript:
    """Collects blocks of text and remembers where pages begin."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[int] = []
        self._waiting_pages = 0

    def begin_page(self) -> None:
        """Let what comes next stand on a new page."""
        self._waiting_pages += 1

    def add(self, block: str, separator: str = "\n\n") -> None:
        """Add a block of text, apart from the one before by `separator`; nothing for an empty one.

        Raises Unreadable when the document has more text than the limits allow.
        """
        block = clean(block).strip("\n")
        if not block or block.isspace():
            return
        if self._parts:
            self._parts.append(separator)
            self._length += len(separator)
        self._begin_waiting_pages()
        self._parts.append(block)
        self._length += len(block)
        if self._length > self._limits.characters:
            raise too_much_text(self._limits)

    def document(
        self, title: str = "", *, is_markdown: bool = False, **metadata: str | int | None
    ) -> Document:
        """Return what was collected; metadata without a value is left out."""
        self._begin_waiting_pages()
        return Document(
            "".join(self._parts),
            tuple(self._pages),
            " ".join(clean(title).split())[:500],
            is_markdown,
            {
                key: " ".join(clean(str(value)).split())[:500]
                for key, value in metadata.items()
                if value not in {None, ""}
            },
        )

    def _begin_waiting_pages(self) -> None:
        self._pages.extend([self._length] * self._waiting_pages)
        self._waiting_pages = 0
