"""Serves owui.rag.v1.KnowledgeService: the bases themselves, and lists."""

from typing import Any

from owui.rag.v1 import knowledge_service_pb2 as pb
from owui.rag.v1.knowledge_pb2 import Knowledge as KnowledgeMessage
from owui.rag.v1.knowledge_service_pb2_grpc import KnowledgeServiceServicer
from owui_chassis.access_control import Caller
from owui_chassis.call import current_principal

from owui_rag.domain.knowledge import KnowledgeForm, KnowledgeRow
from owui_rag.domain.sync_plan import Copy
from owui_rag.ports import KnowledgeStore, LinkStore, OwnerNames, Wanted
from owui_rag.rpc.callers import Callers, Values, require_admin, seconds_to_wait
from owui_rag.rpc.files import read_access
from owui_rag.rpc.messages import knowledge_message, linked_file_message
from owui_rag.rpc.owners import owner_messages
from owui_rag.usecases.finding import folder_of
from owui_rag.usecases.knowledge import Knowledge
from owui_rag.usecases.knowledge_files import KnowledgeFiles


class KnowledgeServicer(KnowledgeServiceServicer):
    """Knowledge bases and what is in them."""

    def __init__(
        self,
        callers: Callers,
        knowledge: Knowledge,
        contents: KnowledgeFiles,
        *,
        bases: KnowledgeStore,
        links: LinkStore,
        names: OwnerNames,
        values: Values,
    ) -> None:
        self._callers = callers
        self._knowledge = knowledge
        self._contents = contents
        self._bases = bases
        self._links = links
        self._names = names
        self._values = values

    async def ListKnowledge(self, request: pb.ListKnowledgeRequest, _: Any) -> pb.ListKnowledgeResponse:
        """List the bases that the caller may read."""
        items, total = await self._page(Wanted(page=_page(request.page)))
        return pb.ListKnowledgeResponse(items=items, total=total)

    async def SearchKnowledge(self, request: pb.SearchKnowledgeRequest, _: Any) -> pb.SearchKnowledgeResponse:
        """Find bases by text."""
        wanted = Wanted(text=request.query, view=request.view_option, page=_page(request.page))
        items, total = await self._page(wanted)
        return pb.SearchKnowledgeResponse(items=items, total=total)

    async def SearchKnowledgeFiles(
        self, request: pb.SearchKnowledgeFilesRequest, _: Any
    ) -> pb.SearchKnowledgeFilesResponse:
        """Find files in all bases."""
        wanted = Wanted(text=request.query, page=_page(request.page))
        links, total = await self._links.page(self._callers.caller(), None, wanted)
        owners = await owner_messages(self._names, [link.file.user_id for link in links])
        items = [linked_file_message(link, owners) for link in links]
        return pb.SearchKnowledgeFilesResponse(items=items, total=total)

    async def CreateKnowledge(self, request: pb.CreateKnowledgeRequest, _: Any) -> pb.CreateKnowledgeResponse:
        """Make a base."""
        row = await self._knowledge.create(self._callers.caller(), current_principal(), _form(request))
        return pb.CreateKnowledgeResponse(knowledge=await self._message(row))

    async def ReindexKnowledge(
        self, _request: pb.ReindexKnowledgeRequest, _: Any
    ) -> pb.ReindexKnowledgeResponse:
        """Have everything read again."""
        require_admin()
        await self._knowledge.reindex()
        return pb.ReindexKnowledgeResponse(reindexed=True)

    async def GetKnowledge(self, request: pb.GetKnowledgeRequest, _: Any) -> pb.GetKnowledgeResponse:
        """Read a base."""
        row = await self._knowledge.get(self._callers.caller(), request.id)
        return pb.GetKnowledgeResponse(knowledge=await self._message(row))

    async def UpdateKnowledge(self, request: pb.UpdateKnowledgeRequest, _: Any) -> pb.UpdateKnowledgeResponse:
        """Change a base."""
        row = await self._knowledge.update(
            self._callers.caller(), current_principal(), request.id, _form(request)
        )
        return pb.UpdateKnowledgeResponse(knowledge=await self._with_files(row))

    async def DeleteKnowledge(self, request: pb.DeleteKnowledgeRequest, _: Any) -> pb.DeleteKnowledgeResponse:
        """Delete a base."""
        delete = self._contents.delete_base if request.delete_files else self._knowledge.delete
        await delete(self._callers.caller(), request.id)
        return pb.DeleteKnowledgeResponse(deleted=True)

    async def ResetKnowledge(self, request: pb.ResetKnowledgeRequest, _: Any) -> pb.ResetKnowledgeResponse:
        """Empty a base."""
        caller = self._callers.caller()
        row = await self._contents.empty(caller, request.id, delete=request.delete_files)
        return pb.ResetKnowledgeResponse(knowledge=await self._message(row))

    async def ListKnowledgeFiles(
        self, request: pb.ListKnowledgeFilesRequest, _: Any
    ) -> pb.ListKnowledgeFilesResponse:
        """List the files of a base."""
        caller = self._callers.caller()
        await self._knowledge.get(caller, request.id)
        wanted = Wanted(
            text=request.query,
            view=request.view_option,
            order_by=request.order_by,
            descending=request.direction.lower() != "asc",
            page=_page(request.page),
            folder=folder_of(request.folder) if request.HasField("folder") else None,
            status=request.status,
        )
        links, total = await self._links.page(caller, request.id, wanted)
        owners = await owner_messages(self._names, [link.file.user_id for link in links])
        items = [linked_file_message(link, owners) for link in links]
        return pb.ListKnowledgeFilesResponse(items=items, total=total)

    async def AddKnowledgeFile(
        self, request: pb.AddKnowledgeFileRequest, context: Any
    ) -> pb.AddKnowledgeFileResponse:
        """Put a file into a base."""
        caller, patience = self._callers.caller(), seconds_to_wait(context, self._values.add_wait_seconds)
        await self._contents.add(caller, request.id, request.file_id, request.folder, wait_seconds=patience)
        return pb.AddKnowledgeFileResponse(knowledge=await self._changed(caller, request.id))

    async def AddKnowledgeFiles(
        self, request: pb.AddKnowledgeFilesRequest, _: Any
    ) -> pb.AddKnowledgeFilesResponse:
        """Put several files into a base."""
        caller = self._callers.caller()
        files = [(item.file_id, item.folder) for item in request.items]
        await self._contents.add_many(caller, request.id, files)
        return pb.AddKnowledgeFilesResponse(knowledge=await self._changed(caller, request.id))

    async def UpdateKnowledgeFile(
        self, request: pb.UpdateKnowledgeFileRequest, _: Any
    ) -> pb.UpdateKnowledgeFileResponse:
        """Read a file of a base again."""
        caller = self._callers.caller()
        await self._contents.read_again(caller, request.id, request.file_id)
        return pb.UpdateKnowledgeFileResponse(knowledge=await self._changed(caller, request.id))

    async def RemoveKnowledgeFile(
        self, request: pb.RemoveKnowledgeFileRequest, _: Any
    ) -> pb.RemoveKnowledgeFileResponse:
        """Take a file out of a base."""
        caller = self._callers.caller()
        delete = request.delete_file if request.HasField("delete_file") else True
        await self._contents.remove(caller, request.id, request.file.file_id, delete=delete)
        return pb.RemoveKnowledgeFileResponse(knowledge=await self._changed(caller, request.id))

    async def ListKnowledgeFolders(
        self, request: pb.ListKnowledgeFoldersRequest, _: Any
    ) -> pb.ListKnowledgeFoldersResponse:
        """List the folders of a base."""
        caller = self._callers.caller()
        await self._knowledge.get(caller, request.id)
        folders = await self._links.folders(caller, request.id)
        items = [
            pb.KnowledgeFolder(
                folder=each.folder, count=each.count, unfinished=each.unfinished, failed=each.failed
            )
            for each in folders
        ]
        return pb.ListKnowledgeFoldersResponse(items=items)

    async def MoveKnowledgeFiles(
        self, request: pb.MoveKnowledgeFilesRequest, _: Any
    ) -> pb.MoveKnowledgeFilesResponse:
        """Put files into another folder."""
        caller = self._callers.caller()
        moved = await self._contents.move(caller, request.id, list(request.file_ids), request.folder)
        return pb.MoveKnowledgeFilesResponse(moved=moved)

    async def RenameKnowledgeFolder(
        self, request: pb.RenameKnowledgeFolderRequest, _: Any
    ) -> pb.RenameKnowledgeFolderResponse:
        """Move a folder."""
        caller = self._callers.caller()
        moved = await self._contents.rename_folder(caller, request.id, request.folder, request.new_folder)
        return pb.RenameKnowledgeFolderResponse(moved=moved)

    async def RemoveKnowledgeFolder(
        self, request: pb.RemoveKnowledgeFolderRequest, _: Any
    ) -> pb.RemoveKnowledgeFolderResponse:
        """Take a folder out of a base."""
        caller = self._callers.caller()
        removed = await self._contents.remove_folder(
            caller, request.id, request.folder, delete=request.delete_files
        )
        return pb.RemoveKnowledgeFolderResponse(removed=removed)

    async def PlanKnowledgeSync(
        self, request: pb.PlanKnowledgeSyncRequest, _: Any
    ) -> pb.PlanKnowledgeSyncResponse:
        """Compare a base with a folder elsewhere."""
        there = [(file.path, file.hash, file.size) for file in request.files]
        plan = await self._contents.plan(self._callers.caller(), request.id, there, request.folder)
        return pb.PlanKnowledgeSyncResponse(
            add=[_sync_file(copy) for copy in plan.add],
            replace=[_sync_file(copy) for copy in plan.replace],
            remove=[_sync_file(copy) for copy in plan.remove],
            unchanged=plan.unchanged,
        )

    async def _page(self, wanted: Wanted) -> tuple[list[KnowledgeMessage], int]:
        rows, total = await self._bases.page(self._callers.caller(), wanted)
        owners = await owner_messages(self._names, [row.user_id for row in rows])
        return [knowledge_message(row, owners) for row in rows], total

    async def _message(self, row: KnowledgeRow) -> KnowledgeMessage:
        return knowledge_message(row, await owner_messages(self._names, [row.user_id]))

    async def _with_files(self, row: KnowledgeRow) -> KnowledgeMessage:
        owners = await owner_messages(self._names, [row.user_id])
        # Who may only write learns nothing of what is there.
        files = await self._links.newest(row.id) if row.readable else []
        return knowledge_message(row, owners, files)

    async def _changed(self, caller: Caller, knowledge_id: str) -> KnowledgeMessage:
        return await self._with_files(await self._knowledge.writable(caller, knowledge_id))


def _page(page: int) -> int:
    return min(max(page, 1), 1_000_000)


def _form(request: pb.CreateKnowledgeRequest | pb.UpdateKnowledgeRequest) -> KnowledgeForm:
    control = read_access(request.access_control)
    return KnowledgeForm(name=request.name, description=request.description, access_control=control)


def _sync_file(copy: Copy) -> pb.SyncFile:
    return pb.SyncFile(
        path=copy.path,
        hash=copy.hash or None,
        size=copy.size,
        file_id=copy.file_id or None,
        status=copy.status or None,
    )
