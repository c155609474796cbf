from google.api import annotations_pb2 as _annotations_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Orphans(_message.Message):
    __slots__ = ("kind", "count", "ids", "repaired", "note")
    KIND_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    REPAIRED_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    count: int
    ids: _containers.RepeatedScalarFieldContainer[str]
    repaired: int
    note: str
    def __init__(self, kind: _Optional[str] = ..., count: _Optional[int] = ..., ids: _Optional[_Iterable[str]] = ..., repaired: _Optional[int] = ..., note: _Optional[str] = ...) -> None: ...

class ReconciliationReport(_message.Message):
    __slots__ = ("id", "started_at", "finished_at", "repair", "findings")
    ID_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    REPAIR_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    id: int
    started_at: int
    finished_at: int
    repair: bool
    findings: _containers.RepeatedCompositeFieldContainer[Orphans]
    def __init__(self, id: _Optional[int] = ..., started_at: _Optional[int] = ..., finished_at: _Optional[int] = ..., repair: _Optional[bool] = ..., findings: _Optional[_Iterable[_Union[Orphans, _Mapping]]] = ...) -> None: ...

class GetOrphansRequest(_message.Message):
    __slots__ = ("fresh",)
    FRESH_FIELD_NUMBER: _ClassVar[int]
    fresh: bool
    def __init__(self, fresh: _Optional[bool] = ...) -> None: ...

class GetOrphansResponse(_message.Message):
    __slots__ = ("report", "running")
    REPORT_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    report: ReconciliationReport
    running: bool
    def __init__(self, report: _Optional[_Union[ReconciliationReport, _Mapping]] = ..., running: _Optional[bool] = ...) -> None: ...

class RepairOrphansRequest(_message.Message):
    __slots__ = ("force",)
    FORCE_FIELD_NUMBER: _ClassVar[int]
    force: bool
    def __init__(self, force: _Optional[bool] = ...) -> None: ...

class RepairOrphansResponse(_message.Message):
    __slots__ = ("report", "running")
    REPORT_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    report: ReconciliationReport
    running: bool
    def __init__(self, report: _Optional[_Union[ReconciliationReport, _Mapping]] = ..., running: _Optional[bool] = ...) -> None: ...
