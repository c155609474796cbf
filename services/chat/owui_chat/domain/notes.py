"""Notes as people want them and as they are stored."""

from dataclasses import dataclass
from typing import Any

import msgspec
from owui_chassis.access_control import problem_of
from owui_chassis.errors import Invalid, NotFound

from owui_chat.domain.json_objects import object_text, read_object
from owui_chat.domain.limits import TITLE_LENGTH
from owui_chat.domain.texts import NOT_FOUND

ORDERS = ("name", "created_at", "updated_at")
VIEWS = ("created", "shared")
RIGHTS = ("write", "read", "read_only")
# Some thousand people and groups by their ids.
_ACCESS_BYTES = 256 * 1024
_LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class NoteLimits:
    """How many notes a person may have, and how large the JSON of one may be in bytes."""

    notes: int = 10_000
    note_bytes: int = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NoteForm:
    """What a client sent about a note. `access_control` is parsed JSON and counts only when it was sent."""

    title: str
    data: str | None = None
    meta: str | None = None
    access_control: dict[str, Any] | None = None
    sends_access: bool = True


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A stored note; `data`, `meta` and `access_control` are JSON texts. Times are epoch nanoseconds.

    `readable` and `writable` say what the caller may do with it. In lists `data` may be left out.
    """

    id: str
    user_id: str
    title: str
    data: str | None
    meta: str | None
    access_control: str | None
    created_at: int
    updated_at: int
    readable: bool = True
    writable: bool = False


@dataclass(frozen=True, slots=True)
class NoteSearch:
    """Which notes are wanted: `right` is what the caller may do with them, `page` counts from 1."""

    text: str = ""
    view: str = ""
    right: str = "write"
    order_by: str = "updated_at"
    ascending: bool = False
    page: int | None = 1


class _Content(msgspec.Struct):
    md: Any = None


class _Data(msgspec.Struct):
    content: _Content | None = None


def parse_note(
    limits: NoteLimits, *, title: str, data: bytes, meta: bytes, access_control: bytes, sends_access: bool
) -> NoteForm:
    """Understand what a client sent about a note; raise Invalid for what cannot be stored."""
    if len(title) > TITLE_LENGTH:
        raise Invalid(f"A title can have at most {TITLE_LENGTH} characters", "title_too_long")
    control = object_text(access_control, "access_control", _ACCESS_BYTES)
    rule = None if control is None else read_object(control, "access_control")
    if problem := problem_of(rule):
        raise Invalid(problem, "bad_access_control")
    return NoteForm(
        title=title,
        data=object_text(data, "data", limits.note_bytes),
        meta=object_text(meta, "meta", limits.note_bytes),
        access_control=rule,
        sends_access=sends_access,
    )


def parse_search(search: NoteSearch) -> NoteSearch:
    """Return a search that makes sense; raise Invalid for any other."""
    if search.order_by not in ORDERS:
        raise Invalid(f"order_by is one of {', '.join(ORDERS)}", "invalid_order")
    if search.view not in ("", *VIEWS):
        raise Invalid(f"view_option is one of {', '.join(VIEWS)}", "invalid_view")
    if search.right not in RIGHTS:
        raise Invalid(f"permission is one of {', '.join(RIGHTS)}", "invalid_permission")
    if search.page is not None and not 1 <= search.page <= _LAST_PAGE:
        raise Invalid("page counts from 1", "invalid_page")
    if "\x00" in search.text:
        raise Invalid("query contains a NUL character", "nul_character")
    return search


def text_of_note(data: str | None) -> str:
    """Return the text of a note as people write it, given its data; empty when there is none."""
    if data is None:
        return ""
    try:
        content = msgspec.json.decode(data, type=_Data).content
    except msgspec.ValidationError:
        return ""
    return content.md if content is not None and isinstance(content.md, str) else ""


def not_found() -> NotFound:
    """Return the one answer for notes that are missing and for those that the caller may not use."""
    return NotFound(NOT_FOUND, "note_not_found")
