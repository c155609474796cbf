from google.api import annotations_pb2 as _annotations_pb2
from owui.auth.v1 import admin_config_pb2 as _admin_config_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetAdminConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetAdminConfigResponse(_message.Message):
    __slots__ = ("config",)
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    config: _admin_config_pb2.AdminConfig
    def __init__(self, config: _Optional[_Union[_admin_config_pb2.AdminConfig, _Mapping]] = ...) -> None: ...

class UpdateAdminConfigRequest(_message.Message):
    __slots__ = ("config",)
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    config: _admin_config_pb2.AdminConfig
    def __init__(self, config: _Optional[_Union[_admin_config_pb2.AdminConfig, _Mapping]] = ...) -> None: ...

class UpdateAdminConfigResponse(_message.Message):
    __slots__ = ("config",)
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    config: _admin_config_pb2.AdminConfig
    def __init__(self, config: _Optional[_Union[_admin_config_pb2.AdminConfig, _Mapping]] = ...) -> None: ...

class GetAdminDetailsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetAdminDetailsResponse(_message.Message):
    __slots__ = ("name", "email")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    name: str
    email: str
    def __init__(self, name: _Optional[str] = ..., email: _Optional[str] = ...) -> None: ...
