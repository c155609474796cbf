"""What people write about themselves, checked before it is stored."""

import re
import unicodedata
from datetime import date

import orjson
from owui_chassis.errors import Invalid, NotFound

EMAIL_CHARACTERS = 254
NAME_CHARACTERS = 255
JSON_BYTES = 1024 * 1024
_DOMAIN = re.compile(r"(?:[^\s@.<>()\[\],;:\\\"]+\.)+[^\s@.<>()\[\],;:\\\"]{2,}")
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")


def normal_email(text: str) -> str:
    """Return an address in the form it is stored in; raise Invalid for what is none.

    Compatibility forms are folded (NFKC) so that look-alikes made of full-width letters are the same address.
    """
    email = unicodedata.normalize("NFKC", text).strip().lower()
    local, _, domain = email.rpartition("@")
    fits = len(email) <= EMAIL_CHARACTERS and _LOCAL.fullmatch(local) and not _has_control(email)
    if not fits or (domain != "localhost" and not _DOMAIN.fullmatch(domain)):
        raise Invalid("email: this is not an e-mail address", "invalid_email")
    return email


def line(text: str, field: str, characters: int = NAME_CHARACTERS) -> str:
    """Return one line of text, trimmed; raise Invalid when it is empty, long or has controls."""
    text = text.strip()
    if not text:
        raise Invalid(f"{field}: must not be empty", "empty")
    return optional_text(text, field, characters) or ""


def optional_text(text: str | None, field: str, characters: int, *, lines: bool = False) -> str | None:
    """Return text of a bounded length, None for none; `lines` allows line breaks and tabs."""
    if text is None:
        return None
    if len(text) > characters:
        raise Invalid(f"{field}: at most {characters} characters are allowed", "too_long")
    if _has_control(text.translate({9: None, 10: None, 13: None}) if lines else text):
        raise Invalid(f"{field}: control characters are not allowed", "control_characters")
    return text


def day(text: str | None, field: str) -> date | None:
    """Return a day given as YYYY-MM-DD; None for none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{field}: must be a day such as 1990-12-31", "invalid_day") from None


def identifier(text: str) -> str:
    """Return an identifier that can be looked up; raise NotFound for what can be none."""
    if not text or len(text) > NAME_CHARACTERS or _has_control(text):
        raise NotFound("We could not find what you're looking for :/", "not_found")
    return text


def json_object(raw: bytes, field: str) -> dict[str, object]:
    """Return a JSON object of a bounded size that the database can hold; raise Invalid for anything else."""
    if len(raw) > JSON_BYTES:
        raise Invalid(f"{field}: at most {JSON_BYTES} bytes are allowed", "too_long")
    try:
        value = orjson.loads(raw)
        written = orjson.dumps(value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        raise Invalid(f"{field}: is not JSON: {error}", "invalid_json") from None
    if not isinstance(value, dict):
        raise Invalid(f"{field}: must be an object", "not_an_object")
    if b"\\u0000" in written:
        raise Invalid(f"{field}: control characters are not allowed", "control_characters")
    return value


def _has_control(text: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)
