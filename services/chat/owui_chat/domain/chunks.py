"""Understand the chunks in which providers deliver an answer, whatever dialect of the OpenAI form they
speak."""

import json
from typing import Any

import msgspec

# Compared by identity: most chunks carry nothing but text.
ABSENT = msgspec.Raw(b"")


class Delta(msgspec.Struct):
    """The parts of a choice that carry text or tool calls."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    thinking: str | None = None
    tool_calls: msgspec.Raw = ABSENT


class Choice(msgspec.Struct):
    """One choice; `message` instead of `delta` in answers that are not streamed."""

    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | None = None


class Chunk(msgspec.Struct):
    """One event of a stream, or a whole answer."""

    choices: list[Choice] | None = None
    usage: msgspec.Raw = ABSENT
    error: msgspec.Raw = ABSENT
    sources: msgspec.Raw = ABSENT
    selected_model_id: str | None = None
    detail: msgspec.Raw = ABSENT

    @property
    def has_extras(self) -> bool:
        """Whether there is more than choices."""
        return (
            self.usage is not ABSENT
            or self.error is not ABSENT
            or self.sources is not ABSENT
            or self.detail is not ABSENT
            or self.selected_model_id is not None
        )


_CHUNK = msgspec.json.Decoder(Chunk)
_ABSENT = (b"", b"null")


def parse_chunk(payload: bytes) -> Chunk | None:
    """Return the chunk; None for what is no JSON object at all."""
    try:
        return _CHUNK.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _tolerant(payload)


def present(raw: msgspec.Raw) -> bytes:
    """Return the JSON of a member; nothing when it is absent or null."""
    value = bytes(raw)
    return b"" if value in _ABSENT else value


def storable(raw: bytes) -> msgspec.Raw | None:
    """Return JSON of a provider in a form that Postgres can hold; None when there is none."""
    try:
        text = msgspec.json.encode(_value(raw))
    except OverflowError:
        return None
    return None if b"\\u0000" in text or text == b"null" else msgspec.Raw(text)


def error_text(raw: bytes, fallback: str) -> str:
    """Return the sentence of an error, in whichever form a provider gave it."""
    value = _value(raw)
    sentence = _sentence(value) if value is not None else raw.decode(errors="replace").strip()[:2000]
    return sentence.replace("\x00", "\ufffd") or fallback


def _value(payload: bytes) -> Any:
    """Return JSON, with U+FFFD for bytes and escapes that are half a character; None when it is none."""
    try:
        text = json.dumps(json.loads(payload.decode(errors="replace")), ensure_ascii=False)
        return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError):
        return None


def _sentence(value: Any) -> str:
    if isinstance(value, str):
        return value[:2000]
    if isinstance(value, dict):
        for name in ("error", "message", "detail", "msg"):
            if found := _sentence(value.get(name)):
                return found
    if isinstance(value, list) and value:
        return _sentence(value[0])
    return ""


def _tolerant(payload: bytes) -> Chunk | None:
    """Take what can be taken of a chunk with members of unexpected types."""
    value = _value(payload)
    if not isinstance(value, dict):
        return None
    chunk = Chunk()
    for name in ("usage", "error", "sources", "detail"):
        if value.get(name) is not None:
            setattr(chunk, name, msgspec.Raw(msgspec.json.encode(value[name])))
    choices = value.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        first = choices[0]
        delta, message = first.get("delta"), first.get("message")
        chunk.choices = [Choice(delta=_delta(delta), message=_delta(message))]
    return chunk


def _delta(value: Any) -> Delta | None:
    if not isinstance(value, dict):
        return None
    delta = Delta(content=_joined(value.get("content")))
    for name in ("reasoning_content", "reasoning", "thinking"):
        setattr(delta, name, _joined(value.get(name)))
    if value.get("tool_calls"):
        delta.tool_calls = msgspec.Raw(msgspec.json.encode(value["tool_calls"]))
    return delta


def _joined(value: Any) -> str | None:
    """Return the text of a string or of a list of text parts."""
    if isinstance(value, list):
        parts = [part.get("text") for part in value if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return value if isinstance(value, str) else None
