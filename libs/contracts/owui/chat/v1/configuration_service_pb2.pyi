from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PromptSuggestion(_message.Message):
    __slots__ = ("title", "content")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    title: _containers.RepeatedScalarFieldContainer[str]
    content: str
    def __init__(self, title: _Optional[_Iterable[str]] = ..., content: _Optional[str] = ...) -> None: ...

class Banner(_message.Message):
    __slots__ = ("id", "type", "title", "content", "dismissible", "timestamp")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    DISMISSIBLE_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: str
    title: str
    content: str
    dismissible: bool
    timestamp: int
    def __init__(self, id: _Optional[str] = ..., type: _Optional[str] = ..., title: _Optional[str] = ..., content: _Optional[str] = ..., dismissible: _Optional[bool] = ..., timestamp: _Optional[int] = ...) -> None: ...

class GetPublicConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPublicConfigResponse(_message.Message):
    __slots__ = ("default_models", "default_pinned_models", "default_prompt_suggestions", "enable_folders", "enable_channels", "enable_notes", "enable_code_execution", "enable_code_interpreter", "enable_autocomplete_generation", "enable_community_sharing", "enable_message_rating", "enable_admin_export", "enable_admin_chat_access")
    DEFAULT_MODELS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PINNED_MODELS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PROMPT_SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_FOLDERS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_NOTES_FIELD_NUMBER: _ClassVar[int]
    ENABLE_CODE_EXECUTION_FIELD_NUMBER: _ClassVar[int]
    ENABLE_CODE_INTERPRETER_FIELD_NUMBER: _ClassVar[int]
    ENABLE_AUTOCOMPLETE_GENERATION_FIELD_NUMBER: _ClassVar[int]
    ENABLE_COMMUNITY_SHARING_FIELD_NUMBER: _ClassVar[int]
    ENABLE_MESSAGE_RATING_FIELD_NUMBER: _ClassVar[int]
    ENABLE_ADMIN_EXPORT_FIELD_NUMBER: _ClassVar[int]
    ENABLE_ADMIN_CHAT_ACCESS_FIELD_NUMBER: _ClassVar[int]
    default_models: str
    default_pinned_models: str
    default_prompt_suggestions: _containers.RepeatedCompositeFieldContainer[PromptSuggestion]
    enable_folders: bool
    enable_channels: bool
    enable_notes: bool
    enable_code_execution: bool
    enable_code_interpreter: bool
    enable_autocomplete_generation: bool
    enable_community_sharing: bool
    enable_message_rating: bool
    enable_admin_export: bool
    enable_admin_chat_access: bool
    def __init__(self, default_models: _Optional[str] = ..., default_pinned_models: _Optional[str] = ..., default_prompt_suggestions: _Optional[_Iterable[_Union[PromptSuggestion, _Mapping]]] = ..., enable_folders: _Optional[bool] = ..., enable_channels: _Optional[bool] = ..., enable_notes: _Optional[bool] = ..., enable_code_execution: _Optional[bool] = ..., enable_code_interpreter: _Optional[bool] = ..., enable_autocomplete_generation: _Optional[bool] = ..., enable_community_sharing: _Optional[bool] = ..., enable_message_rating: _Optional[bool] = ..., enable_admin_export: _Optional[bool] = ..., enable_admin_chat_access: _Optional[bool] = ...) -> None: ...

class GetModelsConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetModelsConfigResponse(_message.Message):
    __slots__ = ("default_models", "default_pinned_models", "model_order_list")
    DEFAULT_MODELS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PINNED_MODELS_FIELD_NUMBER: _ClassVar[int]
    MODEL_ORDER_LIST_FIELD_NUMBER: _ClassVar[int]
    default_models: str
    default_pinned_models: str
    model_order_list: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, default_models: _Optional[str] = ..., default_pinned_models: _Optional[str] = ..., model_order_list: _Optional[_Iterable[str]] = ...) -> None: ...

class SetModelsConfigRequest(_message.Message):
    __slots__ = ("default_models", "default_pinned_models", "model_order_list")
    DEFAULT_MODELS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PINNED_MODELS_FIELD_NUMBER: _ClassVar[int]
    MODEL_ORDER_LIST_FIELD_NUMBER: _ClassVar[int]
    default_models: str
    default_pinned_models: str
    model_order_list: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, default_models: _Optional[str] = ..., default_pinned_models: _Optional[str] = ..., model_order_list: _Optional[_Iterable[str]] = ...) -> None: ...

class SetModelsConfigResponse(_message.Message):
    __slots__ = ("default_models", "default_pinned_models", "model_order_list")
    DEFAULT_MODELS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_PINNED_MODELS_FIELD_NUMBER: _ClassVar[int]
    MODEL_ORDER_LIST_FIELD_NUMBER: _ClassVar[int]
    default_models: str
    default_pinned_models: str
    model_order_list: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, default_models: _Optional[str] = ..., default_pinned_models: _Optional[str] = ..., model_order_list: _Optional[_Iterable[str]] = ...) -> None: ...

class SetSuggestionsRequest(_message.Message):
    __slots__ = ("suggestions",)
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    suggestions: _containers.RepeatedCompositeFieldContainer[PromptSuggestion]
    def __init__(self, suggestions: _Optional[_Iterable[_Union[PromptSuggestion, _Mapping]]] = ...) -> None: ...

class SetSuggestionsResponse(_message.Message):
    __slots__ = ("suggestions",)
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    suggestions: _containers.RepeatedCompositeFieldContainer[PromptSuggestion]
    def __init__(self, suggestions: _Optional[_Iterable[_Union[PromptSuggestion, _Mapping]]] = ...) -> None: ...

class GetBannersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetBannersResponse(_message.Message):
    __slots__ = ("banners",)
    BANNERS_FIELD_NUMBER: _ClassVar[int]
    banners: _containers.RepeatedCompositeFieldContainer[Banner]
    def __init__(self, banners: _Optional[_Iterable[_Union[Banner, _Mapping]]] = ...) -> None: ...

class SetBannersRequest(_message.Message):
    __slots__ = ("banners",)
    BANNERS_FIELD_NUMBER: _ClassVar[int]
    banners: _containers.RepeatedCompositeFieldContainer[Banner]
    def __init__(self, banners: _Optional[_Iterable[_Union[Banner, _Mapping]]] = ...) -> None: ...

class SetBannersResponse(_message.Message):
    __slots__ = ("banners",)
    BANNERS_FIELD_NUMBER: _ClassVar[int]
    banners: _containers.RepeatedCompositeFieldContainer[Banner]
    def __init__(self, banners: _Optional[_Iterable[_Union[Banner, _Mapping]]] = ...) -> None: ...
