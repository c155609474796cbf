"""The settings of the storage of files."""

import pytest
from owui_chassis.settings import SettingsError
from owui_rag.settings_of.storage import StorageSettings


class TestStorageSettings:
    def test_need_nothing_for_local_disk(self) -> None:
        assert StorageSettings.read({}).storage_provider == "local"

    @pytest.mark.parametrize(
        ("given", "named"),
        [
            ({"STORAGE_PROVIDER": "S4"}, "STORAGE_PROVIDER"),
            ({"STORAGE_PROVIDER": "s3"}, "S3_BUCKET_NAME"),
            ({"STORAGE_PROVIDER": "gcs"}, "GCS_BUCKET_NAME"),
            ({"STORAGE_PROVIDER": "azure"}, "AZURE_STORAGE_ENDPOINT"),
            ({"STORAGE_PROVIDER": "azure", "AZURE_STORAGE_ENDPOINT": "https://x"}, "AZURE_STORAGE_CONTAINER"),
        ],
    )
    def test_name_what_is_missing(self, given: dict[str, str], named: str) -> None:
        with pytest.raises(SettingsError, match=named):
            StorageSettings.read(given)
