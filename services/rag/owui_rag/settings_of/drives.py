"""What clients need to take files from drives of others, which they do in the browser."""

from owui_chassis.settings import Settings, setting


class DriveSettings(Settings):
    """What clients need to take files from drives of others."""

    enable_google_drive_integration: bool = setting(
        "ENABLE_GOOGLE_DRIVE_INTEGRATION",
        False,
        "Whether clients are told to offer files of Google Drive; our own web interface does not yet.",
        persistent="google_drive.enable",
    )
    google_drive_client_id: str = setting(
        "GOOGLE_DRIVE_CLIENT_ID",
        "",
        "Client of Google's sign-in that clients are told, for its file picker.",
        persistent="google_drive.client_id",
    )
    google_drive_api_key: str = setting(
        "GOOGLE_DRIVE_API_KEY",
        "",
        "Browser key for that picker; everybody who is signed in may read it.",
        persistent="google_drive.api_key",
    )
    enable_onedrive_integration: bool = setting(
        "ENABLE_ONEDRIVE_INTEGRATION",
        False,
        "Whether clients are told to offer files of OneDrive; our own web interface does not yet.",
        persistent="onedrive.enable",
    )
    enable_onedrive_personal: bool = setting(
        "ENABLE_ONEDRIVE_PERSONAL", True, "Whether that goes for OneDrive of private persons."
    )
    enable_onedrive_business: bool = setting(
        "ENABLE_ONEDRIVE_BUSINESS", True, "Whether that goes for OneDrive of organisations."
    )
    onedrive_client_id_personal: str = setting(
        ("ONEDRIVE_CLIENT_ID_PERSONAL", "ONEDRIVE_CLIENT_ID"),
        "",
        "Client of Microsoft's sign-in that clients are told for private persons.",
    )
    onedrive_client_id_business: str = setting(
        ("ONEDRIVE_CLIENT_ID_BUSINESS", "ONEDRIVE_CLIENT_ID"),
        "",
        "Client of Microsoft's sign-in that clients are told for organisations.",
    )
    onedrive_sharepoint_url: str = setting(
        "ONEDRIVE_SHAREPOINT_URL",
        "",
        "Address of the organisation's SharePoint.",
        persistent="onedrive.sharepoint_url",
    )
    onedrive_sharepoint_tenant_id: str = setting(
        "ONEDRIVE_SHAREPOINT_TENANT_ID",
        "",
        "The organisation's tenant at Microsoft.",
        persistent="onedrive.sharepoint_tenant_id",
    )
