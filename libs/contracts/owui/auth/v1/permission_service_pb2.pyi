from google.api import annotations_pb2 as _annotations_pb2
from owui.auth.v1 import permissions_pb2 as _permissions_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetUserPermissionsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetUserPermissionsResponse(_message.Message):
    __slots__ = ("permissions",)
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    permissions: _permissions_pb2.UserPermissions
    def __init__(self, permissions: _Optional[_Union[_permissions_pb2.UserPermissions, _Mapping]] = ...) -> None: ...

class GetDefaultPermissionsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetDefaultPermissionsResponse(_message.Message):
    __slots__ = ("permissions",)
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    permissions: _permissions_pb2.UserPermissions
    def __init__(self, permissions: _Optional[_Union[_permissions_pb2.UserPermissions, _Mapping]] = ...) -> None: ...

class UpdateDefaultPermissionsRequest(_message.Message):
    __slots__ = ("permissions",)
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    permissions: _permissions_pb2.UserPermissions
    def __init__(self, permissions: _Optional[_Union[_permissions_pb2.UserPermissions, _Mapping]] = ...) -> None: ...

class UpdateDefaultPermissionsResponse(_message.Message):
    __slots__ = ("permissions",)
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    permissions: _permissions_pb2.UserPermissions
    def __init__(self, permissions: _Optional[_Union[_permissions_pb2.UserPermissions, _Mapping]] = ...) -> None: ...
