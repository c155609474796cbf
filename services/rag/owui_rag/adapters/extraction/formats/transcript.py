"""Transcripts of speech: subtitles and what YouTube gives as XML or JSON."""

import html
import json
import re
from collections.abc import Iterator

from owui_rag.adapters.extraction.formats.encoding import decode
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.markup import parse
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

_TIME = re.compile(r"^[\d:.,]+\s+-->\s+[\d:.,]+")
_TAG = re.compile(r"<[^<>]{0,200}>")
_NOT_SPOKEN = ("WEBVTT", "NOTE", "STYLE", "REGION", "Kind:", "Language:")


def read(source: Source) -> Document:
    """Return what was said, a line per caption; captions that repeat the line before are left out."""
    text, _ = decode(source.read())
    manuscript = Manuscript(source.limits)
    for line in transcript_lines(text):
        manuscript.add(line, "\n")
    return manuscript.document(format="transcript")


def transcript_lines(text: str) -> Iterator[str]:
    """Give the lines of a transcript in any of the known forms; raise ValueError or XMLSyntaxError."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        lines = _json_lines(start)
    elif start.startswith("<"):
        lines = _xml_lines(start)
    else:
        lines = _subtitle_lines(start)
    previous = ""
    for line in lines:
        tidy = " ".join(html.unescape(_TAG.sub("", line)).split())
        if tidy and tidy != previous:
            yield tidy
            previous = tidy


def _json_lines(text: str) -> Iterator[str]:
    for event in json.loads(text).get("events") or ():
        yield "".join(segment.get("utf8") or "" for segment in event.get("segs") or ())


def _xml_lines(text: str) -> Iterator[str]:
    root = parse(text.encode())
    for element in root.iter("text", "p"):
        yield "".join(element.itertext())


def _subtitle_lines(text: str) -> Iterator[str]:
    lines = text.splitlines()
    for index, line in enumerate(lines):
        is_number = line.strip().isdigit() and index + 1 < len(lines) and _TIME.match(lines[index + 1])
        if not is_number and not _TIME.match(line) and not line.startswith(_NOT_SPOKEN):
            yield line
