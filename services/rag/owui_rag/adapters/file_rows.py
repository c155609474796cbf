"""How rows of the table `file` are read."""

from typing import Any

from owui_rag.domain.files import FileRow

NAMES = (
    "id", "user_id", "filename", "content_type", "size", "hash", "status", "progress", "error", "blob_key",
    "blob_hash", "content_id", "created_at", "updated_at",
)  # fmt: skip


def columns(alias: str) -> str:
    """Return the columns of a file for a SELECT; a given text is no part of them, it may be large."""
    plain = ", ".join(f"{alias}.{name}" for name in NAMES)
    return (
        f"{plain}, ({alias}.data - 'given_text')::text AS data, {alias}.meta::text AS meta, "
        f"{alias}.access_control::text AS access_control"
    )


def file_of(row: Any, text: str | None = None) -> FileRow:
    """Return the file of a row with these columns."""
    values = {name: row[name] for name in NAMES}
    return FileRow(
        **values, data=row["data"], meta=row["meta"], access_control=row["access_control"], text=text
    )
