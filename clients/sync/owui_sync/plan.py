"""What has to be done so that a base holds exactly the files of the folder."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the server's plan; `file_id` is the one in the base, `hash` that of its bytes."""

    path: str
    hash: str = ""
    file_id: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A file of the base that lies elsewhere in the folder now."""

    file_id: str
    source: str
    target: str


@dataclass(slots=True)
class Work:
    """What there is to do, in the order in which it is done."""

    moves: list[Move] = field(default_factory=list)
    uploads: list[Entry] = field(default_factory=list)
    removals: list[Entry] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.moves or self.uploads or self.removals)


def plan_work(
    add: Iterable[Entry],
    replace: Iterable[Entry],
    remove: Iterable[Entry],
    *,
    may_remove: Callable[[str], bool],
    present: Callable[[str], bool],
) -> Work:
    """Turn the server's comparison into work.

    What is gone at one path and new at another with the same bytes is a move. An upload with a `file_id`
    takes the place of that file. `may_remove` says which paths of the base may go, `present` which paths the
    folder has: a second file of the base at such a path is left over from a run that was broken off.
    """
    gone: dict[str, list[Entry]] = defaultdict(list)
    work = Work()
    for entry in remove:
        if present(entry.path):
            work.removals.append(entry)
        elif may_remove(entry.path):
            gone[entry.hash].append(entry)
    for entry in add:
        candidates = gone.get(entry.hash) if entry.hash else None
        if candidates:
            former = _closest(candidates, entry.path)
            candidates.remove(former)
            work.moves.append(Move(former.file_id, former.path, entry.path))
        else:
            work.uploads.append(Entry(entry.path, entry.hash))
    work.uploads += replace
    work.removals += [entry for entries in gone.values() for entry in entries]
    return work


def folder_of(path: str) -> str:
    """Return the folder part of a path; "" for the top."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """Return the name part of a path."""
    return path.rpartition("/")[2]


def _closest(candidates: list[Entry], path: str) -> Entry:
    """Prefer one with the same name: only its folder has to change."""
    return next((each for each in candidates if name_of(each.path) == name_of(path)), candidates[0])
