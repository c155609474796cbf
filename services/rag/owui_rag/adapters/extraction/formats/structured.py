"""JSON, JSON lines and notebooks."""

import json
from collections.abc import Iterator
from typing import Any

from owui_rag.adapters.extraction.formats.encoding import decode
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

# A line per member adds its depth to each: what is deep would become a thousand times its size.
_MOST_GROWTH = 20


def read(source: Source) -> Document:
    """Return a line per record, an indented form of other JSON, and the cells of a notebook as Markdown."""
    text, _ = decode(source.read())
    manuscript = Manuscript(source.limits)
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if source.extension == "ipynb" and isinstance(value, dict) and isinstance(value.get("cells"), list):
        for cell in value["cells"]:
            manuscript.add(_cell(cell))
        return manuscript.document(is_markdown=True, format="notebook")
    if value is None:
        _add_lines(manuscript, text)
        return manuscript.document(format="json lines")
    if isinstance(value, list) and value and all(_is_record(item) for item in value):
        for item in value:
            manuscript.add(_record(item), "\n")
    else:
        # A text that somebody laid out keeps its lines, and with them its place in the file.
        is_laid_out = text.count("\n") > len(text) / 200
        manuscript.add(text if is_laid_out else _laid_out(value, len(text) * _MOST_GROWTH) or text)
    return manuscript.document(format="json")


def _laid_out(value: Any, most: int) -> str:
    """Return JSON with a line per member; "" where that takes more than `most` characters."""
    parts: list[str] = []
    length = 0
    for part in json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(value):
        parts.append(part)
        length += len(part)
        if length > most:
            return ""
    return "".join(parts)


def _add_lines(manuscript: Manuscript, text: str) -> None:
    """Add each line of JSON lines; a file that is not JSON to its end is kept as the text it is."""
    records = []
    for line in filter(str.strip, text.splitlines()):
        try:
            records.append(json.loads(line))
        except ValueError:
            manuscript.add(text)
            return
    for record in records:
        manuscript.add(
            _record(record) if _is_record(record) else json.dumps(record, ensure_ascii=False), "\n"
        )


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and not any(isinstance(part, dict | list) for part in value.values())


def _record(value: dict[str, Any]) -> str:
    return "; ".join(f"{name}: {_plain(part)}" for name, part in value.items() if part not in (None, ""))


def _plain(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else json.dumps(value)


def _cell(cell: Any) -> str:
    source = cell.get("source", "") if isinstance(cell, dict) else ""
    text = "".join(source) if isinstance(source, list) else str(source)
    if not text.strip() or cell.get("cell_type") != "code":
        return text
    return "\n".join(["```", text, "```", *_outputs(cell)])


def _outputs(cell: dict[str, Any]) -> Iterator[str]:
    for output in cell.get("outputs") or ():
        text = output.get("text") or (output.get("data") or {}).get("text/plain") or ""
        yield "".join(text) if isinstance(text, list) else str(text)
