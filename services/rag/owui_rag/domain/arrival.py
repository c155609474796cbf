"""What is noted of the bytes of a file while they pass by: their size, their hash, how they begin."""

import hashlib

from owui_chassis.errors import Exhausted, Invalid

from owui_rag.domain.content_types import SNIFFED_BYTES
from owui_rag.domain.quotas import MEBIBYTE, Quota


def too_large(limit: int) -> Invalid:
    """Return the refusal of a file that is larger than `limit` bytes."""
    return Invalid(f"A file may have {limit / MEBIBYTE:g} MiB at most.", "file_too_large")


class Arrival:
    """The bytes so far; nothing of them is kept but the beginning."""

    def __init__(self, limit: int, announced: int | None = None) -> None:
        """Take `limit` bytes at most, and exactly `announced` ones where that is known."""
        self._limit = limit
        self._announced = announced
        self._hash = hashlib.sha256()
        self.size = 0
        self.beginning = b""

    def take(self, part: bytes) -> None:
        """Note a part; raise Invalid as soon as there are too many bytes."""
        self.size += len(part)
        if self.size > self._limit:
            raise too_large(self._limit)
        if len(self.beginning) < SNIFFED_BYTES:
            self.beginning += part[: SNIFFED_BYTES - len(self.beginning)]
        self._hash.update(part)

    def end(self) -> None:
        """Raise Invalid for a file of no bytes, or of other ones than were announced."""
        if not self.size:
            raise Invalid("The file is empty.", "file_empty")
        if self._announced is not None and self.size != self._announced:
            raise Invalid("The file has another size than was announced.", "upload_incomplete")

    @property
    def digest(self) -> bytes:
        """SHA-256 of all bytes."""
        return self._hash.digest()


def byte_limit(quota: Quota, hard: int) -> int:
    """Return how many bytes a single file may have, `hard` ones at most."""
    limits = [limit for limit in (quota.size, quota.total, hard) if limit is not None]
    return min(limits)


def check_announced(size: int | None, quota: Quota, hard: int) -> None:
    """Raise for an announced size that will be refused anyway."""
    if size is None:
        return
    if size < 0:
        raise Invalid("The size of a file cannot be negative.", "invalid_size")
    if quota.total is not None and size > quota.total:
        raise Exhausted(f"Your files may have {quota.total // MEBIBYTE} MiB in all at most.", "quota_reached")
    limit = byte_limit(quota, hard)
    if size > limit:
        raise too_large(limit)
