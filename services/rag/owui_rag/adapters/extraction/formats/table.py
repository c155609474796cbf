"""Tables in text files: CSV, TSV and their relatives."""

import csv

from owui_rag.adapters.extraction.formats.encoding import decode
from owui_rag.adapters.extraction.manuscript import Manuscript, clean
from owui_rag.adapters.extraction.rows import record_lines
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

_DELIMITERS = ",;\t|"
_LONGEST_CELL = 1_000_000


def read(source: Source) -> Document:
    """Return a line per row with the names of the columns."""
    text, encoding = decode(source.read())
    text = clean(text)
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text, source.extension))
    manuscript = Manuscript(source.limits)
    count = 0
    for line in record_lines(rows):
        manuscript.add(line, "\n")
        count += 1
    return manuscript.document(format="table", encoding=encoding, rows=count)


def _delimiter(text: str, extension: str) -> str:
    if extension in {"tsv", "tab"}:
        return "\t"
    lines = [line for line in text[:20_000].split("\n")[:20] if line.strip()]

    def presence(mark: str) -> tuple[int, int]:
        # The right one stands equally often in each line, and often; but not where a cell has lines itself.
        counts = [line.count(mark) for line in lines]
        return min(counts, default=0), counts[0] if counts else 0

    return max(_DELIMITERS, key=presence)
