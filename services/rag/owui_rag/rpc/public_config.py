"""Serves owui.rag.v1.PublicConfigService."""

from typing import Any

import owui.rag.v1.public_config_service_pb2 as pb
from owui.rag.v1.public_config_service_pb2_grpc import PublicConfigServiceServicer


class PublicConfigServicer(PublicConfigServiceServicer):
    """What rag tells the user interface."""

    def __init__(self, live: Any) -> None:
        """`live` has the attributes of RagSettings, as they are at the moment."""
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
            google_drive=self._google_drive() if live.enable_google_drive_integration else None,
            onedrive=self._onedrive() if live.enable_onedrive_integration else None,
        )

    def _google_drive(self) -> pb.GoogleDriveConfig:
        live = self._live
        return pb.GoogleDriveConfig(client_id=live.google_drive_client_id, api_key=live.google_drive_api_key)

    def _onedrive(self) -> pb.OneDriveConfig:
        live = self._live
        return pb.OneDriveConfig(
            personal=live.enable_onedrive_personal,
            business=live.enable_onedrive_business,
            client_id_personal=live.onedrive_client_id_personal,
            client_id_business=live.onedrive_client_id_business,
            sharepoint_url=live.onedrive_sharepoint_url,
            sharepoint_tenant_id=live.onedrive_sharepoint_tenant_id,
        )
