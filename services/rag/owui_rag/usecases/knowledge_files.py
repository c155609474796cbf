"""Puts files into knowledge bases and takes them out again."""

from collections.abc import Sequence

from owui_chassis.access_control import Caller
from owui_chassis.errors import Invalid

from owui_rag.domain.files import public_error, safe_name
from owui_rag.domain.knowledge import KnowledgeRow
from owui_rag.domain.sync_plan import Copy, SyncPlan, plan_sync
from owui_rag.domain.texts import NOT_READ
from owui_rag.ports import FileStore, LinkStore
from owui_rag.usecases.erase import Erase
from owui_rag.usecases.finding import folder_of, found
from owui_rag.usecases.knowledge import Knowledge
from owui_rag.usecases.reading import Reading

MAXIMUM_BATCH = 10_000
MAXIMUM_SYNC = 100_000


class KnowledgeFiles:
    """The right to write a base is asked for first, so that nobody learns about a base from its files."""

    def __init__(
        self, knowledge: Knowledge, links: LinkStore, files: FileStore, reading: Reading, erase: Erase
    ) -> None:
        self._knowledge = knowledge
        self._links = links
        self._files = files
        self._reading = reading
        self._erase = erase

    async def add(
        self, caller: Caller, knowledge_id: str, file_id: str, folder: str, *, wait_seconds: float
    ) -> None:
        """Put a file into a base when it has been read, or after so many seconds all the same.

        Raises NotFound, Forbidden, AlreadyExists for content that is there, Invalid for a file that failed.
        """
        await self._knowledge.writable(caller, knowledge_id)
        path = folder_of(folder)
        row = found(await self._files.writable(caller, file_id))
        if row.status == "completed" and not row.is_read:
            # It was uploaded without being read.
            await self._reading.again([file_id])
        row = await self._reading.wait(caller, file_id, wait_seconds)
        if row.is_settled and not row.is_read:
            raise Invalid(public_error(row) or NOT_READ, "file_failed")
        await self._links.add(caller, knowledge_id, file_id, path)

    async def add_many(
        self, caller: Caller, knowledge_id: str, files: Sequence[tuple[str, str]]
    ) -> list[str]:
        """Put files (id, folder) into a base without waiting; return which are new there."""
        if len(files) > MAXIMUM_BATCH:
            raise Invalid(f"At most {MAXIMUM_BATCH} files can be added at once", "too_many_files")
        placed = [(file_id, folder_of(folder)) for file_id, folder in files]
        return await self._links.add_many(caller, knowledge_id, placed)

    async def read_again(self, caller: Caller, knowledge_id: str, file_id: str) -> None:
        """Have a file of a base read again; raise NotFound or Forbidden."""
        await self._knowledge.writable(caller, knowledge_id)
        await self._in_base(caller, knowledge_id, file_id)
        await self._reading.again([file_id])

    async def remove(self, caller: Caller, knowledge_id: str, file_id: str, *, delete: bool) -> None:
        """Take a file out of a base, and delete it when it is the caller's and in no other."""
        await self._knowledge.writable(caller, knowledge_id)
        removed = await self._links.remove(caller, knowledge_id, [file_id])
        if not removed:
            found(None)
        if delete:
            await self._erase.files(caller, removed, only_alone=True)

    async def remove_folder(self, caller: Caller, knowledge_id: str, folder: str, *, delete: bool) -> int:
        """Take the files of a folder and below out of a base; return how many."""
        await self._knowledge.writable(caller, knowledge_id)
        removed = await self._links.remove_folder(caller, knowledge_id, named_folder(folder))
        if delete:
            await self._erase.files(caller, removed, only_alone=True)
        return len(removed)

    async def empty(self, caller: Caller, knowledge_id: str, *, delete: bool) -> KnowledgeRow:
        """Take all files out of a base; raise NotFound or Forbidden."""
        row = await self._knowledge.writable(caller, knowledge_id)
        removed = await self._links.remove_folder(caller, knowledge_id, "")
        if delete:
            await self._erase.files(caller, removed, only_alone=True)
        return row

    async def delete_base(self, caller: Caller, knowledge_id: str) -> None:
        """Delete a base with those of its files that no other holds; raise NotFound or Forbidden."""
        await self.empty(caller, knowledge_id, delete=True)
        await self._knowledge.delete(caller, knowledge_id)

    async def move(self, caller: Caller, knowledge_id: str, file_ids: Sequence[str], folder: str) -> int:
        """Put files of a base into another folder of it; return how many."""
        if len(file_ids) > MAXIMUM_BATCH:
            raise Invalid(f"At most {MAXIMUM_BATCH} files can be moved at once", "too_many_files")
        await self._knowledge.writable(caller, knowledge_id)
        return await self._links.move(caller, knowledge_id, file_ids, folder_of(folder))

    async def rename_folder(self, caller: Caller, knowledge_id: str, folder: str, new: str) -> int:
        """Move a folder with all below it; return how many files."""
        await self._knowledge.writable(caller, knowledge_id)
        old, target = named_folder(folder), folder_of(new)
        if f"{target}/".startswith(f"{old}/") and target != old:
            raise Invalid("A folder cannot be moved into itself", "bad_folder")
        return await self._links.rename_folder(caller, knowledge_id, old, target)

    async def plan(
        self, caller: Caller, knowledge_id: str, there: Sequence[tuple[str, str, int]], folder: str
    ) -> SyncPlan:
        """Compare the files (path, SHA-256 of bytes, size) of a folder elsewhere with a folder of a base."""
        if len(there) > MAXIMUM_SYNC:
            raise Invalid(f"At most {MAXIMUM_SYNC} files can be compared at once", "too_many_files")
        await self._knowledge.get(caller, knowledge_id)
        here = await self._links.copies(caller, knowledge_id, folder_of(folder))
        # A name may be another one here; the plan speaks of files by the names they have there.
        names = {_stored_path(path): path for path, _, _ in there}
        copies = [Copy(_stored_path(path), digest.lower(), size) for path, digest, size in there]
        plan = plan_sync(copies, here)
        return SyncPlan(
            add=[_named(copy, names) for copy in plan.add],
            replace=[_named(copy, names) for copy in plan.replace],
            remove=plan.remove,
            unchanged=plan.unchanged,
        )

    async def _in_base(self, caller: Caller, knowledge_id: str, file_id: str) -> None:
        if file_id not in await self._links.held(caller, knowledge_id, [file_id]):
            found(None)


def named_folder(text: str) -> str:
    """Return the path of a folder that is not the top; raise Invalid."""
    path = folder_of(text)
    if not path:
        raise Invalid("Name a folder", "bad_folder")
    return path


def _stored_path(path: str) -> str:
    folder, _, name = path.replace("\\", "/").rpartition("/")
    inside = folder_of(folder)
    return f"{inside}/{safe_name(name)}" if inside else safe_name(name)


def _named(copy: Copy, names: dict[str, str]) -> Copy:
    return Copy(names.get(copy.path, copy.path), copy.hash, copy.size, copy.file_id, copy.status)
