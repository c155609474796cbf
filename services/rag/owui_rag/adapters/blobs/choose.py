"""Chooses the store of blobs that the settings name."""

from pathlib import Path
from typing import Any, Protocol, Self

from owui_chassis.settings import SettingsError

from owui_rag.ports import BlobStore


class OpenBlobStore(BlobStore, Protocol):
    """A store whose connections close with it."""

    async def __aenter__(self) -> Self:
        """Return the store."""

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""


def blob_store_of(values: Any) -> OpenBlobStore:
    """Return the store; `values` has the attributes of StorageSettings. It connects when it is used."""
    match values.storage_provider:
        case "s3":
            return _s3(values)
        case "azure":
            return _azure(values)
        case "gcs":
            return _gcs(values)
    from owui_rag.adapters.blobs.local import LocalBlobs

    return LocalBlobs(Path(values.upload_dir or Path(values.data_dir) / "uploads"))


def _s3(values: Any) -> OpenBlobStore:
    from owui_rag.adapters.blobs.s3 import S3Blobs, S3Place

    place = S3Place(
        bucket=values.s3_bucket_name,
        prefix=f"{values.s3_key_prefix.strip('/')}/" if values.s3_key_prefix.strip("/") else "",
        region=values.s3_region_name,
        endpoint=values.s3_endpoint_url,
        access_key=values.s3_access_key_id,
        secret_key=values.s3_secret_access_key,
        addressing=values.s3_addressing_style,
        accelerate=values.s3_use_accelerate_endpoint,
        tagging=values.s3_enable_tagging,
    )
    return S3Blobs(
        place,
        threads=values.s3_threads,
        timeout=values.storage_timeout,
        link_lifetime=values.upload_link_lifetime,
        outside=values,
    )


def _azure(values: Any) -> OpenBlobStore:
    from owui_chassis.azure_identity import AzureTokens

    from owui_rag.adapters.blobs.azure import AzureBlobs
    from owui_rag.adapters.blobs.azure_access import SCOPE

    try:
        return AzureBlobs(
            values.azure_storage_endpoint,
            values.azure_storage_container_name,
            key=values.azure_storage_key,
            tokens=AzureTokens(values.azure_identity, values).of(SCOPE),
            timeout=values.storage_timeout,
            outside=values,
        )
    except ValueError:
        raise SettingsError("AZURE_STORAGE_KEY is no base64, or AZURE_STORAGE_ENDPOINT no address") from None


def _gcs(values: Any) -> OpenBlobStore:
    from owui_rag.adapters.blobs.gcs import GcsBlobs

    credentials, variable = values.google_application_credentials_json, "GOOGLE_APPLICATION_CREDENTIALS_JSON"
    try:
        if not credentials and values.google_application_credentials:
            variable = "GOOGLE_APPLICATION_CREDENTIALS"
            credentials = Path(values.google_application_credentials).read_text(encoding="utf-8")
        return GcsBlobs(
            values.gcs_endpoint,
            values.gcs_bucket_name,
            credentials=credentials,
            metadata_host=values.gcs_metadata_host,
            timeout=values.storage_timeout,
            outside=values,
        )
    except (ValueError, OSError):
        raise SettingsError(
            f"{variable} is neither the key of a service account nor a federation with a token in a file"
        ) from None
