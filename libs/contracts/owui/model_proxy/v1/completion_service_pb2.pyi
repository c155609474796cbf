from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CompletionApi(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPLETION_API_UNSPECIFIED: _ClassVar[CompletionApi]
    COMPLETION_API_OPENAI_CHAT: _ClassVar[CompletionApi]
    COMPLETION_API_OLLAMA_CHAT: _ClassVar[CompletionApi]
    COMPLETION_API_OLLAMA_GENERATE: _ClassVar[CompletionApi]
    COMPLETION_API_OLLAMA_OPENAI_CHAT: _ClassVar[CompletionApi]
    COMPLETION_API_OLLAMA_OPENAI_TEXT: _ClassVar[CompletionApi]
COMPLETION_API_UNSPECIFIED: CompletionApi
COMPLETION_API_OPENAI_CHAT: CompletionApi
COMPLETION_API_OLLAMA_CHAT: CompletionApi
COMPLETION_API_OLLAMA_GENERATE: CompletionApi
COMPLETION_API_OLLAMA_OPENAI_CHAT: CompletionApi
COMPLETION_API_OLLAMA_OPENAI_TEXT: CompletionApi

class StreamCompletionRequest(_message.Message):
    __slots__ = ("api", "body", "connection_index", "grounded", "paced")
    API_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_INDEX_FIELD_NUMBER: _ClassVar[int]
    GROUNDED_FIELD_NUMBER: _ClassVar[int]
    PACED_FIELD_NUMBER: _ClassVar[int]
    api: CompletionApi
    body: bytes
    connection_index: int
    grounded: bool
    paced: bool
    def __init__(self, api: _Optional[_Union[CompletionApi, str]] = ..., body: _Optional[bytes] = ..., connection_index: _Optional[int] = ..., grounded: _Optional[bool] = ..., paced: _Optional[bool] = ...) -> None: ...

class StreamCompletionResponse(_message.Message):
    __slots__ = ("head", "data")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    head: CompletionHead
    data: bytes
    def __init__(self, head: _Optional[_Union[CompletionHead, _Mapping]] = ..., data: _Optional[bytes] = ...) -> None: ...

class CompletionHead(_message.Message):
    __slots__ = ("status", "content_type", "model", "connection_type")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_TYPE_FIELD_NUMBER: _ClassVar[int]
    status: int
    content_type: str
    model: str
    connection_type: str
    def __init__(self, status: _Optional[int] = ..., content_type: _Optional[str] = ..., model: _Optional[str] = ..., connection_type: _Optional[str] = ...) -> None: ...
