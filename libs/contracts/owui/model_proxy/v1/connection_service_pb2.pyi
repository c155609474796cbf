from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetOpenAIConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetOpenAIConfigResponse(_message.Message):
    __slots__ = ("enable_openai_api", "openai_api_base_urls", "openai_api_keys", "openai_api_configs")
    ENABLE_OPENAI_API_FIELD_NUMBER: _ClassVar[int]
    OPENAI_API_BASE_URLS_FIELD_NUMBER: _ClassVar[int]
    OPENAI_API_KEYS_FIELD_NUMBER: _ClassVar[int]
    OPENAI_API_CONFIGS_FIELD_NUMBER: _ClassVar[int]
    enable_openai_api: bool
    openai_api_base_urls: _containers.RepeatedScalarFieldContainer[str]
    openai_api_keys: _containers.RepeatedScalarFieldContainer[str]
    openai_api_configs: bytes
    def __init__(self, enable_openai_api: _Optional[bool] = ..., openai_api_base_urls: _Optional[_Iterable[str]] = ..., openai_api_keys: _Optional[_Iterable[str]] = ..., openai_api_configs: _Optional[bytes] = ...) -> None: ...

class UpdateOpenAIConfigRequest(_message.Message):
    __slots__ = ("enable_openai_api", "openai_api_base_urls", "openai_api_keys", "openai_api_configs")
    ENABLE_OPENAI_API_FIELD_NUMBER: _ClassVar[int]
    OPENAI_API_BASE_URLS_FIELD_NUMBER: _ClassVar[int]
    OPENAI_API_KEYS_FIELD_NUMBER: _ClassVar[int]
    OPENAI_API_CONFIGS_FIELD_NUMBER: _ClassVar[int]
    enable_openai_api: bool
    openai_api_base_urls: _containers.RepeatedScalarFieldContainer[str]
    openai_api_keys: _containers.RepeatedScalarFieldContainer[str]
    openai_api_configs: bytes
    def __init__(self, enable_openai_api: _Optional[bool] = ..., openai_api_base_urls: _Optional[_Iterable[str]] = ..., openai_api_keys: _Optional[_Iterable[str]] = ..., openai_api_configs: _Optional[bytes] = ...) -> None: ...

class UpdateOpenAIConfigResponse(_message.Message):
    __slots__ = ("enable_openai_api", "openai_api_base_urls", "openai_api_keys", "openai_api_configs")
    ENABLE_OPENAI_API_FIELD_NUMBER: _ClassVar[int]
    OPENAI_API_BASE_URLS_FIELD_NUMBER: _ClassVar[int]
    OPENAI_API_KEYS_FIELD_NUMBER: _ClassVar[int]
    OPENAI_API_CONFIGS_FIELD_NUMBER: _ClassVar[int]
    enable_openai_api: bool
    openai_api_base_urls: _containers.RepeatedScalarFieldContainer[str]
    openai_api_keys: _containers.RepeatedScalarFieldContainer[str]
    openai_api_configs: bytes
    def __init__(self, enable_openai_api: _Optional[bool] = ..., openai_api_base_urls: _Optional[_Iterable[str]] = ..., openai_api_keys: _Optional[_Iterable[str]] = ..., openai_api_configs: _Optional[bytes] = ...) -> None: ...

class VerifyOpenAIConnectionRequest(_message.Message):
    __slots__ = ("url", "key", "config")
    URL_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    url: str
    key: str
    config: bytes
    def __init__(self, url: _Optional[str] = ..., key: _Optional[str] = ..., config: _Optional[bytes] = ...) -> None: ...

class VerifyOpenAIConnectionResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: bytes
    def __init__(self, answer: _Optional[bytes] = ...) -> None: ...

class GetOllamaConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetOllamaConfigResponse(_message.Message):
    __slots__ = ("enable_ollama_api", "ollama_base_urls", "ollama_api_configs")
    ENABLE_OLLAMA_API_FIELD_NUMBER: _ClassVar[int]
    OLLAMA_BASE_URLS_FIELD_NUMBER: _ClassVar[int]
    OLLAMA_API_CONFIGS_FIELD_NUMBER: _ClassVar[int]
    enable_ollama_api: bool
    ollama_base_urls: _containers.RepeatedScalarFieldContainer[str]
    ollama_api_configs: bytes
    def __init__(self, enable_ollama_api: _Optional[bool] = ..., ollama_base_urls: _Optional[_Iterable[str]] = ..., ollama_api_configs: _Optional[bytes] = ...) -> None: ...

class UpdateOllamaConfigRequest(_message.Message):
    __slots__ = ("enable_ollama_api", "ollama_base_urls", "ollama_api_configs")
    ENABLE_OLLAMA_API_FIELD_NUMBER: _ClassVar[int]
    OLLAMA_BASE_URLS_FIELD_NUMBER: _ClassVar[int]
    OLLAMA_API_CONFIGS_FIELD_NUMBER: _ClassVar[int]
    enable_ollama_api: bool
    ollama_base_urls: _containers.RepeatedScalarFieldContainer[str]
    ollama_api_configs: bytes
    def __init__(self, enable_ollama_api: _Optional[bool] = ..., ollama_base_urls: _Optional[_Iterable[str]] = ..., ollama_api_configs: _Optional[bytes] = ...) -> None: ...

class UpdateOllamaConfigResponse(_message.Message):
    __slots__ = ("enable_ollama_api", "ollama_base_urls", "ollama_api_configs")
    ENABLE_OLLAMA_API_FIELD_NUMBER: _ClassVar[int]
    OLLAMA_BASE_URLS_FIELD_NUMBER: _ClassVar[int]
    OLLAMA_API_CONFIGS_FIELD_NUMBER: _ClassVar[int]
    enable_ollama_api: bool
    ollama_base_urls: _containers.RepeatedScalarFieldContainer[str]
    ollama_api_configs: bytes
    def __init__(self, enable_ollama_api: _Optional[bool] = ..., ollama_base_urls: _Optional[_Iterable[str]] = ..., ollama_api_configs: _Optional[bytes] = ...) -> None: ...

class VerifyOllamaConnectionRequest(_message.Message):
    __slots__ = ("url", "key")
    URL_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    url: str
    key: str
    def __init__(self, url: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class VerifyOllamaConnectionResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: bytes
    def __init__(self, answer: _Optional[bytes] = ...) -> None: ...

class ListConnectionStatusesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListConnectionStatusesResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[ConnectionStatus]
    def __init__(self, items: _Optional[_Iterable[_Union[ConnectionStatus, _Mapping]]] = ...) -> None: ...

class ConnectionStatus(_message.Message):
    __slots__ = ("kind", "url_idx", "url", "enabled", "ok", "error", "model_count", "checked_at")
    KIND_FIELD_NUMBER: _ClassVar[int]
    URL_IDX_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    OK_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    MODEL_COUNT_FIELD_NUMBER: _ClassVar[int]
    CHECKED_AT_FIELD_NUMBER: _ClassVar[int]
    kind: str
    url_idx: int
    url: str
    enabled: bool
    ok: bool
    error: str
    model_count: int
    checked_at: int
    def __init__(self, kind: _Optional[str] = ..., url_idx: _Optional[int] = ..., url: _Optional[str] = ..., enabled: _Optional[bool] = ..., ok: _Optional[bool] = ..., error: _Optional[str] = ..., model_count: _Optional[int] = ..., checked_at: _Optional[int] = ...) -> None: ...
