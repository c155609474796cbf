"""How large conversations may get, and which texts Postgres can hold."""

from dataclasses import dataclass

from owui_chassis.errors import Invalid

IDENTIFIER_LENGTH = 255
TITLE_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one conversation; bytes are those of its JSON."""

    messages: int = 20_000
    chat_bytes: int = 64 * 1024 * 1024
    message_bytes: int = 8 * 1024 * 1024


def check_identifier(value: str, what: str) -> str:
    """Return an identifier that clients chose; raise Invalid for one that is empty, too long or
    unprintable."""
    if not value or len(value) > IDENTIFIER_LENGTH:
        raise Invalid(f"{what} must have 1 to {IDENTIFIER_LENGTH} characters", "invalid_identifier")
    if not value.isprintable():
        raise Invalid(f"{what} contains characters that cannot be printed", "invalid_identifier")
    return value


def checked_text(raw: bytes, what: str) -> str:
    """Return JSON as text; raise Invalid when it is not UTF-8 or holds a NUL character, which Postgres
    cannot store."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Invalid(f"{what} is not valid UTF-8", "invalid_utf8") from None
    if "\x00" in text or _has_escaped_nul(text):
        raise Invalid(f"{what} contains a NUL character", "nul_character")
    return text


def _has_escaped_nul(text: str) -> bool:
    """Whether the escape of NUL occurs, told apart from an escaped backslash before "u0000"."""
    at = text.find("\\u0000")
    while at >= 0:
        backslashes = 0
        while at - backslashes > 0 and text[at - backslashes - 1] == "\\":
            backslashes += 1
        if backslashes % 2 == 0:
            return True
        at = text.find("\\u0000", at + 1)
    return False
