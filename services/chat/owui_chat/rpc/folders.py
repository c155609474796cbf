"""Serves owui.chat.v1.FolderService."""

from typing import Any

import msgspec
import owui.chat.v1.folder_service_pb2 as pb
from owui.chat.v1.folder_pb2 import Folder, FolderEntry, FolderLook
from owui.chat.v1.folder_service_pb2_grpc import FolderServiceServicer

from owui_chat.domain.folders import FolderLimits, FolderRow, parse_folder
from owui_chat.ports import FolderStore, Tags
from owui_chat.usecases.features import Features

_FEATURE = "folders"


class _Look(msgspec.Struct):
    icon: Any = None


class FolderServicer(FolderServiceServicer):
    """The caller's folders."""

    def __init__(self, folders: FolderStore, tags: Tags, features: Features, limits: FolderLimits) -> None:
        self._folders = folders
        self._tags = tags
        self._features = features
        self._limits = limits

    async def ListFolders(self, _request: pb.ListFoldersRequest, _: Any) -> pb.ListFoldersResponse:
        """List all folders."""
        principal = await self._features.require(_FEATURE)
        return pb.ListFoldersResponse(folders=map(_entry, await self._folders.all(principal.user_id)))

    async def CreateFolder(self, request: pb.CreateFolderRequest, _: Any) -> pb.CreateFolderResponse:
        """Create a folder."""
        principal = await self._features.require(_FEATURE)
        form = parse_folder(
            self._limits, name=request.name, data=request.data, meta=request.meta, items=request.items
        )
        folder = await self._folders.create(principal.user_id, form, request.parent_id or None)
        return pb.CreateFolderResponse(folder=_folder(folder))

    async def GetFolder(self, request: pb.GetFolderRequest, _: Any) -> pb.GetFolderResponse:
        """Read a folder."""
        principal = await self._features.require(_FEATURE)
        return pb.GetFolderResponse(folder=_folder(await self._folders.get(principal.user_id, request.id)))

    async def UpdateFolder(self, request: pb.UpdateFolderRequest, _: Any) -> pb.UpdateFolderResponse:
        """Rename a folder and change what is in its data and meta."""
        principal = await self._features.require(_FEATURE)
        name = request.name if request.HasField("name") else None
        form = parse_folder(self._limits, name=name, data=request.data, meta=request.meta)
        folder = await self._folders.update(principal.user_id, request.id, form)
        return pb.UpdateFolderResponse(folder=_folder(folder))

    async def MoveFolder(self, request: pb.MoveFolderRequest, _: Any) -> pb.MoveFolderResponse:
        """Put a folder into another one, or to the top."""
        principal = await self._features.require(_FEATURE)
        folder = await self._folders.move(principal.user_id, request.id, request.parent_id or None)
        return pb.MoveFolderResponse(folder=_folder(folder))

    async def ExpandFolder(self, request: pb.ExpandFolderRequest, _: Any) -> pb.ExpandFolderResponse:
        """Remember whether a folder is shown open."""
        principal = await self._features.require(_FEATURE)
        folder = await self._folders.expand(principal.user_id, request.id, is_expanded=request.is_expanded)
        return pb.ExpandFolderResponse(folder=_folder(folder))

    async def DeleteFolder(self, request: pb.DeleteFolderRequest, _: Any) -> pb.DeleteFolderResponse:
        """Delete a folder and those in it."""
        principal = await self._features.require(_FEATURE)
        with_chats = request.delete_contents if request.HasField("delete_contents") else True
        await self._folders.delete(
            principal.user_id,
            request.id,
            with_chats=with_chats,
            may_delete_chats=principal.may("chat.delete"),
        )
        if with_chats:
            await self._tags.drop_unused(principal.user_id)
        return pb.DeleteFolderResponse(deleted=True)


def _entry(row: FolderRow) -> FolderEntry:
    look = None
    if row.meta is not None:
        icon = msgspec.json.decode(row.meta, type=_Look).icon
        look = FolderLook(icon=icon if isinstance(icon, str) else None)
    return FolderEntry(
        id=row.id,
        name=row.name,
        meta=look,
        parent_id=row.parent_id,
        is_expanded=row.is_expanded,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _folder(row: FolderRow) -> Folder:
    return Folder(
        id=row.id,
        parent_id=row.parent_id,
        user_id=row.user_id,
        name=row.name,
        items=_bytes(row.items),
        meta=_bytes(row.meta),
        data=_bytes(row.data),
        is_expanded=row.is_expanded,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
