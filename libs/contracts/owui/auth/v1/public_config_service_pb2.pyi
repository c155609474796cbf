from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetPublicConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPublicConfigResponse(_message.Message):
    __slots__ = ("onboarding", "auth", "auth_trusted_header", "enable_signup_password_confirmation", "enable_ldap", "enable_api_keys", "enable_signup", "enable_login_form", "enable_public_active_users_count", "password_min_length", "signed_in", "pending_overlay")
    ONBOARDING_FIELD_NUMBER: _ClassVar[int]
    AUTH_FIELD_NUMBER: _ClassVar[int]
    AUTH_TRUSTED_HEADER_FIELD_NUMBER: _ClassVar[int]
    ENABLE_SIGNUP_PASSWORD_CONFIRMATION_FIELD_NUMBER: _ClassVar[int]
    ENABLE_LDAP_FIELD_NUMBER: _ClassVar[int]
    ENABLE_API_KEYS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_SIGNUP_FIELD_NUMBER: _ClassVar[int]
    ENABLE_LOGIN_FORM_FIELD_NUMBER: _ClassVar[int]
    ENABLE_PUBLIC_ACTIVE_USERS_COUNT_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_MIN_LENGTH_FIELD_NUMBER: _ClassVar[int]
    SIGNED_IN_FIELD_NUMBER: _ClassVar[int]
    PENDING_OVERLAY_FIELD_NUMBER: _ClassVar[int]
    onboarding: bool
    auth: bool
    auth_trusted_header: bool
    enable_signup_password_confirmation: bool
    enable_ldap: bool
    enable_api_keys: bool
    enable_signup: bool
    enable_login_form: bool
    enable_public_active_users_count: bool
    password_min_length: int
    signed_in: SignedInConfig
    pending_overlay: PendingOverlay
    def __init__(self, onboarding: _Optional[bool] = ..., auth: _Optional[bool] = ..., auth_trusted_header: _Optional[bool] = ..., enable_signup_password_confirmation: _Optional[bool] = ..., enable_ldap: _Optional[bool] = ..., enable_api_keys: _Optional[bool] = ..., enable_signup: _Optional[bool] = ..., enable_login_form: _Optional[bool] = ..., enable_public_active_users_count: _Optional[bool] = ..., password_min_length: _Optional[int] = ..., signed_in: _Optional[_Union[SignedInConfig, _Mapping]] = ..., pending_overlay: _Optional[_Union[PendingOverlay, _Mapping]] = ...) -> None: ...

class SignedInConfig(_message.Message):
    __slots__ = ("user_count", "permissions", "default_user_role", "enable_folders", "enable_channels", "enable_notes", "enable_community_sharing", "enable_message_rating", "enable_user_webhooks", "response_watermark", "active_entries", "active_user_count")
    USER_COUNT_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_USER_ROLE_FIELD_NUMBER: _ClassVar[int]
    ENABLE_FOLDERS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    ENABLE_NOTES_FIELD_NUMBER: _ClassVar[int]
    ENABLE_COMMUNITY_SHARING_FIELD_NUMBER: _ClassVar[int]
    ENABLE_MESSAGE_RATING_FIELD_NUMBER: _ClassVar[int]
    ENABLE_USER_WEBHOOKS_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_WATERMARK_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_USER_COUNT_FIELD_NUMBER: _ClassVar[int]
    user_count: int
    permissions: bytes
    default_user_role: str
    enable_folders: bool
    enable_channels: bool
    enable_notes: bool
    enable_community_sharing: bool
    enable_message_rating: bool
    enable_user_webhooks: bool
    response_watermark: str
    active_entries: int
    active_user_count: int
    def __init__(self, user_count: _Optional[int] = ..., permissions: _Optional[bytes] = ..., default_user_role: _Optional[str] = ..., enable_folders: _Optional[bool] = ..., enable_channels: _Optional[bool] = ..., enable_notes: _Optional[bool] = ..., enable_community_sharing: _Optional[bool] = ..., enable_message_rating: _Optional[bool] = ..., enable_user_webhooks: _Optional[bool] = ..., response_watermark: _Optional[str] = ..., active_entries: _Optional[int] = ..., active_user_count: _Optional[int] = ...) -> None: ...

class PendingOverlay(_message.Message):
    __slots__ = ("title", "content")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    title: str
    content: str
    def __init__(self, title: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...
