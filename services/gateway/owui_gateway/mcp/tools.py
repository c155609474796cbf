"""The tools as agents see them: names, descriptions, and the shapes of what goes in and comes out."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

_READ_ONLY = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}
MAXIMUM_CHARACTERS = 100_000


class SearchArguments(msgspec.Struct, forbid_unknown_fields=True):
    """What search_knowledge is given."""

    query: Annotated[
        str, Meta(min_length=1, max_length=4000, description="What is sought, as a question or words.")
    ]
    knowledge_ids: (
        Annotated[
            list[str],
            Meta(max_length=300, description="Knowledge bases to search; all that you may read when absent."),
        ]
        | None
    ) = None
    k: Annotated[int, Meta(ge=1, le=50, description="How many passages are wanted.")] | None = None


class ListArguments(msgspec.Struct, forbid_unknown_fields=True):
    """What list_knowledge is given: nothing."""


class ReadArguments(msgspec.Struct, forbid_unknown_fields=True):
    """What read_file is given."""

    file_id: Annotated[
        str, Meta(min_length=1, max_length=200, description="The file, as a passage names it.")
    ]
    start: Annotated[int, Meta(ge=0, description="Position of the first character that is wanted.")] = 0
    length: Annotated[
        int, Meta(ge=1, le=MAXIMUM_CHARACTERS, description="How many characters are wanted.")
    ] = 20_000


class FoundPassage(msgspec.Struct):
    """A passage of a file; `start` and `end` are positions of characters in its text."""

    file_id: str
    name: str
    knowledge_id: str
    page: int | None
    start: int
    end: int
    headings: list[str]
    text: str
    score: float
    source: str


class SearchResult(msgspec.Struct):
    """What search_knowledge returns, the best passage first."""

    passages: list[FoundPassage]
    shortened: bool


class KnowledgeBase(msgspec.Struct):
    """A knowledge base."""

    id: str
    name: str
    description: str


class ListResult(msgspec.Struct):
    """What list_knowledge returns; `total` counts those beyond the list too."""

    knowledge: list[KnowledgeBase]
    total: int


class ReadResult(msgspec.Struct):
    """What read_file returns: a part of a text that has `total` characters."""

    file_id: str
    text: str
    start: int
    end: int
    total: int


def describe() -> list[dict[str, Any]]:
    """Return the tools for tools/list."""
    return [
        _tool(
            "search_knowledge",
            "Search knowledge",
            "Finds the passages of documents that answer a question, with their files and positions.",
            SearchArguments,
            SearchResult,
        ),
        _tool(
            "list_knowledge",
            "List knowledge bases",
            "Lists the knowledge bases that you may read.",
            ListArguments,
            ListResult,
        ),
        _tool(
            "read_file",
            "Read a file",
            "Reads a part of the text of a file, such as what stands around a passage that was found.",
            ReadArguments,
            ReadResult,
        ),
    ]


def _tool(name: str, title: str, description: str, arguments: type, result: type) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "description": description,
        "inputSchema": _schema(arguments),
        "outputSchema": _schema(result),
        "annotations": {"title": title, **_READ_ONLY},
    }


def _schema(kind: type) -> dict[str, Any]:
    """Return the JSON schema of a struct; clients expect an object, not a reference to one."""
    (root,), definitions = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    schema = dict(definitions.pop(root["$ref"].rpartition("/")[2]))
    schema.pop("title", None)
    schema.pop("description", None)
    return {**schema, "$defs": definitions} if definitions else schema
