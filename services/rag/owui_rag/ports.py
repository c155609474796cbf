"""What the use cases need from outside."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from owui_chassis.access_control import Caller

from owui_rag.domain.documents import Document
from owui_rag.domain.files import FileRow, UnreadFile
from owui_rag.domain.knowledge import FolderRow, KnowledgeForm, KnowledgeRow, LinkedFileRow
from owui_rag.domain.quotas import Quota
from owui_rag.domain.sync_plan import Copy
from owui_rag.domain.web_pages import FetchedPage, WebResult

Vectors = NDArray[np.float32]


class Extractor(Protocol):
    """Reads documents."""

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file; raise Unreadable."""


class Embedder(Protocol):
    """Turns texts into vectors of one length."""

    @property
    def name(self) -> str:
        """Engine, model and all that changes its vectors, such as "onnx:all-MiniLM-L6-v2"."""

    async def dimensions(self) -> int:
        """Return the length of a vector; raise Unavailable when the engine cannot be asked."""

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 (Euclidean) per text; raise ServiceError."""

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same for questions, which some models mark in another way."""


# Gives the engine of the settings as they are at the moment; raises Invalid for nonsense.
EmbedNow = Callable[[], Embedder]


class BlobStore(Protocol):
    """Keeps the bytes of files under keys that it is given."""

    async def put(self, key: str, parts: AsyncIterator[bytes]) -> int:
        """Store what comes and return its size; nothing is there unless it ended well. Raises Unavailable."""

    def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes, None]:
        """Give the bytes from `start` to `end` (excluded); raise NotFound or Unavailable."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""

    def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Give all keys that begin with a prefix."""

    async def presign_put(self, key: str, size: int, content_type: str) -> str | None:
        """Return an address to which a client may PUT these bytes, None where there is no such way."""


# Somebody waits for this file, or it is one of many.
Weight = Literal["single", "bulk"]


class IngestQueue(Protocol):
    """Has files read; their rows say what became of it. A file may be submitted more than once."""

    async def submit(self, file_ids: Sequence[str], weight: Weight = "single") -> None:
        """Have these files read soon; raise Unavailable when they wait for the queue to come back."""

    async def cancel(self, file_ids: Sequence[str]) -> None:
        """Let go of these files, which are about to be deleted."""


class IndexRemoval(Protocol):
    """Takes texts out of what searches look into."""

    async def remove(self, connection: Any, content_ids: Sequence[int]) -> None:
        """Remove all that was made of these contents, in the transaction that deletes them."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is about to be written; `data` and `meta` are JSON texts.

    `status` is "pending" for what shall be read, "completed" for what shall not.
    """

    id: str
    filename: str
    content_type: str
    size: int
    blob_key: str | None
    blob_hash: bytes | None
    status: str
    data: str = "{}"
    meta: str = "{}"
    knowledge_id: str | None = None
    folder: str = ""


class NewFileStore(Protocol):
    """Writes the rows of new files."""

    async def check_room(self, user_id: str, quota: Quota, size: int) -> None:
        """Raise Exhausted when the quota has no room."""

    async def check_base(self, caller: Caller, knowledge_id: str) -> None:
        """Raise NotFound for a base that the caller may not change."""

    async def add(self, caller: Caller, new: NewFile, quota: Quota) -> FileRow:
        """Write a file and its place in a base; raise Exhausted, or NotFound for the base."""


class FileStore(Protocol):
    """The files of everybody; each method sees only those that its caller may use so."""

    async def read(self, caller: Caller, file_id: str) -> FileRow | None:
        """Return a file that the caller may read, without its text."""

    async def read_with_text(self, caller: Caller, file_id: str) -> FileRow | None:
        """Return a file that the caller may read, with its text; "" when none has been read."""

    async def writable(self, caller: Caller, file_id: str) -> FileRow | None:
        """Return a file that the caller may change."""

    async def readable_ids(self, caller: Caller, file_ids: Sequence[str]) -> list[str]:
        """Return those of these files that the caller may read, in the given order."""

    async def writable_ids(self, caller: Caller, file_ids: Sequence[str]) -> list[str]:
        """Return those of these files that the caller may change, in the given order."""

    async def page(
        self, caller: Caller, *, pattern: str | None, limit: int, offset: int, texts: bool
    ) -> list[FileRow]:
        """Return the caller's own files, everybody's for those without restriction, newest first."""

    async def rename(self, caller: Caller, file_id: str, filename: str) -> FileRow | None:
        """Give a file another name; None when the caller may not."""

    async def set_metadata(self, caller: Caller, file_id: str, metadata: str) -> FileRow | None:
        """Replace what the uploader said; None when the caller may not."""

    async def set_access(self, caller: Caller, file_id: str, access_control: str | None) -> FileRow | None:
        """Replace a file's access control; None when the caller is not its owner."""

    async def give_text(self, caller: Caller, file_id: str, text: str) -> FileRow | None:
        """Take a text for what is in a file and let it be read again; None when the caller may not."""

    async def pend(self, file_ids: Sequence[str]) -> list[str]:
        """Mark files as waiting to be read; return those that are not being read already."""

    async def set_collection(self, file_id: str, name: str) -> None:
        """Note under which name its owner finds a file."""


class FileRemoval(Protocol):
    """Deletes rows; the keys of the bytes that belong to nobody any more are returned."""

    async def remove(
        self, caller: Caller, file_ids: Sequence[str], *, only_alone: bool
    ) -> dict[str, str | None]:
        """Delete those of these files that the caller may change; return the keys of their bytes by file."""

    async def next_of_user(self, user_id: str) -> list[str]:
        """Return some files of a person, none when there are no more."""

    async def next_of_all(self) -> list[str]:
        """Return some files, none when there are no more."""

    async def remove_belongings(self, user_id: str) -> None:
        """Delete the knowledge bases and jobs of a person; the files of others in them stay."""

    async def remove_contents(self) -> None:
        """Forget all texts, chunks and vectors; files wait to be read again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a list is wanted; `view` is "created", "shared" or "", pages count from 1."""

    text: str = ""
    view: str = ""
    order_by: str = ""
    descending: bool = True
    page: int = 1
    folder: str | None = None
    status: str = ""


class KnowledgeStore(Protocol):
    """Knowledge bases; a base that the caller may neither read nor change is not there for him."""

    async def page(self, caller: Caller, wanted: Wanted) -> tuple[list[KnowledgeRow], int]:
        """Return a page of the bases that the caller may read, and how many there are."""

    async def get(self, caller: Caller, knowledge_id: str) -> KnowledgeRow | None:
        """Return a base that the caller may read or change."""

    async def create(self, caller: Caller, form: KnowledgeForm) -> KnowledgeRow:
        """Make a base of the caller's."""

    async def update(self, caller: Caller, knowledge_id: str, form: KnowledgeForm) -> KnowledgeRow | None:
        """Change a base; None when the caller may not."""

    async def delete(self, caller: Caller, knowledge_id: str) -> bool:
        """Delete a base; return False when the caller may not."""

    async def file_ids(self, knowledge_id: str | None) -> list[str]:
        """Return all files of a base, or of all bases."""


class LinkStore(Protocol):
    """Which files are in which bases."""

    async def page(
        self, caller: Caller, knowledge_id: str | None, wanted: Wanted
    ) -> tuple[list[LinkedFileRow], int]:
        """Return a page of the files of a base, or of all bases, that the caller may read."""

    async def newest(self, knowledge_id: str) -> list[FileRow]:
        """Return the newest files of a base that the caller is known to use."""

    async def add(self, caller: Caller, knowledge_id: str, file_id: str, folder: str) -> None:
        """Put a file into a base; raise NotFound, Forbidden or AlreadyExists."""

    async def add_many(
        self, caller: Caller, knowledge_id: str, files: Sequence[tuple[str, str]]
    ) -> list[str]:
        """Put files (id, folder) into a base, without those that are there; return which were put there."""

    async def held(self, caller: Caller, knowledge_id: str, file_ids: Sequence[str]) -> list[str]:
        """Return those of these files that are in a base that the caller may use."""

    async def remove(self, caller: Caller, knowledge_id: str, file_ids: Sequence[str]) -> list[str]:
        """Take files out of a base that the caller may change; return which were there."""

    async def remove_folder(self, caller: Caller, knowledge_id: str, folder: str) -> list[str]:
        """Take a folder out of a base that the caller may change; return which files were in it."""

    async def move(self, caller: Caller, knowledge_id: str, file_ids: Sequence[str], folder: str) -> int:
        """Put files of a base into another folder of it; return how many."""

    async def rename_folder(self, caller: Caller, knowledge_id: str, folder: str, new: str) -> int:
        """Move a folder with all below it; return how many files."""

    async def folders(self, caller: Caller, knowledge_id: str) -> list[FolderRow]:
        """Return the folders of a base that the caller may read."""

    async def copies(self, caller: Caller, knowledge_id: str, folder: str) -> list[Copy]:
        """Return the files of a folder and below with their paths from it, of a base the caller may read."""


@dataclass(frozen=True, slots=True)
class Collections:
    """Bases and files behind the names of collections."""

    knowledge_ids: tuple[str, ...] = ()
    file_ids: tuple[str, ...] = ()


class CollectionNames(Protocol):
    """Knows what clients call collections."""

    async def find(self, caller: Caller, names: Sequence[str]) -> Collections:
        """Return the bases and files behind these names, as far as the caller may read them."""


class UnreadFiles(Protocol):
    """Knows in which files nothing can be found."""

    async def among(self, named: Collections) -> list[UnreadFile]:
        """Return those of these files that have no text, and all of bases in which there is none at all."""


class Lenders(Protocol):
    """Knows what people may read who are not there."""

    async def of(self, user_id: str) -> Caller | None:
        """Return what a person may read; None when there is no such person. Raises Unavailable."""


class JobStore(Protocol):
    """Jobs of many files; the owner is asked for before a job is changed."""

    async def create(
        self, user_id: str, file_ids: Sequence[str], knowledge_id: str | None = None, *, again: bool = False
    ) -> Any:
        """Make a job of files that the person may change, and begin it; raise Invalid for too many."""

    async def get(self, job_id: str, user_id: str, *, unrestricted: bool) -> Any:
        """Return a job of this person, or anybody's without restriction; None when there is none."""

    async def page(
        self, user_id: str, *, unrestricted: bool, status: str = "", page: int = 1
    ) -> tuple[Sequence[Any], int]:
        """Return a page of jobs, newest first, and how many there are."""

    async def files(self, job_id: str, *, status: str = "", page: int = 1) -> tuple[Sequence[Any], int]:
        """Return a page of the files of a job, and how many there are."""

    async def pause(self, job_id: str) -> Any:
        """Let a job begin no further file; raise Conflict when it has ended."""

    async def resume(self, job_id: str) -> Any:
        """Let a paused job go on; raise Conflict when it has ended."""

    async def cancel(self, job_id: str) -> Any:
        """End a job; raise Conflict when it has ended."""

    async def retry(self, job_id: str) -> Any:
        """Read the failed and cancelled files of a job once more."""


class OwnerNames(Protocol):
    """Knows people by name."""

    async def of(self, user_ids: Collection[str]) -> dict[str, str]:
        """Return the names of those of these people who have an account, as far as they can be found out."""


class WebPages(Protocol):
    """Fetches pages that may be fetched."""

    async def fetch(self, url: str) -> FetchedPage:
        """Return a page; raise Invalid, NotFound, Exhausted or Unavailable."""


class WebSearches(Protocol):
    """Searches the web."""

    async def search_all(self, queries: Sequence[str], count: int | None = None) -> list[WebResult]:
        """Return the results of several queries, each address once; raise only when all of them failed."""
