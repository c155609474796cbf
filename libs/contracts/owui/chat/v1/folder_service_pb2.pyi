from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.chat.v1 import folder_pb2 as _folder_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListFoldersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListFoldersResponse(_message.Message):
    __slots__ = ("folders",)
    FOLDERS_FIELD_NUMBER: _ClassVar[int]
    folders: _containers.RepeatedCompositeFieldContainer[_folder_pb2.FolderEntry]
    def __init__(self, folders: _Optional[_Iterable[_Union[_folder_pb2.FolderEntry, _Mapping]]] = ...) -> None: ...

class CreateFolderRequest(_message.Message):
    __slots__ = ("name", "data", "meta", "items", "parent_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    data: bytes
    meta: bytes
    items: bytes
    parent_id: str
    def __init__(self, name: _Optional[str] = ..., data: _Optional[bytes] = ..., meta: _Optional[bytes] = ..., items: _Optional[bytes] = ..., parent_id: _Optional[str] = ...) -> None: ...

class CreateFolderResponse(_message.Message):
    __slots__ = ("folder",)
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    folder: _folder_pb2.Folder
    def __init__(self, folder: _Optional[_Union[_folder_pb2.Folder, _Mapping]] = ...) -> None: ...

class GetFolderRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetFolderResponse(_message.Message):
    __slots__ = ("folder",)
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    folder: _folder_pb2.Folder
    def __init__(self, folder: _Optional[_Union[_folder_pb2.Folder, _Mapping]] = ...) -> None: ...

class UpdateFolderRequest(_message.Message):
    __slots__ = ("id", "name", "data", "meta")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    data: bytes
    meta: bytes
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., data: _Optional[bytes] = ..., meta: _Optional[bytes] = ...) -> None: ...

class UpdateFolderResponse(_message.Message):
    __slots__ = ("folder",)
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    folder: _folder_pb2.Folder
    def __init__(self, folder: _Optional[_Union[_folder_pb2.Folder, _Mapping]] = ...) -> None: ...

class MoveFolderRequest(_message.Message):
    __slots__ = ("id", "parent_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    parent_id: str
    def __init__(self, id: _Optional[str] = ..., parent_id: _Optional[str] = ...) -> None: ...

class MoveFolderResponse(_message.Message):
    __slots__ = ("folder",)
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    folder: _folder_pb2.Folder
    def __init__(self, folder: _Optional[_Union[_folder_pb2.Folder, _Mapping]] = ...) -> None: ...

class ExpandFolderRequest(_message.Message):
    __slots__ = ("id", "is_expanded")
    ID_FIELD_NUMBER: _ClassVar[int]
    IS_EXPANDED_FIELD_NUMBER: _ClassVar[int]
    id: str
    is_expanded: bool
    def __init__(self, id: _Optional[str] = ..., is_expanded: _Optional[bool] = ...) -> None: ...

class ExpandFolderResponse(_message.Message):
    __slots__ = ("folder",)
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    folder: _folder_pb2.Folder
    def __init__(self, folder: _Optional[_Union[_folder_pb2.Folder, _Mapping]] = ...) -> None: ...

class DeleteFolderRequest(_message.Message):
    __slots__ = ("id", "delete_contents")
    ID_FIELD_NUMBER: _ClassVar[int]
    DELETE_CONTENTS_FIELD_NUMBER: _ClassVar[int]
    id: str
    delete_contents: bool
    def __init__(self, id: _Optional[str] = ..., delete_contents: _Optional[bool] = ...) -> None: ...

class DeleteFolderResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: bool
    def __init__(self, deleted: _Optional[bool] = ...) -> None: ...
