"""In which dialect a question is asked, and how each tells the sources of an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import msgspec

_EVENTS, _LINES = "text/event-stream", "application/x-ndjson"


class Dialect(Enum):
    """The form of a request with messages, and of its answer."""

    OPENAI = "openai"
    OLLAMA = "ollama"
    OLLAMA_OPENAI = "ollama_openai"


@dataclass(frozen=True, slots=True)
class Way:
    """How a question leaves: in which dialect, and over which connection if one is named."""

    dialect: Dialect = Dialect.OPENAI
    connection_index: int | None = None


USUAL_WAY = Way()


def first_words(content_type: str, model: str, sources: Sequence[Mapping[str, Any]]) -> bytes:
    """Return what tells the sources at the beginning of a stream; nothing for an answer that is none."""
    if content_type.startswith(_EVENTS):
        return b'data: {"sources":%b}\n\n' % msgspec.json.encode(sources)
    if content_type.startswith(_LINES):
        # Clients of Ollama take each line for a piece of the message.
        piece = {
            "model": model,
            "created_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "message": {"role": "assistant", "content": ""},
            "done": False,
            "sources": sources,
        }
        return msgspec.json.encode(piece) + b"\n"
    return b""
