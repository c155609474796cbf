"""What the use cases of chat need from outside."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from owui.events.v1.user_event_pb2 import Emission, TaskStarted, UserEvent
from owui_chassis.access_control import Caller

from owui_chat.domain.attachments import Scope
from owui_chat.domain.completion_request import CompletionRequest
from owui_chat.domain.conversation import ChatForm
from owui_chat.domain.dialects import USUAL_WAY, Way
from owui_chat.domain.folders import FolderForm, FolderRow
from owui_chat.domain.notes import NoteForm, NoteRow, NoteSearch
from owui_chat.domain.placing import Seen
from owui_chat.domain.plan import Checked, ModelFacts
from owui_chat.domain.search import Search
from owui_chat.domain.sources import Passage
from owui_chat.domain.task import Interrupted, Task


@dataclass(frozen=True, slots=True)
class Head:
    """How a provider's answer begins."""

    status: int
    content_type: str
    model: str
    connection_type: str


@dataclass(frozen=True, slots=True)
class Finished:
    """What a task leaves in its message: the text, members to set, and members of an earlier attempt to
    drop."""

    content: str
    members: Mapping[str, Any]


class Models(Protocol):
    """Models of every provider."""

    def stream(
        self, body: bytes, *, grounded: bool = False, paced: bool = False, way: Way = USUAL_WAY
    ) -> AsyncGenerator[Head | bytes, None]:
        """Give the head, then the bytes of the answer; raise ServiceError when the request is refused.

        A request that is not `grounded` in what its model has attached is refused with a Conflict then.
        """

    async def complete(self, body: bytes, seconds: float) -> bytes:
        """Return the body of an answer that is not streamed; raise ServiceError when there is none in
        time."""


class Catalogue(Protocol):
    """What is known of models."""

    async def facts(self, model: str) -> ModelFacts:
        """Return what is known of a model; raise NotFound when the caller may not use it."""


@dataclass(frozen=True, slots=True)
class WebFindings:
    """What a search of the web has found: collections to search, or pages to use whole."""

    collections: tuple[str, ...] = ()
    pages: tuple[Passage, ...] = ()
    urls: tuple[str, ...] = ()
    items: tuple[dict[str, str], ...] = ()


class Documents(Protocol):
    """What can be searched in the name of the caller. Every method raises ServiceError."""

    async def check(self, scope: Scope) -> Checked:
        """Return what of this does not exist for the caller or is unread, and what the settings say."""

    async def find(self, queries: Sequence[str], scope: Scope, *, whole: bool, budget: int) -> list[Passage]:
        """Return the passages that answer the queries best, or whole texts, in at most so many tokens."""

    async def page(self, url: str) -> str:
        """Fetch a page and return its text."""

    async def search_web(self, queries: Sequence[str]) -> WebFindings:
        """Search the web."""


class Told(Protocol):
    """Who hears how the gathering goes on."""

    def status(self, status: Mapping[str, Any]) -> None:
        """Take one step of it, in the form of the public interface."""

    def sources(self, sources: Sequence[Mapping[str, Any]]) -> None:
        """Take what the answer will rest on."""


class TaskStore(Protocol):
    """Tasks and the messages they write."""

    async def look(self, user_id: str, request: CompletionRequest) -> Seen:
        """Return what is stored where the answer shall go; raise NotFound when the chat is not the user's."""

    async def begin(self, task: Task, request: CompletionRequest, before: str, seen: Seen) -> None:
        """Store the task and the message it will write; raise NotFound, Conflict or Exhausted.

        What was seen may have changed meanwhile: nothing of that is lost.
        """

    async def checkpoint(self, texts: Sequence[tuple[Task, str]]) -> set[str]:
        """Store what has arrived; return the ids of tasks whose message does not exist any more."""

    async def beat(self) -> tuple[set[str], set[str]]:
        """Say that this process lives; return the ids of its stored tasks and of those that shall stop."""

    async def finish(self, task: Task, finished: Finished) -> str:
        """Store the end of a task; return the title of its chat."""

    async def request_stop(self, task_id: str, user_id: str | None) -> bool:
        """Mark a running task of the user (of anybody when None) as to be stopped; return whether there
        is one."""

    async def take_dead(self, seconds: float) -> list[Interrupted]:
        """Close tasks without a sign of life for so long and mark their messages; return them."""

    async def take_former(self) -> list[Interrupted]:
        """Close tasks that an earlier process of this replica left behind; return them."""


class TaskStream(Protocol):
    """The numbered events of one task."""

    def text(self, text: str, *, reasoning: bool) -> None:
        """Add text of the answer."""

    def emit(self, kind: str, data: bytes) -> None:
        """Add an event of the public interface; `data` is JSON, empty for none."""

    def close(self) -> None:
        """Say that no more events come."""


class TaskEvents(Protocol):
    """The events of tasks on their way to people's open windows."""

    def open(self, task: Task, before: str) -> TaskStream:
        """Begin the events of a task whose message already holds some text."""

    async def adopt(self, task: Task) -> TaskStream:
        """Go on with the events of a task whose process died."""

    async def flush(self) -> None:
        """Send what waits now; raise when Redis is away."""


class Chats(Protocol):
    """Chats as JSON. Every method sees only those of the user it is given, and raises NotFound for any
    other."""

    async def read(self, user_id: str, chat_id: str) -> bytes:
        """Return a chat."""

    async def create(self, user_id: str, form: ChatForm, **row: Any) -> bytes:
        """Store a new chat and return it."""

    async def create_all(self, user_id: str, chats: list[tuple[ChatForm, dict[str, Any]]]) -> bytes:
        """Store several chats, all or none, and return them."""

    async def update(self, user_id: str, chat_id: str, form: ChatForm, *, partial: bool) -> bytes:
        """Merge what a client sent into a chat and return it, without messages when `partial`."""

    async def delete(self, user_id: str, chat_id: str, *, anyone: bool) -> None:
        """Delete a chat, whoever owns it when `anyone`."""

    async def delete_all(self, user_id: str) -> None:
        """Delete all chats."""

    async def toggle(self, user_id: str, chat_id: str, flag: str) -> bytes:
        """Turn "pinned" or "archived" over and return the chat."""

    async def is_pinned(self, user_id: str, chat_id: str) -> bool:
        """Tell whether a chat is pinned."""

    async def archive_all(self, user_id: str, *, archived: bool) -> None:
        """Archive all chats, or bring all back."""

    async def move(self, user_id: str, chat_id: str, folder_id: str | None) -> bytes:
        """Put a chat into a folder, or out of any, and return it."""


class ChatLists(Protocol):
    """Lists of chats as JSON arrays."""

    async def own(
        self, user_id: str, page: int | None, *, include_pinned: bool, include_folders: bool
    ) -> bytes:
        """Return the chats that are not archived."""

    async def pinned(self, user_id: str) -> bytes:
        """Return the pinned chats."""

    async def in_folder(self, user_id: str, folder_id: str, page: int) -> bytes:
        """Return one page of a folder's chats."""

    async def filtered(
        self,
        user_id: str,
        page: int | None,
        query: str,
        order_by: str,
        direction: str,
        *,
        archived: bool | None,
    ) -> bytes:
        """Return one page of chats by part of the title in a chosen order."""

    async def tagged(self, user_id: str, tag: str, skip: int, limit: int) -> bytes:
        """Return chats that carry a tag."""

    async def search(self, user_id: str, search: Search, page: int) -> bytes:
        """Return one page of what a search finds."""

    async def usage(self, user_id: str, page: int, size: int) -> bytes:
        """Return {items, total} with statistics."""

    async def whole(self, user_id: str, *, archived_only: bool = False) -> bytes:
        """Return chats with their content."""

    async def whole_of_folder(self, user_id: str, folder_id: str) -> bytes:
        """Return the chats of a folder with their content."""

    async def whole_of_everybody(self) -> bytes:
        """Return all chats with their content."""


class SharedChats(Protocol):
    """Copies of chats, as JSON; NotFound is raised for what the caller may not see."""

    async def share(self, user_id: str, chat_id: str) -> bytes:
        """Make or renew the shared copy of a chat and return the copy."""

    async def unshare(self, user_id: str, chat_id: str) -> bool:
        """Delete the shared copy; return whether there was one."""

    async def read(self, share_id: str, *, anyone: bool) -> bytes:
        """Return a shared copy, or any chat when `anyone`."""

    async def clone(self, user_id: str, chat_id: str, title: str | None) -> bytes:
        """Copy a chat of the user and return the copy."""

    async def clone_shared(self, user_id: str, share_id: str, *, anyone: bool) -> bytes:
        """Copy a shared chat, or any when `anyone`, and return the copy."""


class Tags(Protocol):
    """Tags of a user's chats as JSON arrays."""

    async def all(self, user_id: str) -> bytes:
        """Return all tags."""

    async def of_chat(self, user_id: str, chat_id: str) -> bytes:
        """Return the tags of a chat."""

    async def add(self, user_id: str, chat_id: str, names: list[str]) -> bytes:
        """Put tags on a chat and return all it has."""

    async def remove(self, user_id: str, chat_id: str, name: str) -> bytes:
        """Take a tag off a chat and return those that stay."""

    async def remove_all(self, user_id: str, chat_id: str) -> None:
        """Take all tags off a chat."""

    async def drop_unused(self, user_id: str) -> None:
        """Delete tags that no chat carries any more."""


class Messages(Protocol):
    """Single messages."""

    async def apply(
        self, user_id: str, chat_id: str, message_id: str, kind: str, data: dict[str, Any], *, anyone: bool
    ) -> str:
        """Change a message as an event says and return the owner's id; raise NotFound."""


class RunningTasks(Protocol):
    """What is stored of running tasks."""

    async def running(self, user_id: str | None, chat_id: str | None = None) -> list[str]:
        """Return the ids of running tasks, of one user and of one chat where given."""


class UserEvents(Protocol):
    """Single events for a user's open windows, and the kept events of tasks."""

    async def publish(self, user_id: str, emission: Emission) -> None:
        """Send one event that belongs to no task."""

    async def read(self, user_id: str, task_id: str, after: int) -> tuple[TaskStarted, bool, list[UserEvent]]:
        """Return how a task began, whether it has ended, and its events after a number; raise NotFound."""

    async def recent(self, user_id: str, seconds: int) -> list[str]:
        """Return the ids of the user's tasks that began in the last `seconds`, the oldest first."""


class LiveValues(Protocol):
    """Settings that administrators change."""

    async def set(self, by: str = "", **values: Any) -> None:
        """Store new values."""

    def __getattr__(self, attribute: str) -> Any:
        """Return the current value of a setting."""


class FolderStore(Protocol):
    """Folders. Every method sees only those of the user it is given, and raises NotFound for any other."""

    async def all(self, user_id: str) -> list[FolderRow]:
        """Return all folders by name, without what their chats rest on."""

    async def get(self, user_id: str, folder_id: str) -> FolderRow:
        """Return a folder."""

    async def create(self, user_id: str, form: FolderForm, parent_id: str | None) -> FolderRow:
        """Store a new folder; raise AlreadyExists, Invalid or Exhausted."""

    async def update(self, user_id: str, folder_id: str, form: FolderForm) -> FolderRow:
        """Rename a folder and merge into its data and meta; raise AlreadyExists or Invalid."""

    async def move(self, user_id: str, folder_id: str, parent_id: str | None) -> FolderRow:
        """Put a folder into another one or to the top; raise AlreadyExists or Invalid."""

    async def expand(self, user_id: str, folder_id: str, *, is_expanded: bool) -> FolderRow:
        """Remember whether a folder is shown open."""

    async def delete(self, user_id: str, folder_id: str, *, with_chats: bool, may_delete_chats: bool) -> None:
        """Delete a folder and those in it, with their chats or without; raise Forbidden for chats that may
        not go."""


class NoteStore(Protocol):
    """Notes that a caller may use."""

    async def get(self, caller: Caller, note_id: str) -> NoteRow | None:
        """Return a note that the caller may read or change."""

    async def create(self, user_id: str, form: NoteForm) -> NoteRow:
        """Store a new note of the user's; raise Exhausted when there are too many."""

    async def update(self, caller: Caller, note_id: str, form: NoteForm) -> NoteRow | None:
        """Change a note, None when the caller may not; raise Invalid when it gets too large."""

    async def delete(self, caller: Caller, note_id: str) -> bool:
        """Delete a note; return False when the caller may not."""


class NoteLists(Protocol):
    """Lists of notes."""

    async def search(self, caller: Caller, wanted: NoteSearch) -> tuple[list[NoteRow], int]:
        """Return a page of the notes that the caller may use, and the number of all."""


class NoteEvents(Protocol):
    """Tells those who have a note open."""

    async def changed(self, note: NoteRow) -> None:
        """Tell what a note is now; nobody hears it when Redis is away."""


class PeopleNames(Protocol):
    """Knows people by name."""

    async def of(self, user_ids: Collection[str]) -> dict[str, str]:
        """Return the names of those of these people who have an account, as far as they can be found out."""
