from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Model(_message.Message):
    __slots__ = ("id", "user_id", "base_model_id", "name", "params", "meta", "access_control", "is_active", "updated_at", "created_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    BASE_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    ACCESS_CONTROL_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    base_model_id: str
    name: str
    params: bytes
    meta: bytes
    access_control: bytes
    is_active: bool
    updated_at: int
    created_at: int
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., base_model_id: _Optional[str] = ..., name: _Optional[str] = ..., params: _Optional[bytes] = ..., meta: _Optional[bytes] = ..., access_control: _Optional[bytes] = ..., is_active: _Optional[bool] = ..., updated_at: _Optional[int] = ..., created_at: _Optional[int] = ...) -> None: ...
