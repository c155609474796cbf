from owui.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class User(_message.Message):
    __slots__ = ("id", "email", "username", "role", "name", "profile_image_url", "profile_banner_image_url", "bio", "gender", "date_of_birth", "timezone", "presence_state", "status_emoji", "status_message", "status_expires_at", "info", "settings", "oauth", "last_active_at", "updated_at", "created_at", "group_ids")
    ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROFILE_IMAGE_URL_FIELD_NUMBER: _ClassVar[int]
    PROFILE_BANNER_IMAGE_URL_FIELD_NUMBER: _ClassVar[int]
    BIO_FIELD_NUMBER: _ClassVar[int]
    GENDER_FIELD_NUMBER: _ClassVar[int]
    DATE_OF_BIRTH_FIELD_NUMBER: _ClassVar[int]
    TIMEZONE_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_STATE_FIELD_NUMBER: _ClassVar[int]
    STATUS_EMOJI_FIELD_NUMBER: _ClassVar[int]
    STATUS_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    INFO_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    OAUTH_FIELD_NUMBER: _ClassVar[int]
    LAST_ACTIVE_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    GROUP_IDS_FIELD_NUMBER: _ClassVar[int]
    id: str
    email: str
    username: str
    role: str
    name: str
    profile_image_url: str
    profile_banner_image_url: str
    bio: str
    gender: str
    date_of_birth: str
    timezone: str
    presence_state: str
    status_emoji: str
    status_message: str
    status_expires_at: int
    info: bytes
    settings: bytes
    oauth: bytes
    last_active_at: int
    updated_at: int
    created_at: int
    group_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., email: _Optional[str] = ..., username: _Optional[str] = ..., role: _Optional[str] = ..., name: _Optional[str] = ..., profile_image_url: _Optional[str] = ..., profile_banner_image_url: _Optional[str] = ..., bio: _Optional[str] = ..., gender: _Optional[str] = ..., date_of_birth: _Optional[str] = ..., timezone: _Optional[str] = ..., presence_state: _Optional[str] = ..., status_emoji: _Optional[str] = ..., status_message: _Optional[str] = ..., status_expires_at: _Optional[int] = ..., info: _Optional[bytes] = ..., settings: _Optional[bytes] = ..., oauth: _Optional[bytes] = ..., last_active_at: _Optional[int] = ..., updated_at: _Optional[int] = ..., created_at: _Optional[int] = ..., group_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class UserInfo(_message.Message):
    __slots__ = ("id", "name", "email", "role", "status_emoji", "status_message", "status_expires_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_EMOJI_FIELD_NUMBER: _ClassVar[int]
    STATUS_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    email: str
    role: str
    status_emoji: str
    status_message: str
    status_expires_at: int
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., email: _Optional[str] = ..., role: _Optional[str] = ..., status_emoji: _Optional[str] = ..., status_message: _Optional[str] = ..., status_expires_at: _Optional[int] = ...) -> None: ...

class UserCard(_message.Message):
    __slots__ = ("id", "name", "profile_image_url", "is_active", "groups", "status_emoji", "status_message", "status_expires_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROFILE_IMAGE_URL_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    STATUS_EMOJI_FIELD_NUMBER: _ClassVar[int]
    STATUS_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    profile_image_url: str
    is_active: bool
    groups: _containers.RepeatedCompositeFieldContainer[UserCardGroup]
    status_emoji: str
    status_message: str
    status_expires_at: int
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., profile_image_url: _Optional[str] = ..., is_active: _Optional[bool] = ..., groups: _Optional[_Iterable[_Union[UserCardGroup, _Mapping]]] = ..., status_emoji: _Optional[str] = ..., status_message: _Optional[str] = ..., status_expires_at: _Optional[int] = ...) -> None: ...

class UserCardGroup(_message.Message):
    __slots__ = ("id", "name")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...
