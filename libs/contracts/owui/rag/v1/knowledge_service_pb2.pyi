from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from owui.rag.v1 import knowledge_pb2 as _knowledge_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class KnowledgeFileId(_message.Message):
    __slots__ = ("file_id", "folder")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    folder: str
    def __init__(self, file_id: _Optional[str] = ..., folder: _Optional[str] = ...) -> None: ...

class KnowledgeFolder(_message.Message):
    __slots__ = ("folder", "count", "unfinished", "failed")
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    UNFINISHED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    folder: str
    count: int
    unfinished: int
    failed: int
    def __init__(self, folder: _Optional[str] = ..., count: _Optional[int] = ..., unfinished: _Optional[int] = ..., failed: _Optional[int] = ...) -> None: ...

class SyncFile(_message.Message):
    __slots__ = ("path", "hash", "size", "file_id", "status")
    PATH_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    path: str
    hash: str
    size: int
    file_id: str
    status: str
    def __init__(self, path: _Optional[str] = ..., hash: _Optional[str] = ..., size: _Optional[int] = ..., file_id: _Optional[str] = ..., status: _Optional[str] = ...) -> None: ...

class ListKnowledgeRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: int
    def __init__(self, page: _Optional[int] = ...) -> None: ...

class ListKnowledgeResponse(_message.Message):
    __slots__ = ("items", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_knowledge_pb2.Knowledge]
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_knowledge_pb2.Knowledge, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class SearchKnowledgeRequest(_message.Message):
    __slots__ = ("query", "view_option", "page")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    VIEW_OPTION_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    query: str
    view_option: str
    page: int
    def __init__(self, query: _Optional[str] = ..., view_option: _Optional[str] = ..., page: _Optional[int] = ...) -> None: ...

class SearchKnowledgeResponse(_message.Message):
    __slots__ = ("items", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_knowledge_pb2.Knowledge]
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_knowledge_pb2.Knowledge, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class SearchKnowledgeFilesRequest(_message.Message):
    __slots__ = ("query", "page")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    query: str
    page: int
    def __init__(self, query: _Optional[str] = ..., page: _Optional[int] = ...) -> None: ...

class SearchKnowledgeFilesResponse(_message.Message):
    __slots__ = ("items", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_knowledge_pb2.KnowledgeFile]
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_knowledge_pb2.KnowledgeFile, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class CreateKnowledgeRequest(_message.Message):
    __slots__ = ("name", "description", "access_control")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ACCESS_CONTROL_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    access_control: bytes
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., access_control: _Optional[bytes] = ...) -> None: ...

class CreateKnowledgeResponse(_message.Message):
    __slots__ = ("knowledge",)
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    knowledge: _knowledge_pb2.Knowledge
    def __init__(self, knowledge: _Optional[_Union[_knowledge_pb2.Knowledge, _Mapping]] = ...) -> None: ...

class ReindexKnowledgeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReindexKnowledgeResponse(_message.Message):
    __slots__ = ("reindexed",)
    REINDEXED_FIELD_NUMBER: _ClassVar[int]
    reindexed: bool
    def __init__(self, reindexed: _Optional[bool] = ...) -> None: ...

class GetKnowledgeRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetKnowledgeResponse(_message.Message):
    __slots__ = ("knowledge",)
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    knowledge: _knowledge_pb2.Knowledge
    def __init__(self, knowledge: _Optional[_Union[_knowledge_pb2.Knowledge, _Mapping]] = ...) -> None: ...

class UpdateKnowledgeRequest(_message.Message):
    __slots__ = ("id", "name", "description", "access_control")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ACCESS_CONTROL_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    description: str
    access_control: bytes
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., access_control: _Optional[bytes] = ...) -> None: ...

class UpdateKnowledgeResponse(_message.Message):
    __slots__ = ("knowledge",)
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    knowledge: _knowledge_pb2.Knowledge
    def __init__(self, knowledge: _Optional[_Union[_knowledge_pb2.Knowledge, _Mapping]] = ...) -> None: ...

class ListKnowledgeFilesRequest(_message.Message):
    __slots__ = ("id", "query", "view_option", "order_by", "direction", "page", "folder", "status")
    ID_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    VIEW_OPTION_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    id: str
    query: str
    view_option: str
    order_by: str
    direction: str
    page: int
    folder: str
    status: str
    def __init__(self, id: _Optional[str] = ..., query: _Optional[str] = ..., view_option: _Optional[str] = ..., order_by: _Optional[str] = ..., direction: _Optional[str] = ..., page: _Optional[int] = ..., folder: _Optional[str] = ..., status: _Optional[str] = ...) -> None: ...

class ListKnowledgeFilesResponse(_message.Message):
    __slots__ = ("items", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_knowledge_pb2.KnowledgeFile]
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_knowledge_pb2.KnowledgeFile, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class AddKnowledgeFileRequest(_message.Message):
    __slots__ = ("id", "file_id", "folder")
    ID_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    id: str
    file_id: str
    folder: str
    def __init__(self, id: _Optional[str] = ..., file_id: _Optional[str] = ..., folder: _Optional[str] = ...) -> None: ...

class AddKnowledgeFileResponse(_message.Message):
    __slots__ = ("knowledge",)
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    knowledge: _knowledge_pb2.Knowledge
    def __init__(self, knowledge: _Optional[_Union[_knowledge_pb2.Knowledge, _Mapping]] = ...) -> None: ...

class UpdateKnowledgeFileRequest(_message.Message):
    __slots__ = ("id", "file_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    file_id: str
    def __init__(self, id: _Optional[str] = ..., file_id: _Optional[str] = ...) -> None: ...

class UpdateKnowledgeFileResponse(_message.Message):
    __slots__ = ("knowledge",)
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    knowledge: _knowledge_pb2.Knowledge
    def __init__(self, knowledge: _Optional[_Union[_knowledge_pb2.Knowledge, _Mapping]] = ...) -> None: ...

class RemoveKnowledgeFileRequest(_message.Message):
    __slots__ = ("id", "delete_file", "file")
    ID_FIELD_NUMBER: _ClassVar[int]
    DELETE_FILE_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    id: str
    delete_file: bool
    file: KnowledgeFileId
    def __init__(self, id: _Optional[str] = ..., delete_file: _Optional[bool] = ..., file: _Optional[_Union[KnowledgeFileId, _Mapping]] = ...) -> None: ...

class RemoveKnowledgeFileResponse(_message.Message):
    __slots__ = ("knowledge",)
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    knowledge: _knowledge_pb2.Knowledge
    def __init__(self, knowledge: _Optional[_Union[_knowledge_pb2.Knowledge, _Mapping]] = ...) -> None: ...

class DeleteKnowledgeRequest(_message.Message):
    __slots__ = ("id", "delete_files")
    ID_FIELD_NUMBER: _ClassVar[int]
    DELETE_FILES_FIELD_NUMBER: _ClassVar[int]
    id: str
    delete_files: bool
    def __init__(self, id: _Optional[str] = ..., delete_files: _Optional[bool] = ...) -> None: ...

class DeleteKnowledgeResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: bool
    def __init__(self, deleted: _Optional[bool] = ...) -> None: ...

class ResetKnowledgeRequest(_message.Message):
    __slots__ = ("id", "delete_files")
    ID_FIELD_NUMBER: _ClassVar[int]
    DELETE_FILES_FIELD_NUMBER: _ClassVar[int]
    id: str
    delete_files: bool
    def __init__(self, id: _Optional[str] = ..., delete_files: _Optional[bool] = ...) -> None: ...

class ResetKnowledgeResponse(_message.Message):
    __slots__ = ("knowledge",)
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    knowledge: _knowledge_pb2.Knowledge
    def __init__(self, knowledge: _Optional[_Union[_knowledge_pb2.Knowledge, _Mapping]] = ...) -> None: ...

class AddKnowledgeFilesRequest(_message.Message):
    __slots__ = ("id", "items")
    ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    id: str
    items: _containers.RepeatedCompositeFieldContainer[KnowledgeFileId]
    def __init__(self, id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[KnowledgeFileId, _Mapping]]] = ...) -> None: ...

class AddKnowledgeFilesResponse(_message.Message):
    __slots__ = ("knowledge",)
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    knowledge: _knowledge_pb2.Knowledge
    def __init__(self, knowledge: _Optional[_Union[_knowledge_pb2.Knowledge, _Mapping]] = ...) -> None: ...

class ListKnowledgeFoldersRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class ListKnowledgeFoldersResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[KnowledgeFolder]
    def __init__(self, items: _Optional[_Iterable[_Union[KnowledgeFolder, _Mapping]]] = ...) -> None: ...

class MoveKnowledgeFilesRequest(_message.Message):
    __slots__ = ("id", "file_ids", "folder")
    ID_FIELD_NUMBER: _ClassVar[int]
    FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    id: str
    file_ids: _containers.RepeatedScalarFieldContainer[str]
    folder: str
    def __init__(self, id: _Optional[str] = ..., file_ids: _Optional[_Iterable[str]] = ..., folder: _Optional[str] = ...) -> None: ...

class MoveKnowledgeFilesResponse(_message.Message):
    __slots__ = ("moved",)
    MOVED_FIELD_NUMBER: _ClassVar[int]
    moved: int
    def __init__(self, moved: _Optional[int] = ...) -> None: ...

class RenameKnowledgeFolderRequest(_message.Message):
    __slots__ = ("id", "folder", "new_folder")
    ID_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    NEW_FOLDER_FIELD_NUMBER: _ClassVar[int]
    id: str
    folder: str
    new_folder: str
    def __init__(self, id: _Optional[str] = ..., folder: _Optional[str] = ..., new_folder: _Optional[str] = ...) -> None: ...

class RenameKnowledgeFolderResponse(_message.Message):
    __slots__ = ("moved",)
    MOVED_FIELD_NUMBER: _ClassVar[int]
    moved: int
    def __init__(self, moved: _Optional[int] = ...) -> None: ...

class RemoveKnowledgeFolderRequest(_message.Message):
    __slots__ = ("id", "folder", "delete_files")
    ID_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    DELETE_FILES_FIELD_NUMBER: _ClassVar[int]
    id: str
    folder: str
    delete_files: bool
    def __init__(self, id: _Optional[str] = ..., folder: _Optional[str] = ..., delete_files: _Optional[bool] = ...) -> None: ...

class RemoveKnowledgeFolderResponse(_message.Message):
    __slots__ = ("removed",)
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    removed: int
    def __init__(self, removed: _Optional[int] = ...) -> None: ...

class PlanKnowledgeSyncRequest(_message.Message):
    __slots__ = ("id", "files", "folder")
    ID_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    id: str
    files: _containers.RepeatedCompositeFieldContainer[SyncFile]
    folder: str
    def __init__(self, id: _Optional[str] = ..., files: _Optional[_Iterable[_Union[SyncFile, _Mapping]]] = ..., folder: _Optional[str] = ...) -> None: ...

class PlanKnowledgeSyncResponse(_message.Message):
    __slots__ = ("add", "replace", "remove", "unchanged")
    ADD_FIELD_NUMBER: _ClassVar[int]
    REPLACE_FIELD_NUMBER: _ClassVar[int]
    REMOVE_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    add: _containers.RepeatedCompositeFieldContainer[SyncFile]
    replace: _containers.RepeatedCompositeFieldContainer[SyncFile]
    remove: _containers.RepeatedCompositeFieldContainer[SyncFile]
    unchanged: int
    def __init__(self, add: _Optional[_Iterable[_Union[SyncFile, _Mapping]]] = ..., replace: _Optional[_Iterable[_Union[SyncFile, _Mapping]]] = ..., remove: _Optional[_Iterable[_Union[SyncFile, _Mapping]]] = ..., unchanged: _Optional[int] = ...) -> None: ...
