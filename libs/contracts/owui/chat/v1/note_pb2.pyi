from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Note(_message.Message):
    __slots__ = ("id", "user_id", "title", "data", "meta", "access_control", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    ACCESS_CONTROL_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    title: str
    data: bytes
    meta: bytes
    access_control: bytes
    created_at: int
    updated_at: int
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., title: _Optional[str] = ..., data: _Optional[bytes] = ..., meta: _Optional[bytes] = ..., access_control: _Optional[bytes] = ..., created_at: _Optional[int] = ..., updated_at: _Optional[int] = ...) -> None: ...

class OpenedNote(_message.Message):
    __slots__ = ("id", "user_id", "title", "data", "meta", "access_control", "created_at", "updated_at", "write_access")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    ACCESS_CONTROL_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    WRITE_ACCESS_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    title: str
    data: bytes
    meta: bytes
    access_control: bytes
    created_at: int
    updated_at: int
    write_access: bool
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., title: _Optional[str] = ..., data: _Optional[bytes] = ..., meta: _Optional[bytes] = ..., access_control: _Optional[bytes] = ..., created_at: _Optional[int] = ..., updated_at: _Optional[int] = ..., write_access: _Optional[bool] = ...) -> None: ...

class FoundNote(_message.Message):
    __slots__ = ("id", "user_id", "title", "data", "meta", "access_control", "created_at", "updated_at", "user")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    ACCESS_CONTROL_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    title: str
    data: bytes
    meta: bytes
    access_control: bytes
    created_at: int
    updated_at: int
    user: NoteOwner
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., title: _Optional[str] = ..., data: _Optional[bytes] = ..., meta: _Optional[bytes] = ..., access_control: _Optional[bytes] = ..., created_at: _Optional[int] = ..., updated_at: _Optional[int] = ..., user: _Optional[_Union[NoteOwner, _Mapping]] = ...) -> None: ...

class NoteEntry(_message.Message):
    __slots__ = ("id", "title", "data", "updated_at", "created_at", "user")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    data: bytes
    updated_at: int
    created_at: int
    user: NoteOwner
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., data: _Optional[bytes] = ..., updated_at: _Optional[int] = ..., created_at: _Optional[int] = ..., user: _Optional[_Union[NoteOwner, _Mapping]] = ...) -> None: ...

class NoteOwner(_message.Message):
    __slots__ = ("id", "name", "role", "email")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    role: str
    email: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., role: _Optional[str] = ..., email: _Optional[str] = ...) -> None: ...
