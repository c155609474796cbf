from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ExpectedPassage(_message.Message):
    __slots__ = ("file", "text")
    FILE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    file: str
    text: str
    def __init__(self, file: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class EvaluationQuestion(_message.Message):
    __slots__ = ("question", "expected")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    question: str
    expected: _containers.RepeatedCompositeFieldContainer[ExpectedPassage]
    def __init__(self, question: _Optional[str] = ..., expected: _Optional[_Iterable[_Union[ExpectedPassage, _Mapping]]] = ...) -> None: ...

class EvaluationSettings(_message.Message):
    __slots__ = ("top_k", "hybrid_bm25_weight", "hybrid_fusion", "relevance_threshold", "search_candidates", "reranked_candidates")
    TOP_K_FIELD_NUMBER: _ClassVar[int]
    HYBRID_BM25_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    HYBRID_FUSION_FIELD_NUMBER: _ClassVar[int]
    RELEVANCE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    SEARCH_CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    RERANKED_CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    top_k: int
    hybrid_bm25_weight: float
    hybrid_fusion: str
    relevance_threshold: float
    search_candidates: int
    reranked_candidates: int
    def __init__(self, top_k: _Optional[int] = ..., hybrid_bm25_weight: _Optional[float] = ..., hybrid_fusion: _Optional[str] = ..., relevance_threshold: _Optional[float] = ..., search_candidates: _Optional[int] = ..., reranked_candidates: _Optional[int] = ...) -> None: ...

class EvaluationScores(_message.Message):
    __slots__ = ("mode", "ndcg_at_10", "recall_at_k", "k", "mrr", "milliseconds")
    MODE_FIELD_NUMBER: _ClassVar[int]
    NDCG_AT_10_FIELD_NUMBER: _ClassVar[int]
    RECALL_AT_K_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    MRR_FIELD_NUMBER: _ClassVar[int]
    MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    mode: str
    ndcg_at_10: float
    recall_at_k: float
    k: int
    mrr: float
    milliseconds: float
    def __init__(self, mode: _Optional[str] = ..., ndcg_at_10: _Optional[float] = ..., recall_at_k: _Optional[float] = ..., k: _Optional[int] = ..., mrr: _Optional[float] = ..., milliseconds: _Optional[float] = ...) -> None: ...

class EvaluationAnswer(_message.Message):
    __slots__ = ("question", "mode", "first_right", "ndcg_at_10", "files", "text")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    FIRST_RIGHT_FIELD_NUMBER: _ClassVar[int]
    NDCG_AT_10_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    question: int
    mode: str
    first_right: int
    ndcg_at_10: float
    files: _containers.RepeatedScalarFieldContainer[str]
    text: str
    def __init__(self, question: _Optional[int] = ..., mode: _Optional[str] = ..., first_right: _Optional[int] = ..., ndcg_at_10: _Optional[float] = ..., files: _Optional[_Iterable[str]] = ..., text: _Optional[str] = ...) -> None: ...

class Evaluation(_message.Message):
    __slots__ = ("id", "user_id", "name", "status", "progress", "error", "knowledge_id", "questions", "unmatched", "settings", "scores", "answers", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    user_id: str
    name: str
    status: str
    progress: float
    error: str
    knowledge_id: str
    questions: int
    unmatched: int
    settings: EvaluationSettings
    scores: _containers.RepeatedCompositeFieldContainer[EvaluationScores]
    answers: _containers.RepeatedCompositeFieldContainer[EvaluationAnswer]
    created_at: int
    updated_at: int
    def __init__(self, id: _Optional[str] = ..., user_id: _Optional[str] = ..., name: _Optional[str] = ..., status: _Optional[str] = ..., progress: _Optional[float] = ..., error: _Optional[str] = ..., knowledge_id: _Optional[str] = ..., questions: _Optional[int] = ..., unmatched: _Optional[int] = ..., settings: _Optional[_Union[EvaluationSettings, _Mapping]] = ..., scores: _Optional[_Iterable[_Union[EvaluationScores, _Mapping]]] = ..., answers: _Optional[_Iterable[_Union[EvaluationAnswer, _Mapping]]] = ..., created_at: _Optional[int] = ..., updated_at: _Optional[int] = ...) -> None: ...

class CreateEvaluationRequest(_message.Message):
    __slots__ = ("knowledge_id", "questions", "settings", "name")
    KNOWLEDGE_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    knowledge_id: str
    questions: _containers.RepeatedCompositeFieldContainer[EvaluationQuestion]
    settings: EvaluationSettings
    name: str
    def __init__(self, knowledge_id: _Optional[str] = ..., questions: _Optional[_Iterable[_Union[EvaluationQuestion, _Mapping]]] = ..., settings: _Optional[_Union[EvaluationSettings, _Mapping]] = ..., name: _Optional[str] = ...) -> None: ...

class CreateEvaluationResponse(_message.Message):
    __slots__ = ("evaluation",)
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    evaluation: Evaluation
    def __init__(self, evaluation: _Optional[_Union[Evaluation, _Mapping]] = ...) -> None: ...

class ListEvaluationsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListEvaluationsResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Evaluation]
    def __init__(self, items: _Optional[_Iterable[_Union[Evaluation, _Mapping]]] = ...) -> None: ...

class GetEvaluationRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetEvaluationResponse(_message.Message):
    __slots__ = ("evaluation",)
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    evaluation: Evaluation
    def __init__(self, evaluation: _Optional[_Union[Evaluation, _Mapping]] = ...) -> None: ...

class DeleteEvaluationRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteEvaluationResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: bool
    def __init__(self, deleted: _Optional[bool] = ...) -> None: ...
