from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.chat.v1 import note_pb2 as _note_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListNotesRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: int
    def __init__(self, page: _Optional[int] = ...) -> None: ...

class ListNotesResponse(_message.Message):
    __slots__ = ("notes",)
    NOTES_FIELD_NUMBER: _ClassVar[int]
    notes: _containers.RepeatedCompositeFieldContainer[_note_pb2.NoteEntry]
    def __init__(self, notes: _Optional[_Iterable[_Union[_note_pb2.NoteEntry, _Mapping]]] = ...) -> None: ...

class SearchNotesRequest(_message.Message):
    __slots__ = ("query", "view_option", "permission", "order_by", "direction", "page")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    VIEW_OPTION_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    query: str
    view_option: str
    permission: str
    order_by: str
    direction: str
    page: int
    def __init__(self, query: _Optional[str] = ..., view_option: _Optional[str] = ..., permission: _Optional[str] = ..., order_by: _Optional[str] = ..., direction: _Optional[str] = ..., page: _Optional[int] = ...) -> None: ...

class SearchNotesResponse(_message.Message):
    __slots__ = ("items", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_note_pb2.FoundNote]
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[_note_pb2.FoundNote, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class CreateNoteRequest(_message.Message):
    __slots__ = ("title", "data", "meta", "access_control")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    ACCESS_CONTROL_FIELD_NUMBER: _ClassVar[int]
    title: str
    data: bytes
    meta: bytes
    access_control: bytes
    def __init__(self, title: _Optional[str] = ..., data: _Optional[bytes] = ..., meta: _Optional[bytes] = ..., access_control: _Optional[bytes] = ...) -> None: ...

class CreateNoteResponse(_message.Message):
    __slots__ = ("note",)
    NOTE_FIELD_NUMBER: _ClassVar[int]
    note: _note_pb2.Note
    def __init__(self, note: _Optional[_Union[_note_pb2.Note, _Mapping]] = ...) -> None: ...

class GetNoteRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetNoteResponse(_message.Message):
    __slots__ = ("note",)
    NOTE_FIELD_NUMBER: _ClassVar[int]
    note: _note_pb2.OpenedNote
    def __init__(self, note: _Optional[_Union[_note_pb2.OpenedNote, _Mapping]] = ...) -> None: ...

class UpdateNoteRequest(_message.Message):
    __slots__ = ("id", "title", "data", "meta", "access_control")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    ACCESS_CONTROL_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    data: bytes
    meta: bytes
    access_control: bytes
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., data: _Optional[bytes] = ..., meta: _Optional[bytes] = ..., access_control: _Optional[bytes] = ...) -> None: ...

class UpdateNoteResponse(_message.Message):
    __slots__ = ("note",)
    NOTE_FIELD_NUMBER: _ClassVar[int]
    note: _note_pb2.Note
    def __init__(self, note: _Optional[_Union[_note_pb2.Note, _Mapping]] = ...) -> None: ...

class DeleteNoteRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteNoteResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: bool
    def __init__(self, deleted: _Optional[bool] = ...) -> None: ...
