"""Where the bytes of files are kept."""

from datetime import timedelta

from owui_chassis.settings import SettingsError, setting
from owui_chassis.settings_of.azure import AzureSettings
from owui_chassis.settings_of.outside import OutsideSettings

# What each provider cannot do without.
_NEEDED = {
    "local": (),
    "s3": ("s3_bucket_name",),
    "gcs": ("gcs_bucket_name",),
    "azure": ("azure_storage_endpoint", "azure_storage_container_name"),
}


class StorageSettings(OutsideSettings, AzureSettings):
    """Where the bytes of files are kept."""

    storage_provider: str = setting(
        "STORAGE_PROVIDER", "local", "Where the bytes of files are kept: local, s3, gcs or azure."
    )
    storage_timeout: timedelta = setting(
        "STORAGE_TIMEOUT", timedelta(seconds=60), "How long the storage of files may be silent."
    )
    upload_link_lifetime: timedelta = setting(
        "UPLOAD_LINK_LIFETIME",
        timedelta(hours=1),
        "How long the address for a direct upload to the storage is good.",
    )
    data_dir: str = setting("DATA_DIR", "data", "Folder of everything that is kept on local disk.")
    upload_dir: str = setting("UPLOAD_DIR", "", 'Folder of uploaded files; "uploads" in DATA_DIR when empty.')

    s3_bucket_name: str = setting("S3_BUCKET_NAME", "", "Bucket of the files.")
    s3_key_prefix: str = setting("S3_KEY_PREFIX", "", "Beginning of the names of all objects.")
    s3_region_name: str = setting("S3_REGION_NAME", "", "Region of the bucket.")
    s3_endpoint_url: str = setting("S3_ENDPOINT_URL", "", "Address of an S3-compatible storage.")
    s3_access_key_id: str = setting(
        "S3_ACCESS_KEY_ID",
        "",
        "Access key; when empty, what the surroundings offer (role of the pod or machine, AWS_* variables).",
        secret=True,
    )
    s3_secret_access_key: str = setting("S3_SECRET_ACCESS_KEY", "", "Secret of the access key.", secret=True)
    s3_addressing_style: str = setting(
        "S3_ADDRESSING_STYLE", "", "How a bucket is named in addresses: path, virtual or auto."
    )
    s3_use_accelerate_endpoint: bool = setting(
        "S3_USE_ACCELERATE_ENDPOINT", False, "Whether transfers go over the accelerated endpoint of AWS."
    )
    s3_enable_tagging: bool = setting(
        "S3_ENABLE_TAGGING", False, "Whether objects get a tag file-id with the id of their file."
    )
    s3_threads: int = setting("S3_THREADS", 16, "Requests to S3 at the same time per process, at most.")

    gcs_bucket_name: str = setting("GCS_BUCKET_NAME", "", "Bucket of the files.")
    google_application_credentials_json: str = setting(
        "GOOGLE_APPLICATION_CREDENTIALS_JSON",
        "",
        "Key of a service account or a federation, as JSON text; else that of the file, else the machine.",
        secret=True,
    )
    google_application_credentials: str = setting(
        "GOOGLE_APPLICATION_CREDENTIALS",
        "",
        "File with the key of a service account or with a federation of workload identities.",
    )
    gcs_endpoint: str = setting(
        "STORAGE_EMULATOR_HOST", "https://storage.googleapis.com", "Address of Google Cloud Storage."
    )
    gcs_metadata_host: str = setting(
        "GCE_METADATA_HOST", "metadata.google.internal", "Host that knows the identity of the machine."
    )

    azure_storage_endpoint: str = setting(
        "AZURE_STORAGE_ENDPOINT", "", "Address of the account, such as https://name.blob.core.windows.net."
    )
    azure_storage_container_name: str = setting("AZURE_STORAGE_CONTAINER_NAME", "", "Container of the files.")
    azure_storage_key: str = setting(
        "AZURE_STORAGE_KEY", "", "Key of the account; a workload or managed identity when empty.", secret=True
    )

    def check(self) -> None:
        """Raise SettingsError for a storage that does not exist or lacks what it needs."""
        super().check()
        if self.storage_provider not in _NEEDED:
            raise SettingsError(
                f"STORAGE_PROVIDER is one of {', '.join(_NEEDED)}, not {self.storage_provider!r}"
            )
        for name in _NEEDED[self.storage_provider]:
            if not getattr(self, name):
                raise SettingsError(
                    f"{name.upper()} is not set; STORAGE_PROVIDER={self.storage_provider} needs it"
                )
