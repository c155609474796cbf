"""What has to be done so that a knowledge base holds exactly the files of a folder elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Copy:
    """A file by its path; `hash` is the SHA-256 of its bytes. What is in the base has a `file_id`."""

    path: str
    hash: str
    size: int
    file_id: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """Files to upload, to upload in the place of others, and to remove."""

    add: list[Copy]
    replace: list[Copy]
    remove: list[Copy]
    unchanged: int


def plan_sync(there: Iterable[Copy], here: Iterable[Copy]) -> SyncPlan:
    """Compare a folder (`there`) with a base (`here`), path by path.

    Two files of the base with one path can be what uploads at the same time have left: one stays, the one
    with the right bytes if there is such a one.
    """
    wanted = {copy.path: copy for copy in there}
    kept: dict[str, Copy] = {}
    remove: list[Copy] = []
    for copy in here:
        target = wanted.get(copy.path)
        former = kept.get(copy.path)
        if target is None:
            remove.append(copy)
        elif former is None:
            kept[copy.path] = copy
        elif copy.hash == target.hash and former.hash != target.hash:
            remove.append(former)
            kept[copy.path] = copy
        else:
            remove.append(copy)
    add = [copy for path, copy in wanted.items() if path not in kept]
    changed = [(wanted[path], copy) for path, copy in kept.items() if copy.hash != wanted[path].hash]
    replace = [Copy(new.path, new.hash, new.size, old.file_id, old.status) for new, old in changed]
    return SyncPlan(add, replace, remove, len(kept) - len(changed))
