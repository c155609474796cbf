"""Folders as people want them and as they are stored, and which moves make sense."""

from collections.abc import Mapping
from dataclasses import dataclass

from owui_chassis.errors import Invalid, NotFound

from owui_chat.domain.attachments import MOST_ITEMS
from owui_chat.domain.json_objects import object_text, read_object
from owui_chat.domain.texts import NOT_FOUND

NAME_LENGTH = 255
# Whoever shows them indents each level, and nothing here needs to go deeper.
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class FolderLimits:
    """How many folders a person may have, and how large the JSON of one may be in bytes."""

    folders: int = 1000
    folder_bytes: int = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A stored folder; `items`, `meta` and `data` are JSON texts. Times are epoch seconds."""

    id: str
    parent_id: str | None
    user_id: str
    name: str
    items: str | None
    meta: str | None
    data: str | None
    is_expanded: bool
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class FolderForm:
    """What a client sent about a folder; None for what shall stay as it is."""

    name: str | None = None
    data: str | None = None
    meta: str | None = None
    items: str | None = None


def parse_folder(
    limits: FolderLimits, *, name: str | None, data: bytes = b"", meta: bytes = b"", items: bytes = b""
) -> FolderForm:
    """Understand what a client sent about a folder; raise Invalid for what cannot be stored."""
    most = limits.folder_bytes
    kept = object_text(data, "data", most)
    if kept is not None:
        _check_data(read_object(kept, "data"))
    return FolderForm(
        name=None if name is None else _name(name),
        data=kept,
        meta=object_text(meta, "meta", most),
        items=object_text(items, "items", most),
    )


def not_found() -> NotFound:
    """Return the one answer for folders that are missing and for those of others."""
    return NotFound(NOT_FOUND, "folder_not_found")


def inside(parents: Mapping[str, str | None], folder_id: str) -> set[str]:
    """Return a folder and all folders in it, given the parents of all folders of a person."""
    found = {folder_id}
    level = {folder_id}
    while level := {one for one, parent in parents.items() if parent in level and one not in found}:
        found |= level
    return found


def check_place(parents: Mapping[str, str | None], folder_id: str | None, parent_id: str | None) -> None:
    """Raise when a folder (None for a new one) may not be put into another one: NotFound, Invalid."""
    if parent_id is None:
        return
    if parent_id not in parents:
        raise not_found()
    if folder_id is not None and parent_id in inside(parents, folder_id):
        raise Invalid("A folder cannot be moved into itself or into a folder in it", "folder_cycle")
    height = 1 if folder_id is None else _height(parents, folder_id)
    if _depth(parents, parent_id) + height > DEEPEST:
        raise Invalid(f"Folders can be nested {DEEPEST} levels deep", "folder_too_deep")


def _depth(parents: Mapping[str, str | None], folder_id: str | None) -> int:
    levels = 0
    while folder_id is not None and levels <= DEEPEST:
        levels += 1
        folder_id = parents.get(folder_id)
    return levels


def _height(parents: Mapping[str, str | None], folder_id: str) -> int:
    height, level = 0, {folder_id}
    while level and height <= DEEPEST:
        height += 1
        level = {one for one, parent in parents.items() if parent in level}
    return height


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(f"The name of a folder must have 1 to {NAME_LENGTH} characters", "invalid_name")
    return name


def _check_data(data: Mapping[str, object]) -> None:
    prompt, files = data.get("system_prompt"), data.get("files")
    if prompt is not None and not isinstance(prompt, str):
        raise Invalid("data.system_prompt must be a string", "invalid_system_prompt")
    if files is None:
        return
    if not isinstance(files, list) or not all(isinstance(one, dict) for one in files):
        raise Invalid("data.files must be a list of objects", "invalid_files")
    if len(files) > MOST_ITEMS:
        raise Invalid(f"A folder can have at most {MOST_ITEMS} files", "too_many_files")
