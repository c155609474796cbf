"""A knowledge base as it is stored, and what may be written into it."""

from typing import Any

import msgspec
from owui_chassis.access_control import problem_of

from owui_rag.domain.files import FileRow

MAXIMUM_NAME_LENGTH = 1024
MAXIMUM_DESCRIPTION_LENGTH = 64 * 1024
MAXIMUM_ACCESS_BYTES = 256 * 1024


class KnowledgeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table `knowledge`; `meta` and `access_control` are JSON texts.

    `readable` and `writable` say what the caller may do with it.
    """

    id: str
    user_id: str
    name: str
    description: str
    meta: str | None
    access_control: str | None
    created_at: int
    updated_at: int
    readable: bool
    writable: bool


class KnowledgeForm(msgspec.Struct, frozen=True, kw_only=True):
    """A knowledge base as somebody wants it; `access_control` is parsed JSON."""

    name: str
    description: str
    access_control: Any = None


class LinkedFileRow(msgspec.Struct, frozen=True, kw_only=True):
    """A file as a member of a base."""

    knowledge_id: str
    folder: str
    file: FileRow


class FolderRow(msgspec.Struct, frozen=True, kw_only=True):
    """A folder of a base with the numbers of files directly in it."""

    folder: str
    count: int
    unfinished: int
    failed: int


def form_problem(form: KnowledgeForm) -> str | None:
    """Return in one sentence what is wrong with a form; None when nothing is."""
    if not form.name.strip() or len(form.name) > MAXIMUM_NAME_LENGTH:
        return f"A knowledge base needs a name of at most {MAXIMUM_NAME_LENGTH} characters."
    if len(form.description) > MAXIMUM_DESCRIPTION_LENGTH:
        return f"The description may have {MAXIMUM_DESCRIPTION_LENGTH} characters at most."
    return access_problem(form.access_control)


def access_problem(control: Any) -> str | None:
    """Return in one sentence what is wrong with an access control; None when nothing is."""
    if control is None:
        return None
    if not isinstance(control, dict):
        return "access_control has to be an object or null."
    if len(msgspec.json.encode(control)) > MAXIMUM_ACCESS_BYTES:
        return "access_control names too many groups and people."
    return problem_of(control)
