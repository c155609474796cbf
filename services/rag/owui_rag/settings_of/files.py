"""How many files there may be, how large, and who may see them."""

from typing import Any

from owui_chassis.settings import Settings, SettingsError, setting

MEBIBYTE = 1024 * 1024


class FileSettings(Settings):
    """How many files there may be, how large, and who may see them."""

    file_max_size: int | None = setting(
        "RAG_FILE_MAX_SIZE",
        None,
        "Size of a file in MiB, at most; no limit when not set or 0.",
        persistent="rag.file.max_size",
    )
    file_max_count: int | None = setting(
        "RAG_FILE_MAX_COUNT",
        None,
        "Files that one message may carry, at most; no limit when not set or 0.",
        persistent="rag.file.max_count",
    )
    allowed_file_extensions: tuple[str, ...] = setting(
        "RAG_ALLOWED_FILE_EXTENSIONS",
        (),
        "Extensions that files may have, such as pdf; all when empty.",
        persistent="rag.file.allowed_extensions",
    )
    image_compression_width: int | None = setting(
        "FILE_IMAGE_COMPRESSION_WIDTH",
        None,
        "Width to which the user interface shrinks images.",
        persistent="file.image_compression_width",
    )
    image_compression_height: int | None = setting(
        "FILE_IMAGE_COMPRESSION_HEIGHT",
        None,
        "Height to which the user interface shrinks images.",
        persistent="file.image_compression_height",
    )
    user_max_files: int | None = setting(
        "{prefix}USER_MAX_FILES",
        None,
        "Files that an account may have, at most; no limit when not set or 0.",
        persistent="rag.quota.max_files",
    )
    user_max_total_size: int | None = setting(
        "{prefix}USER_MAX_TOTAL_SIZE",
        None,
        "Size of all files of an account in MiB, at most; no limit when not set or 0.",
        persistent="rag.quota.max_total_size",
    )
    group_quotas: dict[str, dict[str, Any]] = setting(
        "{prefix}GROUP_QUOTAS",
        {},
        "Other limits for members of groups, as JSON by group id: max_size, max_files, max_total_size, in "
        "the same units; of several the most generous counts.",
        persistent="rag.quota.groups",
    )
    upload_max_bytes: int = setting(
        "{prefix}UPLOAD_MAX_BYTES",
        2 * 1024 * MEBIBYTE,
        "Size of an upload in bytes that is never exceeded, whatever the other limits say.",
    )
    upload_max_at_once: int = setting(
        "{prefix}UPLOAD_MAX_AT_ONCE", 64, "Uploads that a replica takes at the same time; more are refused."
    )
    add_wait_seconds: float = setting(
        "{prefix}ADD_WAIT_SECONDS",
        20.0,
        "How long adding to a knowledge base waits for a file that is being read; afterwards it is added "
        "all the same and found when it has been read.",
    )
    bypass_admin_access_control: bool = setting(
        ("BYPASS_ADMIN_ACCESS_CONTROL", "ENABLE_ADMIN_WORKSPACE_CONTENT_ACCESS"),
        True,
        "Whether administrators see and change the files and knowledge bases of everybody.",
    )

    def check(self) -> None:
        """Raise SettingsError for limits that nothing can meet."""
        super().check()
        for name in ("file_max_size", "file_max_count", "user_max_files", "user_max_total_size"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise SettingsError(f"{self.declared[name].names[0]} cannot be negative")
        if self.upload_max_bytes < 1 or self.upload_max_at_once < 1:
            raise SettingsError("RAG_UPLOAD_MAX_BYTES and RAG_UPLOAD_MAX_AT_ONCE are at least 1")
