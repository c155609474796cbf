"""Serves owui.rag.v1.PublicConfigService."""

from typing import Any, Protocol

import owui.rag.v1.public_config_service_pb2 as pb
from owui.rag.v1.public_config_service_pb2_grpc import PublicConfigServiceServicer


class PublicValues(Protocol):
    """The settings that everybody may know."""

    @property
    def file_max_size(self) -> int | None:
        """Size of a file in MiB, at most."""

    @property
    def file_max_count(self) -> int | None:
        """Files in one message, at most."""

    @property
    def image_compression_width(self) -> int | None:
        """Width in pixels to which clients shrink pictures."""

    @property
    def image_compression_height(self) -> int | None:
        """Height in pixels to which clients shrink pictures."""

    @property
    def enable_web_search(self) -> bool:
        """Whether chats may search the web."""


class PublicConfigServicer(PublicConfigServiceServicer):
    """What rag tells the user interface."""

    def __init__(self, live: PublicValues) -> None:
        self._live = live

    async def GetPublicConfig(
        self, _request: pb.GetPublicConfigRequest, _: Any
    ) -> pb.GetPublicConfigResponse:
        """Return rag's part of the configuration; a limit of 0 is none."""
        live = self._live
        return pb.GetPublicConfigResponse(
            max_size=live.file_max_size or None,
            max_count=live.file_max_count or None,
            image_compression_width=live.image_compression_width or None,
            image_compression_height=live.image_compression_height or None,
            enable_web_search=live.enable_web_search,
        )
