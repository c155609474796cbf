from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IngestionJob(_message.Message):
    __slots__ = ("id", "user_id", "knowledge_id", "status", "total", "done", "failed", "cancelled", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    knowledge_id: str
    status: str
    total: int
    done: int
    failed: int
    cancelled: int
    created_at: int
    updated_at: int
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., knowledge_id: _Optional[str] = ..., status: _Optional[str] = ..., total: _Optional[int] = ..., done: _Optional[int] = ..., failed: _Optional[int] = ..., cancelled: _Optional[int] = ..., created_at: _Optional[int] = ..., updated_at: _Optional[int] = ...) -> None: ...

class IngestionJobFile(_message.Message):
    __slots__ = ("file_id", "filename", "status", "progress", "error")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    filename: str
    status: str
    progress: float
    error: str
    def __init__(self, file_id: _Optional[str] = ..., filename: _Optional[str] = ..., status: _Optional[str] = ..., progress: _Optional[float] = ..., error: _Optional[str] = ...) -> None: ...

class CreateIngestionJobRequest(_message.Message):
    __slots__ = ("file_ids", "knowledge_id", "again")
    FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_ID_FIELD_NUMBER: _ClassVar[int]
    AGAIN_FIELD_NUMBER: _ClassVar[int]
    file_ids: _containers.RepeatedScalarFieldContainer[str]
    knowledge_id: str
    again: bool
    def __init__(self, file_ids: _Optional[_Iterable[str]] = ..., knowledge_id: _Optional[str] = ..., again: _Optional[bool] = ...) -> None: ...

class CreateIngestionJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: IngestionJob
    def __init__(self, job: _Optional[_Union[IngestionJob, _Mapping]] = ...) -> None: ...

class ListIngestionJobsRequest(_message.Message):
    __slots__ = ("page", "status")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    page: int
    status: str
    def __init__(self, page: _Optional[int] = ..., status: _Optional[str] = ...) -> None: ...

class ListIngestionJobsResponse(_message.Message):
    __slots__ = ("items", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[IngestionJob]
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[IngestionJob, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class GetIngestionJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class GetIngestionJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: IngestionJob
    def __init__(self, job: _Optional[_Union[IngestionJob, _Mapping]] = ...) -> None: ...

class ListIngestionJobFilesRequest(_message.Message):
    __slots__ = ("job_id", "status", "page")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    status: str
    page: int
    def __init__(self, job_id: _Optional[str] = ..., status: _Optional[str] = ..., page: _Optional[int] = ...) -> None: ...

class ListIngestionJobFilesResponse(_message.Message):
    __slots__ = ("items", "total")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[IngestionJobFile]
    total: int
    def __init__(self, items: _Optional[_Iterable[_Union[IngestionJobFile, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class CancelIngestionJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class CancelIngestionJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: IngestionJob
    def __init__(self, job: _Optional[_Union[IngestionJob, _Mapping]] = ...) -> None: ...

class PauseIngestionJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class PauseIngestionJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: IngestionJob
    def __init__(self, job: _Optional[_Union[IngestionJob, _Mapping]] = ...) -> None: ...

class ResumeIngestionJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class ResumeIngestionJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: IngestionJob
    def __init__(self, job: _Optional[_Union[IngestionJob, _Mapping]] = ...) -> None: ...

class RetryIngestionJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class RetryIngestionJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: IngestionJob
    def __init__(self, job: _Optional[_Union[IngestionJob, _Mapping]] = ...) -> None: ...
