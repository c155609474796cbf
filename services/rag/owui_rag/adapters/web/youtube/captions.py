"""The text of captions, in the forms in which YouTube sends them."""

import html
import json
from typing import Any

from lxml import etree

_PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "recover": True, "huge_tree": False}


def caption_text(body: bytes) -> str:
    """Return the spoken text, one line per caption; empty when there is none or the form is unknown."""
    if body.lstrip()[:1] == b"{":
        return "\n".join(_json_lines(body))
    try:
        root = etree.fromstring(body, parser=etree.XMLParser(**_PARSER_OPTIONS))
    except (etree.LxmlError, ValueError):
        return ""
    if root is None:
        return ""
    # <transcript><text> and, in the third form, <timedtext><body><p>.
    lines = [_spoken("".join(element.itertext())) for element in root.iter("text", "p")]
    return "\n".join(line for line in lines if line)


def _json_lines(body: bytes) -> list[str]:
    try:
        events = json.loads(body).get("events")
    except (ValueError, AttributeError, RecursionError):
        return []
    lines = []
    for event in events if isinstance(events, list) else []:
        segments: Any = event.get("segs") if isinstance(event, dict) else None
        texts = [part.get("utf8") for part in segments or [] if isinstance(part, dict)]
        lines.append(_spoken("".join(text for text in texts if isinstance(text, str))))
    return [line for line in lines if line]


def _spoken(text: str) -> str:
    # Its XML is escaped twice.
    return " ".join(html.unescape(text).split())
