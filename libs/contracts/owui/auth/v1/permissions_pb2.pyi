from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UserPermissions(_message.Message):
    __slots__ = ("workspace", "sharing", "chat", "features")
    WORKSPACE_FIELD_NUMBER: _ClassVar[int]
    SHARING_FIELD_NUMBER: _ClassVar[int]
    CHAT_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    workspace: WorkspacePermissions
    sharing: SharingPermissions
    chat: ChatPermissions
    features: FeaturesPermissions
    def __init__(self, workspace: _Optional[_Union[WorkspacePermissions, _Mapping]] = ..., sharing: _Optional[_Union[SharingPermissions, _Mapping]] = ..., chat: _Optional[_Union[ChatPermissions, _Mapping]] = ..., features: _Optional[_Union[FeaturesPermissions, _Mapping]] = ...) -> None: ...

class WorkspacePermissions(_message.Message):
    __slots__ = ("models", "knowledge", "prompts", "tools", "models_import", "models_export", "prompts_import", "prompts_export", "tools_import", "tools_export")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    MODELS_IMPORT_FIELD_NUMBER: _ClassVar[int]
    MODELS_EXPORT_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_IMPORT_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_EXPORT_FIELD_NUMBER: _ClassVar[int]
    TOOLS_IMPORT_FIELD_NUMBER: _ClassVar[int]
    TOOLS_EXPORT_FIELD_NUMBER: _ClassVar[int]
    models: bool
    knowledge: bool
    prompts: bool
    tools: bool
    models_import: bool
    models_export: bool
    prompts_import: bool
    prompts_export: bool
    tools_import: bool
    tools_export: bool
    def __init__(self, models: _Optional[bool] = ..., knowledge: _Optional[bool] = ..., prompts: _Optional[bool] = ..., tools: _Optional[bool] = ..., models_import: _Optional[bool] = ..., models_export: _Optional[bool] = ..., prompts_import: _Optional[bool] = ..., prompts_export: _Optional[bool] = ..., tools_import: _Optional[bool] = ..., tools_export: _Optional[bool] = ...) -> None: ...

class SharingPermissions(_message.Message):
    __slots__ = ("models", "public_models", "knowledge", "public_knowledge", "prompts", "public_prompts", "tools", "public_tools", "notes", "public_notes")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_MODELS_FIELD_NUMBER: _ClassVar[int]
    KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_PROMPTS_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_TOOLS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_NOTES_FIELD_NUMBER: _ClassVar[int]
    models: bool
    public_models: bool
    knowledge: bool
    public_knowledge: bool
    prompts: bool
    public_prompts: bool
    tools: bool
    public_tools: bool
    notes: bool
    public_notes: bool
    def __init__(self, models: _Optional[bool] = ..., public_models: _Optional[bool] = ..., knowledge: _Optional[bool] = ..., public_knowledge: _Optional[bool] = ..., prompts: _Optional[bool] = ..., public_prompts: _Optional[bool] = ..., tools: _Optional[bool] = ..., public_tools: _Optional[bool] = ..., notes: _Optional[bool] = ..., public_notes: _Optional[bool] = ...) -> None: ...

class ChatPermissions(_message.Message):
    __slots__ = ("controls", "valves", "system_prompt", "params", "file_upload", "delete", "delete_message", "continue_response", "regenerate_response", "rate_response", "edit", "share", "export", "stt", "tts", "call", "multiple_models", "temporary", "temporary_enforced")
    CONTROLS_FIELD_NUMBER: _ClassVar[int]
    VALVES_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_PROMPT_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    FILE_UPLOAD_FIELD_NUMBER: _ClassVar[int]
    DELETE_FIELD_NUMBER: _ClassVar[int]
    DELETE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    CONTINUE_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    REGENERATE_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    RATE_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    EDIT_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    EXPORT_FIELD_NUMBER: _ClassVar[int]
    STT_FIELD_NUMBER: _ClassVar[int]
    TTS_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    MULTIPLE_MODELS_FIELD_NUMBER: _ClassVar[int]
    TEMPORARY_FIELD_NUMBER: _ClassVar[int]
    TEMPORARY_ENFORCED_FIELD_NUMBER: _ClassVar[int]
    controls: bool
    valves: bool
    system_prompt: bool
    params: bool
    file_upload: bool
    delete: bool
    delete_message: bool
    continue_response: bool
    regenerate_response: bool
    rate_response: bool
    edit: bool
    share: bool
    export: bool
    stt: bool
    tts: bool
    call: bool
    multiple_models: bool
    temporary: bool
    temporary_enforced: bool
    def __init__(self, controls: _Optional[bool] = ..., valves: _Optional[bool] = ..., system_prompt: _Optional[bool] = ..., params: _Optional[bool] = ..., file_upload: _Optional[bool] = ..., delete: _Optional[bool] = ..., delete_message: _Optional[bool] = ..., continue_response: _Optional[bool] = ..., regenerate_response: _Optional[bool] = ..., rate_response: _Optional[bool] = ..., edit: _Optional[bool] = ..., share: _Optional[bool] = ..., export: _Optional[bool] = ..., stt: _Optional[bool] = ..., tts: _Optional[bool] = ..., call: _Optional[bool] = ..., multiple_models: _Optional[bool] = ..., temporary: _Optional[bool] = ..., temporary_enforced: _Optional[bool] = ...) -> None: ...

class FeaturesPermissions(_message.Message):
    __slots__ = ("api_keys", "notes", "channels", "folders", "direct_tool_servers", "web_search", "image_generation", "code_interpreter")
    API_KEYS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    FOLDERS_FIELD_NUMBER: _ClassVar[int]
    DIRECT_TOOL_SERVERS_FIELD_NUMBER: _ClassVar[int]
    WEB_SEARCH_FIELD_NUMBER: _ClassVar[int]
    IMAGE_GENERATION_FIELD_NUMBER: _ClassVar[int]
    CODE_INTERPRETER_FIELD_NUMBER: _ClassVar[int]
    api_keys: bool
    notes: bool
    channels: bool
    folders: bool
    direct_tool_servers: bool
    web_search: bool
    image_generation: bool
    code_interpreter: bool
    def __init__(self, api_keys: _Optional[bool] = ..., notes: _Optional[bool] = ..., channels: _Optional[bool] = ..., folders: _Optional[bool] = ..., direct_tool_servers: _Optional[bool] = ..., web_search: _Optional[bool] = ..., image_generation: _Optional[bool] = ..., code_interpreter: _Optional[bool] = ...) -> None: ...
