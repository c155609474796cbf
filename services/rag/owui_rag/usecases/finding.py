"""Refuses what is not there for the caller."""

from typing import TypeVar

from owui_chassis.errors import Invalid, NotFound

from owui_rag.domain.folders import BadFolder, folder_path
from owui_rag.domain.texts import NOT_FOUND

T = TypeVar("T")


def found(thing: T | None, reason: str = "file_not_found") -> T:
    """Return what was found; raise NotFound."""
    if thing is None:
        raise NotFound(NOT_FOUND, reason)
    return thing


def folder_of(text: str) -> str:
    """Return the path of a folder; raise Invalid."""
    try:
        return folder_path(text)
    except BadFolder as error:
        raise Invalid(str(error), "bad_folder") from None
