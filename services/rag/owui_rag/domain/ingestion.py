"""The decisions of ingestion: which queue a file goes to, when it is tried again, what is embedded."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from owui_rag.domain.documents import Document, Piece
from owui_rag.domain.files import extension_of

# One file that somebody waits for; one of many; one that is large or slow to read.
LIGHT, BULK, HEAVY = "light", "bulk", "heavy"
QUEUES = (LIGHT, BULK, HEAVY)
_LONGEST_PAUSE = 600.0  # seconds
# Reading these takes a process of its own, and at times minutes.
SLOW = frozenset({
    "pdf", "djvu", "tif", "tiff", "png", "jpg", "jpeg", "webp", "bmp", "gif", "heic", "xlsx", "xls", "xlsm",
    "ods", "zip", "epub", "pptx", "ppt", "doc", "docx", "odt", "odp", "rtf", "msg",
})  # fmt: skip
SLOW_BYTES_FRACTION = 4


def queue_of(filename: str, size: int, *, bulk: bool, light_bytes: int) -> str:
    """Return the queue for a file: small ones overtake large ones, and single ones overtake batches."""
    limit = light_bytes // SLOW_BYTES_FRACTION if extension_of(filename) in SLOW else light_bytes
    if size > limit:
        return HEAVY
    return BULK if bulk else LIGHT


def retry_pause(attempt: int, first: float) -> float:
    """Return the seconds after a failed attempt (counted from 1) until the next."""
    return float(min(_LONGEST_PAUSE, first * 2 ** (attempt - 1)))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a text with what is embedded and searched of it: its words below its path of headings."""

    piece: Piece
    text: str
    searched: str

    @property
    def hash(self) -> bytes:
        """SHA-256 of what is embedded: equal hashes have equal vectors."""
        return hash_of(self.searched)


def hash_of(text: str) -> bytes:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def chunks_of(document: Document, pieces: Sequence[Piece]) -> list[Chunk]:
    """Return the chunks of a document that has been cut."""
    return [_chunk(document.text[piece.start : piece.end], piece) for piece in pieces]


def _chunk(text: str, piece: Piece) -> Chunk:
    return Chunk(piece, text, searched_text(text, piece.headings))


def searched_text(text: str, headings: Sequence[str]) -> str:
    """Return what is embedded and searched of a piece: its text below the path of its headings."""
    # A piece that begins with its own heading says it already.
    above = [heading for heading in headings if heading not in text[: 2 * len(heading) + 8]]
    return f"{' › '.join(above)}\n\n{text}" if above else text
