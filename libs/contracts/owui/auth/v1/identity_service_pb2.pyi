from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DescribeAccountRequest(_message.Message):
    __slots__ = ("user_id",)
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    def __init__(self, user_id: _Optional[str] = ...) -> None: ...

class DescribeAccountResponse(_message.Message):
    __slots__ = ("role", "group_ids")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    GROUP_IDS_FIELD_NUMBER: _ClassVar[int]
    role: str
    group_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, role: _Optional[str] = ..., group_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ResolveCredentialRequest(_message.Message):
    __slots__ = ("credential", "path")
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    credential: str
    path: str
    def __init__(self, credential: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class ResolveCredentialResponse(_message.Message):
    __slots__ = ("user_id", "name", "email", "role", "group_ids", "permissions", "credential_id", "via", "expire_time_seconds", "path_bound")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    GROUP_IDS_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_ID_FIELD_NUMBER: _ClassVar[int]
    VIA_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_SECONDS_FIELD_NUMBER: _ClassVar[int]
    PATH_BOUND_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    name: str
    email: str
    role: str
    group_ids: _containers.RepeatedScalarFieldContainer[str]
    permissions: _containers.RepeatedScalarFieldContainer[str]
    credential_id: str
    via: str
    expire_time_seconds: int
    path_bound: bool
    def __init__(self, user_id: _Optional[str] = ..., name: _Optional[str] = ..., email: _Optional[str] = ..., role: _Optional[str] = ..., group_ids: _Optional[_Iterable[str]] = ..., permissions: _Optional[_Iterable[str]] = ..., credential_id: _Optional[str] = ..., via: _Optional[str] = ..., expire_time_seconds: _Optional[int] = ..., path_bound: _Optional[bool] = ...) -> None: ...

class ResolveSessionsRequest(_message.Message):
    __slots__ = ("credentials",)
    CREDENTIALS_FIELD_NUMBER: _ClassVar[int]
    credentials: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, credentials: _Optional[_Iterable[str]] = ...) -> None: ...

class ResolveSessionsResponse(_message.Message):
    __slots__ = ("sessions",)
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    sessions: _containers.RepeatedCompositeFieldContainer[ResolvedSession]
    def __init__(self, sessions: _Optional[_Iterable[_Union[ResolvedSession, _Mapping]]] = ...) -> None: ...

class ResolvedSession(_message.Message):
    __slots__ = ("caller",)
    CALLER_FIELD_NUMBER: _ClassVar[int]
    caller: ResolveCredentialResponse
    def __init__(self, caller: _Optional[_Union[ResolveCredentialResponse, _Mapping]] = ...) -> None: ...
