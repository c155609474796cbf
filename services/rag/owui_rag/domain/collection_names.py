"""The names by which clients call single files where collections are meant."""

from collections.abc import Iterable

_FILE = "file-"


def of_file(file_id: str) -> str:
    """Return the name of the collection that is one file."""
    return f"{_FILE}{file_id}"


def files_in(names: Iterable[str]) -> list[str]:
    """Return the ids of the files that stand among names of collections."""
    return [name.removeprefix(_FILE) for name in names if name.startswith(_FILE)]
