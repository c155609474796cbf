from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MultiplexRequest(_message.Message):
    __slots__ = ("frames",)
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    frames: _containers.RepeatedCompositeFieldContainer[CallerFrame]
    def __init__(self, frames: _Optional[_Iterable[_Union[CallerFrame, _Mapping]]] = ...) -> None: ...

class MultiplexResponse(_message.Message):
    __slots__ = ("frames", "draining", "closing")
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    frames: _containers.RepeatedCompositeFieldContainer[ServerFrame]
    draining: bool
    closing: bool
    def __init__(self, frames: _Optional[_Iterable[_Union[ServerFrame, _Mapping]]] = ..., draining: _Optional[bool] = ..., closing: _Optional[bool] = ...) -> None: ...

class CallerFrame(_message.Message):
    __slots__ = ("stream_id", "open", "credit", "cancel")
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    stream_id: int
    open: Open
    credit: int
    cancel: bool
    def __init__(self, stream_id: _Optional[int] = ..., open: _Optional[_Union[Open, _Mapping]] = ..., credit: _Optional[int] = ..., cancel: _Optional[bool] = ...) -> None: ...

class Open(_message.Message):
    __slots__ = ("method", "request", "metadata", "timeout_milliseconds", "credit")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    method: str
    request: bytes
    metadata: _containers.RepeatedScalarFieldContainer[str]
    timeout_milliseconds: int
    credit: int
    def __init__(self, method: _Optional[str] = ..., request: _Optional[bytes] = ..., metadata: _Optional[_Iterable[str]] = ..., timeout_milliseconds: _Optional[int] = ..., credit: _Optional[int] = ...) -> None: ...

class ServerFrame(_message.Message):
    __slots__ = ("stream_id", "messages", "end")
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    stream_id: int
    messages: _containers.RepeatedScalarFieldContainer[bytes]
    end: StreamEnd
    def __init__(self, stream_id: _Optional[int] = ..., messages: _Optional[_Iterable[bytes]] = ..., end: _Optional[_Union[StreamEnd, _Mapping]] = ...) -> None: ...

class StreamEnd(_message.Message):
    __slots__ = ("code", "message", "reason", "retry_after_seconds")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_SECONDS_FIELD_NUMBER: _ClassVar[int]
    code: int
    message: str
    reason: str
    retry_after_seconds: float
    def __init__(self, code: _Optional[int] = ..., message: _Optional[str] = ..., reason: _Optional[str] = ..., retry_after_seconds: _Optional[float] = ...) -> None: ...
