"""A file as it is stored, and as the public interface shows it."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import msgspec

MAXIMUM_NAME_LENGTH = 255
MAXIMUM_METADATA_BYTES = 64 * 1024
MAXIMUM_TEXT_LENGTH = 16 * 1024 * 1024
# The states of a row in the words that clients know; they wait for "completed" or "failed".
_PUBLIC_STATES = {"processing": "pending", "cancelled": "failed"}
# A text that was given instead of being read from the bytes; it never shows in `data`.
GIVEN_TEXT = "given_text"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')


class FileRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table `file`; `data`, `meta` and `access_control` are JSON texts.

    `text` is what was read from it, where that was asked for.
    """

    id: str
    user_id: str
    filename: str
    content_type: str
    size: int
    hash: str | None
    status: str
    progress: float
    error: str | None
    data: str
    meta: str
    access_control: str | None
    blob_key: str | None
    blob_hash: bytes | None
    content_id: int | None
    created_at: int
    updated_at: int
    text: str | None = None

    @property
    def is_read(self) -> bool:
        """Whether its text is there."""
        return self.status == "completed" and self.content_id is not None

    @property
    def is_settled(self) -> bool:
        """Whether nothing will happen to it by itself."""
        return self.status in {"completed", "failed", "cancelled"}


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file that has no text: it waits, is being read, or could not be read."""

    id: str
    filename: str
    status: str
    error: str | None


def public_status(status: str) -> str:
    """Return a state in the words of the public interface."""
    return _PUBLIC_STATES.get(status, status)


def public_error(row: FileRow | UnreadFile) -> str | None:
    """Return why a file has not been read; None when that is not so."""
    if row.status == "cancelled":
        return row.error or "Reading of this file was cancelled"
    return (row.error or "This file could not be read") if row.status == "failed" else None


def public_data(row: FileRow) -> bytes:
    """Return the member `data` of a file as JSON."""
    data = msgspec.json.decode(row.data, type=dict[str, Any])
    data |= {"status": public_status(row.status), "progress": round(row.progress, 4)}
    if (error := public_error(row)) is not None:
        data["error"] = error
    if row.text is not None:
        data["content"] = row.text
    return msgspec.json.encode(data)


def public_meta(row: FileRow) -> bytes:
    """Return the member `meta` of a file as JSON."""
    meta = msgspec.json.decode(row.meta, type=dict[str, Any])
    meta |= {"name": row.filename, "content_type": row.content_type, "size": row.size}
    if row.is_read:
        meta.setdefault("collection_name", f"file-{row.id}")
    return msgspec.json.encode(meta)


def safe_name(name: str) -> str:
    """Return a name without folders, control characters and what file systems or headers stumble over."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name).strip())[-1]
    base = _UNSAFE.sub("_", base).strip(" .") or "file"
    if len(base.encode()) <= MAXIMUM_NAME_LENGTH:
        return base
    stem, dot, extension = base.rpartition(".")
    if not dot or len(extension) > 16:
        stem, extension = base, ""
    ending = f".{extension}" if extension else ""
    room = MAXIMUM_NAME_LENGTH - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore") + ending


def extension_of(name: str) -> str:
    """Return the extension of a name in small letters, without its dot; "" when it has none."""
    _, dot, extension = name.rpartition(".")
    return extension.lower() if dot else ""


def blob_key(file_id: str) -> str:
    """Return the key of a file's bytes; the first part spreads them over folders."""
    return f"{hashlib.sha256(file_id.encode()).hexdigest()[:2]}/{file_id}"


def metadata_problem(raw: bytes) -> str | None:
    """Return in one sentence what is wrong with what an uploader says about a file; None when nothing is."""
    if len(raw) > MAXIMUM_METADATA_BYTES:
        return f"The metadata of a file may have {MAXIMUM_METADATA_BYTES // 1024} KiB at most."
    try:
        # It is read like this wherever it is shown, so that nothing is stored that cannot be shown again.
        msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError):
        return "The metadata of a file has to be a JSON object."
    return "The metadata holds a character that cannot be stored (U+0000)." if b"\\u0000" in raw else None
