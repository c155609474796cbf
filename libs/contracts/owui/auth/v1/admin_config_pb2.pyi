from google.api import field_behavior_pb2 as _field_behavior_pb2
from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class AdminConfig(_message.Message):
    __slots__ = ("show_admin_details", "webui_url", "enable_signup", "enable_api_keys", "enable_api_keys_endpoint_restrictions", "api_keys_allowed_endpoints", "default_user_role", "default_group_id", "jwt_expires_in", "enable_community_sharing", "enable_message_rating", "enable_folders", "enable_channels", "enable_notes", "enable_user_webhooks", "pending_user_overlay_title", "pending_user_overlay_content", "response_watermark")
    SHOW_ADMIN_DETAILS_FIELD_NUMBER: _ClassVar[int]
    WEBUI_URL_FIELD_NUMBER: _ClassVar[int]
    ENABLE_SIGNUP_FIELD_NUMBER: _ClassVar[int]
    ENABLE_API_KEYS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS_FIELD_NUMBER: _ClassVar[int]
    API_KEYS_ALLOWED_ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_USER_ROLE_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_GROUP_ID_FIELD_NUMBER: _ClassVar[int]
    JWT_EXPIRES_IN_FIELD_NUMBER: _ClassVar[int]
    ENABLE_COMMUNITY_SHARING_FIELD_NUMBER: _ClassVar[int]
    ENABLE_MESSAGE_RATING_FIELD_NUMBER: _ClassVar[int]
    ENABLE_FOLDERS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_NOTES_FIELD_NUMBER: _ClassVar[int]
    ENABLE_USER_WEBHOOKS_FIELD_NUMBER: _ClassVar[int]
    PENDING_USER_OVERLAY_TITLE_FIELD_NUMBER: _ClassVar[int]
    PENDING_USER_OVERLAY_CONTENT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_WATERMARK_FIELD_NUMBER: _ClassVar[int]
    show_admin_details: bool
    webui_url: str
    enable_signup: bool
    enable_api_keys: bool
    enable_api_keys_endpoint_restrictions: bool
    api_keys_allowed_endpoints: str
    default_user_role: str
    default_group_id: str
    jwt_expires_in: str
    enable_community_sharing: bool
    enable_message_rating: bool
    enable_folders: bool
    enable_channels: bool
    enable_notes: bool
    enable_user_webhooks: bool
    pending_user_overlay_title: str
    pending_user_overlay_content: str
    response_watermark: str
    def __init__(self, show_admin_details: _Optional[bool] = ..., webui_url: _Optional[str] = ..., enable_signup: _Optional[bool] = ..., enable_api_keys: _Optional[bool] = ..., enable_api_keys_endpoint_restrictions: _Optional[bool] = ..., api_keys_allowed_endpoints: _Optional[str] = ..., default_user_role: _Optional[str] = ..., default_group_id: _Optional[str] = ..., jwt_expires_in: _Optional[str] = ..., enable_community_sharing: _Optional[bool] = ..., enable_message_rating: _Optional[bool] = ..., enable_folders: _Optional[bool] = ..., enable_channels: _Optional[bool] = ..., enable_notes: _Optional[bool] = ..., enable_user_webhooks: _Optional[bool] = ..., pending_user_overlay_title: _Optional[str] = ..., pending_user_overlay_content: _Optional[str] = ..., response_watermark: _Optional[str] = ...) -> None: ...
