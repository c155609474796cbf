from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetPublicConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPublicConfigResponse(_message.Message):
    __slots__ = ("max_size", "max_count", "image_compression_width", "image_compression_height", "enable_web_search", "google_drive", "onedrive")
    MAX_SIZE_FIELD_NUMBER: _ClassVar[int]
    MAX_COUNT_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COMPRESSION_WIDTH_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COMPRESSION_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ENABLE_WEB_SEARCH_FIELD_NUMBER: _ClassVar[int]
    GOOGLE_DRIVE_FIELD_NUMBER: _ClassVar[int]
    ONEDRIVE_FIELD_NUMBER: _ClassVar[int]
    max_size: int
    max_count: int
    image_compression_width: int
    image_compression_height: int
    enable_web_search: bool
    google_drive: GoogleDriveConfig
    onedrive: OneDriveConfig
    def __init__(self, max_size: _Optional[int] = ..., max_count: _Optional[int] = ..., image_compression_width: _Optional[int] = ..., image_compression_height: _Optional[int] = ..., enable_web_search: _Optional[bool] = ..., google_drive: _Optional[_Union[GoogleDriveConfig, _Mapping]] = ..., onedrive: _Optional[_Union[OneDriveConfig, _Mapping]] = ...) -> None: ...

class GoogleDriveConfig(_message.Message):
    __slots__ = ("client_id", "api_key")
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    API_KEY_FIELD_NUMBER: _ClassVar[int]
    client_id: str
    api_key: str
    def __init__(self, client_id: _Optional[str] = ..., api_key: _Optional[str] = ...) -> None: ...

class OneDriveConfig(_message.Message):
    __slots__ = ("personal", "business", "client_id_personal", "client_id_business", "sharepoint_url", "sharepoint_tenant_id")
    PERSONAL_FIELD_NUMBER: _ClassVar[int]
    BUSINESS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_PERSONAL_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_BUSINESS_FIELD_NUMBER: _ClassVar[int]
    SHAREPOINT_URL_FIELD_NUMBER: _ClassVar[int]
    SHAREPOINT_TENANT_ID_FIELD_NUMBER: _ClassVar[int]
    personal: bool
    business: bool
    client_id_personal: str
    client_id_business: str
    sharepoint_url: str
    sharepoint_tenant_id: str
    def __init__(self, personal: _Optional[bool] = ..., business: _Optional[bool] = ..., client_id_personal: _Optional[str] = ..., client_id_business: _Optional[str] = ..., sharepoint_url: _Optional[str] = ..., sharepoint_tenant_id: _Optional[str] = ...) -> None: ...
