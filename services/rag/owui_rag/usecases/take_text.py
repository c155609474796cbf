"""Makes files of plain texts."""

import hashlib
import uuid
from typing import Any

import msgspec
from owui_chassis.access_control import Caller
from owui_chassis.errors import Invalid

from owui_rag.domain.arrival import check_announced
from owui_rag.domain.files import GIVEN_TEXT, MAXIMUM_TEXT_LENGTH, FileRow, safe_name
from owui_rag.domain.quotas import Quota
from owui_rag.ports import NewFile, NewFileStore
from owui_rag.usecases.reading import Reading


class TakeText:
    """Such a file has no bytes of its own; `values` has the attributes of FileSettings."""

    def __init__(self, files: NewFileStore, reading: Reading, values: Any) -> None:
        self._files = files
        self._reading = reading
        self._values = values

    async def run(
        self, caller: Caller, name: str, text: str, quota: Quota, meta: dict[str, Any] | None = None
    ) -> FileRow:
        """Write a file and have its text made findable; raise Invalid or Exhausted."""
        if not text.strip():
            raise Invalid("The text is empty", "text_empty")
        if len(text) > MAXIMUM_TEXT_LENGTH:
            raise Invalid("The text is too long", "text_too_long")
        data = text.encode()
        check_announced(len(data), quota, self._values.upload_max_bytes)
        new = NewFile(
            id=str(uuid.uuid4()),
            filename=safe_name(name),
            content_type="text/plain",
            size=len(data),
            blob_key=None,
            blob_hash=hashlib.sha256(data).digest(),
            status="pending",
            data=msgspec.json.encode({GIVEN_TEXT: text}).decode(),
            meta=msgspec.json.encode(meta or {}).decode(),
        )
        row = await self._files.add(caller, new, quota)
        await self._reading.submit([row.id])
        return row
