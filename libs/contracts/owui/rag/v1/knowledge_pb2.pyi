from owui.options.v1 import options_pb2 as _options_pb2
from owui.rag.v1 import file_pb2 as _file_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Knowledge(_message.Message):
    __slots__ = ("id", "user_id", "name", "description", "meta", "access_control", "created_at", "updated_at", "files", "user", "write_access")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    ACCESS_CONTROL_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    WRITE_ACCESS_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    name: str
    description: str
    meta: bytes
    access_control: bytes
    created_at: int
    updated_at: int
    files: bytes
    user: _file_pb2.Owner
    write_access: bool
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., meta: _Optional[bytes] = ..., access_control: _Optional[bytes] = ..., created_at: _Optional[int] = ..., updated_at: _Optional[int] = ..., files: _Optional[bytes] = ..., user: _Optional[_Union[_file_pb2.Owner, _Mapping]] = ..., write_access: _Optional[bool] = ...) -> None: ...

class KnowledgeFile(_message.Message):
    __slots__ = ("id", "user_id", "hash", "filename", "data", "meta", "created_at", "updated_at", "user", "folder", "knowledge_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    hash: str
    filename: str
    data: bytes
    meta: bytes
    created_at: int
    updated_at: int
    user: _file_pb2.Owner
    folder: str
    knowledge_id: str
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., hash: _Optional[str] = ..., filename: _Optional[str] = ..., data: _Optional[bytes] = ..., meta: _Optional[bytes] = ..., created_at: _Optional[int] = ..., updated_at: _Optional[int] = ..., user: _Optional[_Union[_file_pb2.Owner, _Mapping]] = ..., folder: _Optional[str] = ..., knowledge_id: _Optional[str] = ...) -> None: ...
