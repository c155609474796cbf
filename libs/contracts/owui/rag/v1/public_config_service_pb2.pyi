from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class GetPublicConfigRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPublicConfigResponse(_message.Message):
    __slots__ = ("max_size", "max_count", "image_compression_width", "image_compression_height", "enable_web_search")
    MAX_SIZE_FIELD_NUMBER: _ClassVar[int]
    MAX_COUNT_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COMPRESSION_WIDTH_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COMPRESSION_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ENABLE_WEB_SEARCH_FIELD_NUMBER: _ClassVar[int]
    max_size: int
    max_count: int
    image_compression_width: int
    image_compression_height: int
    enable_web_search: bool
    def __init__(self, max_size: _Optional[int] = ..., max_count: _Optional[int] = ..., image_compression_width: _Optional[int] = ..., image_compression_height: _Optional[int] = ..., enable_web_search: _Optional[bool] = ...) -> None: ...
