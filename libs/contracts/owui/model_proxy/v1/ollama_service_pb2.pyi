from google.api import annotations_pb2 as _annotations_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class GetOllamaStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetOllamaStatusResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: bool
    def __init__(self, status: _Optional[bool] = ...) -> None: ...

class GetOllamaVersionRequest(_message.Message):
    __slots__ = ("url_idx",)
    URL_IDX_FIELD_NUMBER: _ClassVar[int]
    url_idx: int
    def __init__(self, url_idx: _Optional[int] = ...) -> None: ...

class GetOllamaVersionResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: bytes
    def __init__(self, version: _Optional[bytes] = ...) -> None: ...

class ListLoadedModelsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListLoadedModelsResponse(_message.Message):
    __slots__ = ("models_by_url",)
    MODELS_BY_URL_FIELD_NUMBER: _ClassVar[int]
    models_by_url: bytes
    def __init__(self, models_by_url: _Optional[bytes] = ...) -> None: ...
