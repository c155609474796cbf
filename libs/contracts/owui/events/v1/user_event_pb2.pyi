from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UserEvents(_message.Message):
    __slots__ = ("events",)
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[UserEvent]
    def __init__(self, events: _Optional[_Iterable[_Union[UserEvent, _Mapping]]] = ...) -> None: ...

class UserEvent(_message.Message):
    __slots__ = ("task_id", "seq", "started", "delta", "emission")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    EMISSION_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    seq: int
    started: TaskStarted
    delta: TextDelta
    emission: Emission
    def __init__(self, task_id: _Optional[str] = ..., seq: _Optional[int] = ..., started: _Optional[_Union[TaskStarted, _Mapping]] = ..., delta: _Optional[_Union[TextDelta, _Mapping]] = ..., emission: _Optional[_Union[Emission, _Mapping]] = ...) -> None: ...

class TaskStarted(_message.Message):
    __slots__ = ("chat_id", "message_id", "stream", "content")
    CHAT_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    chat_id: str
    message_id: str
    stream: str
    content: str
    def __init__(self, chat_id: _Optional[str] = ..., message_id: _Optional[str] = ..., stream: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class TextDelta(_message.Message):
    __slots__ = ("text", "reasoning")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REASONING_FIELD_NUMBER: _ClassVar[int]
    text: str
    reasoning: bool
    def __init__(self, text: _Optional[str] = ..., reasoning: _Optional[bool] = ...) -> None: ...

class Emission(_message.Message):
    __slots__ = ("name", "chat_id", "message_id", "type", "data", "session_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CHAT_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    chat_id: str
    message_id: str
    type: str
    data: bytes
    session_id: str
    def __init__(self, name: _Optional[str] = ..., chat_id: _Optional[str] = ..., message_id: _Optional[str] = ..., type: _Optional[str] = ..., data: _Optional[bytes] = ..., session_id: _Optional[str] = ...) -> None: ...
