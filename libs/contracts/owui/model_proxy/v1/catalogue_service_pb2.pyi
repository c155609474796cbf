from google.api import annotations_pb2 as _annotations_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListModelsRequest(_message.Message):
    __slots__ = ("refresh",)
    REFRESH_FIELD_NUMBER: _ClassVar[int]
    refresh: bool
    def __init__(self, refresh: _Optional[bool] = ...) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    def __init__(self, data: _Optional[bytes] = ...) -> None: ...

class ListBaseModelsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListBaseModelsResponse(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    def __init__(self, data: _Optional[bytes] = ...) -> None: ...

class ListOpenAIModelsRequest(_message.Message):
    __slots__ = ("url_idx",)
    URL_IDX_FIELD_NUMBER: _ClassVar[int]
    url_idx: int
    def __init__(self, url_idx: _Optional[int] = ...) -> None: ...

class ListOpenAIModelsResponse(_message.Message):
    __slots__ = ("object", "data")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    object: str
    data: bytes
    def __init__(self, object: _Optional[str] = ..., data: _Optional[bytes] = ...) -> None: ...

class ListOllamaTagsRequest(_message.Message):
    __slots__ = ("url_idx",)
    URL_IDX_FIELD_NUMBER: _ClassVar[int]
    url_idx: int
    def __init__(self, url_idx: _Optional[int] = ...) -> None: ...

class ListOllamaTagsResponse(_message.Message):
    __slots__ = ("models",)
    MODELS_FIELD_NUMBER: _ClassVar[int]
    models: bytes
    def __init__(self, models: _Optional[bytes] = ...) -> None: ...

class ListOllamaOpenAIModelsRequest(_message.Message):
    __slots__ = ("url_idx",)
    URL_IDX_FIELD_NUMBER: _ClassVar[int]
    url_idx: int
    def __init__(self, url_idx: _Optional[int] = ...) -> None: ...

class ListOllamaOpenAIModelsResponse(_message.Message):
    __slots__ = ("object", "data")
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    object: str
    data: bytes
    def __init__(self, object: _Optional[str] = ..., data: _Optional[bytes] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetModelResponse(_message.Message):
    __slots__ = ("id", "name", "owned_by", "connection_type", "base_id", "model", "params", "knowledge")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    OWNED_BY_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_TYPE_FIELD_NUMBER: _ClassVar[int]
    BASE_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    owned_by: str
    connection_type: str
    base_id: str
    model: bytes
    params: bytes
    knowledge: _containers.RepeatedCompositeFieldContainer[AttachedKnowledge]
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., owned_by: _Optional[str] = ..., connection_type: _Optional[str] = ..., base_id: _Optional[str] = ..., model: _Optional[bytes] = ..., params: _Optional[bytes] = ..., knowledge: _Optional[_Iterable[_Union[AttachedKnowledge, _Mapping]]] = ...) -> None: ...

class AttachedKnowledge(_message.Message):
    __slots__ = ("lender_id", "items")
    LENDER_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    lender_id: str
    items: bytes
    def __init__(self, lender_id: _Optional[str] = ..., items: _Optional[bytes] = ...) -> None: ...

class GetModelOrderRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetModelOrderResponse(_message.Message):
    __slots__ = ("model_ids",)
    MODEL_IDS_FIELD_NUMBER: _ClassVar[int]
    model_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, model_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class SetModelOrderRequest(_message.Message):
    __slots__ = ("model_ids",)
    MODEL_IDS_FIELD_NUMBER: _ClassVar[int]
    model_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, model_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class SetModelOrderResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
