"""How much a person may keep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Quota:
    """Limits in bytes and files; None for no limit."""

    size: int | None = None
    files: int | None = None
    total: int | None = None

    @property
    def counts(self) -> bool:
        """Whether what is there already matters."""
        return self.files is not None or self.total is not None


def quota_of(values: Any, group_ids: Iterable[str], *, is_admin: bool) -> Quota:
    """Return the limits of a person; `values` has the attributes of FileSettings.

    The size of a single file is limited for everybody, number and sum for everybody but administrators.
    """
    hard = int(values.upload_max_bytes)
    size = _bytes(values.file_max_size)
    files, total = _limit(values.user_max_files), _bytes(values.user_max_total_size)
    for group_id in group_ids:
        of_group: Mapping[str, Any] = values.group_quotas.get(group_id) or {}
        if "max_size" in of_group:
            size = _more(size, _bytes(of_group["max_size"]))
        if "max_files" in of_group:
            files = _more(files, _limit(of_group["max_files"]))
        if "max_total_size" in of_group:
            total = _more(total, _bytes(of_group["max_total_size"]))
    size = hard if size is None else min(size, hard)
    return Quota(size) if is_admin else Quota(size, files, total)


def _limit(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _bytes(value: Any) -> int | None:
    limit = _limit(value)
    return None if limit is None else limit * MEBIBYTE


def _more(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)
