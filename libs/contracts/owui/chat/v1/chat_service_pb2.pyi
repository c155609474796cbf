from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class ListChatsRequest(_message.Message):
    __slots__ = ("page", "include_pinned", "include_folders")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_PINNED_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FOLDERS_FIELD_NUMBER: _ClassVar[int]
    page: int
    include_pinned: bool
    include_folders: bool
    def __init__(self, page: _Optional[int] = ..., include_pinned: _Optional[bool] = ..., include_folders: _Optional[bool] = ...) -> None: ...

class ListChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class SearchChatsRequest(_message.Message):
    __slots__ = ("text", "page")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    text: str
    page: int
    def __init__(self, text: _Optional[str] = ..., page: _Optional[int] = ...) -> None: ...

class SearchChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ListPinnedChatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListPinnedChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ListArchivedChatsRequest(_message.Message):
    __slots__ = ("page", "query", "order_by", "direction")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    page: int
    query: str
    order_by: str
    direction: str
    def __init__(self, page: _Optional[int] = ..., query: _Optional[str] = ..., order_by: _Optional[str] = ..., direction: _Optional[str] = ...) -> None: ...

class ListArchivedChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ListFolderChatsRequest(_message.Message):
    __slots__ = ("folder_id",)
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    folder_id: str
    def __init__(self, folder_id: _Optional[str] = ...) -> None: ...

class ListFolderChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ListFolderChatTitlesRequest(_message.Message):
    __slots__ = ("folder_id", "page")
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    folder_id: str
    page: int
    def __init__(self, folder_id: _Optional[str] = ..., page: _Optional[int] = ...) -> None: ...

class ListFolderChatTitlesResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ExportChatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExportChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ExportArchivedChatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExportArchivedChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ExportAllChatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExportAllChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ListUserChatsRequest(_message.Message):
    __slots__ = ("user_id", "page", "query", "order_by", "direction")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    page: int
    query: str
    order_by: str
    direction: str
    def __init__(self, user_id: _Optional[str] = ..., page: _Optional[int] = ..., query: _Optional[str] = ..., order_by: _Optional[str] = ..., direction: _Optional[str] = ...) -> None: ...

class ListUserChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ListChatUsageRequest(_message.Message):
    __slots__ = ("items_per_page", "page")
    ITEMS_PER_PAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    items_per_page: int
    page: int
    def __init__(self, items_per_page: _Optional[int] = ..., page: _Optional[int] = ...) -> None: ...

class ListChatUsageResponse(_message.Message):
    __slots__ = ("usage",)
    USAGE_FIELD_NUMBER: _ClassVar[int]
    usage: bytes
    def __init__(self, usage: _Optional[bytes] = ...) -> None: ...

class CreateChatRequest(_message.Message):
    __slots__ = ("chat", "folder_id")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    chat: bytes
    folder_id: str
    def __init__(self, chat: _Optional[bytes] = ..., folder_id: _Optional[str] = ...) -> None: ...

class CreateChatResponse(_message.Message):
    __slots__ = ("chat",)
    CHAT_FIELD_NUMBER: _ClassVar[int]
    chat: bytes
    def __init__(self, chat: _Optional[bytes] = ...) -> None: ...

class ImportChatsRequest(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class ImportChatsResponse(_message.Message):
    __slots__ = ("chats",)
    CHATS_FIELD_NUMBER: _ClassVar[int]
    chats: bytes
    def __init__(self, chats: _Optional[bytes] = ...) -> None: ...

class GetChatRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetChatResponse(_message.Message):
    __slots__ = ("chat",)
    CHAT_FIELD_NUMBER: _ClassVar[int]
    chat: bytes
    def __init__(self, chat: _Optional[bytes] = ...) -> None: ...

class UpdateChatRequest(_message.Message):
    __slots__ = ("id", "chat", "partial")
    ID_FIELD_NUMBER: _ClassVar[int]
    CHAT_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    id: str
    chat: bytes
    partial: bool
    def __init__(self, id: _Optional[str] = ..., chat: _Optional[bytes] = ..., partial: _Optional[bool] = ...) -> None: ...

class UpdateChatResponse(_message.Message):
    __slots__ = ("chat",)
    CHAT_FIELD_NUMBER: _ClassVar[int]
    chat: bytes
    def __init__(self, chat: _Optional[bytes] = ...) -> None: ...

class DeleteChatRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteChatResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: bool
    def __init__(self, deleted: _Optional[bool] = ...) -> None: ...

class DeleteAllChatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeleteAllChatsResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: bool
    def __init__(self, deleted: _Optional[bool] = ...) -> None: ...

class ArchiveAllChatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ArchiveAllChatsResponse(_message.Message):
    __slots__ = ("archived",)
    ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    archived: bool
    def __init__(self, archived: _Optional[bool] = ...) -> None: ...

class UnarchiveAllChatsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UnarchiveAllChatsResponse(_message.Message):
    __slots__ = ("unarchived",)
    UNARCHIVED_FIELD_NUMBER: _ClassVar[int]
    unarchived: bool
    def __init__(self, unarchived: _Optional[bool] = ...) -> None: ...

class GetChatPinnedRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetChatPinnedResponse(_message.Message):
    __slots__ = ("pinned",)
    PINNED_FIELD_NUMBER: _ClassVar[int]
    pinned: bool
    def __init__(self, pinned: _Optional[bool] = ...) -> None: ...

class TogglePinnedRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class TogglePinnedResponse(_message.Message):
    __slots__ = ("chat",)
    CHAT_FIELD_NUMBER: _ClassVar[int]
    chat: bytes
    def __init__(self, chat: _Optional[bytes] = ...) -> None: ...

class ToggleArchivedRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class ToggleArchivedResponse(_message.Message):
    __slots__ = ("chat",)
    CHAT_FIELD_NUMBER: _ClassVar[int]
    chat: bytes
    def __init__(self, chat: _Optional[bytes] = ...) -> None: ...

class MoveChatRequest(_message.Message):
    __slots__ = ("id", "folder_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    folder_id: str
    def __init__(self, id: _Optional[str] = ..., folder_id: _Optional[str] = ...) -> None: ...

class MoveChatResponse(_message.Message):
    __slots__ = ("chat",)
    CHAT_FIELD_NUMBER: _ClassVar[int]
    chat: bytes
    def __init__(self, chat: _Optional[bytes] = ...) -> None: ...

class CloneChatRequest(_message.Message):
    __slots__ = ("id", "title")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ...) -> None: ...

class CloneChatResponse(_message.Message):
    __slots__ = ("chat",)
    CHAT_FIELD_NUMBER: _ClassVar[int]
    chat: bytes
    def __init__(self, chat: _Optional[bytes] = ...) -> None: ...
