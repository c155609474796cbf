from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_ANYONE: _ClassVar[Role]
    ROLE_PENDING: _ClassVar[Role]
    ROLE_USER: _ClassVar[Role]
    ROLE_ADMIN: _ClassVar[Role]
ROLE_UNSPECIFIED: Role
ROLE_ANYONE: Role
ROLE_PENDING: Role
ROLE_USER: Role
ROLE_ADMIN: Role
ACCESS_FIELD_NUMBER: _ClassVar[int]
access: _descriptor.FieldDescriptor
HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
http_status: _descriptor.FieldDescriptor
MULTIPLEXED_FIELD_NUMBER: _ClassVar[int]
multiplexed: _descriptor.FieldDescriptor
JSON_FIELD_NUMBER: _ClassVar[int]
json: _descriptor.FieldDescriptor
WIRE_NAME_FIELD_NUMBER: _ClassVar[int]
wire_name: _descriptor.FieldDescriptor

class Access(_message.Message):
    __slots__ = ("role", "permission")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    role: Role
    permission: str
    def __init__(self, role: _Optional[_Union[Role, str]] = ..., permission: _Optional[str] = ...) -> None: ...

class HttpStatus(_message.Message):
    __slots__ = ("invalid", "unauthenticated", "forbidden", "not_found", "already_exists", "conflict", "exhausted", "unavailable", "success")
    INVALID_FIELD_NUMBER: _ClassVar[int]
    UNAUTHENTICATED_FIELD_NUMBER: _ClassVar[int]
    FORBIDDEN_FIELD_NUMBER: _ClassVar[int]
    NOT_FOUND_FIELD_NUMBER: _ClassVar[int]
    ALREADY_EXISTS_FIELD_NUMBER: _ClassVar[int]
    CONFLICT_FIELD_NUMBER: _ClassVar[int]
    EXHAUSTED_FIELD_NUMBER: _ClassVar[int]
    UNAVAILABLE_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    invalid: int
    unauthenticated: int
    forbidden: int
    not_found: int
    already_exists: int
    conflict: int
    exhausted: int
    unavailable: int
    success: int
    def __init__(self, invalid: _Optional[int] = ..., unauthenticated: _Optional[int] = ..., forbidden: _Optional[int] = ..., not_found: _Optional[int] = ..., already_exists: _Optional[int] = ..., conflict: _Optional[int] = ..., exhausted: _Optional[int] = ..., unavailable: _Optional[int] = ..., success: _Optional[int] = ...) -> None: ...
