from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Folder(_message.Message):
    __slots__ = ("id", "parent_id", "user_id", "name", "items", "meta", "data", "is_expanded", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    IS_EXPANDED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    parent_id: str
    user_id: str
    name: str
    items: bytes
    meta: bytes
    data: bytes
    is_expanded: bool
    created_at: int
    updated_at: int
    def __init__(self, id: _Optional[str] = ..., parent_id: _Optional[str] = ..., user_id: _Optional[str] = ..., name: _Optional[str] = ..., items: _Optional[bytes] = ..., meta: _Optional[bytes] = ..., data: _Optional[bytes] = ..., is_expanded: _Optional[bool] = ..., created_at: _Optional[int] = ..., updated_at: _Optional[int] = ...) -> None: ...

class FolderEntry(_message.Message):
    __slots__ = ("id", "name", "meta", "parent_id", "is_expanded", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    IS_EXPANDED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    meta: FolderLook
    parent_id: str
    is_expanded: bool
    created_at: int
    updated_at: int
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., meta: _Optional[_Union[FolderLook, _Mapping]] = ..., parent_id: _Optional[str] = ..., is_expanded: _Optional[bool] = ..., created_at: _Optional[int] = ..., updated_at: _Optional[int] = ...) -> None: ...

class FolderLook(_message.Message):
    __slots__ = ("icon",)
    ICON_FIELD_NUMBER: _ClassVar[int]
    icon: str
    def __init__(self, icon: _Optional[str] = ...) -> None: ...
