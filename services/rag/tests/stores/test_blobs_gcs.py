"""Blobs in Google Cloud Storage: accounts, machines, a server that fails now and then."""

import pytest
from owui_chassis.errors import Unavailable
from owui_chassis.settings import SettingsError
from owui_rag.adapters.blobs.choose import blob_store_of
from owui_rag.settings_of.storage import StorageSettings

from .blob_stores import broken, opened_gcs, parts, whole
from .fake_gcs import FakeGcs

MB = 1024 * 1024


class TestAccount:
    async def test_proves_itself_once_by_its_key(self) -> None:
        async with opened_gcs() as opened:
            await opened.store.put("ab/x", parts(bytes(9 * MB)))
            assert await whole(opened.store, "ab/x") == bytes(9 * MB)
            assert len(opened.server.tokens) == 1
            assert opened.server.refused == 0

    async def test_with_the_key_of_another_is_refused(self) -> None:
        async with opened_gcs(FakeGcs().private_key) as opened:
            with pytest.raises(Unavailable, match="Google gave no token"):
                await opened.store.put("ab/x", parts(b"x"))
            assert opened.server.refused == 1
            assert not opened.server.objects

    async def test_that_is_no_json_is_named_at_the_start(self) -> None:
        settings = StorageSettings(
            storage_provider="gcs", gcs_bucket_name="b", google_application_credentials_json="{"
        )
        with pytest.raises(SettingsError, match="GOOGLE_APPLICATION_CREDENTIALS_JSON"):
            blob_store_of(settings)


class TestMachine:
    async def test_gives_its_own_token(self) -> None:
        async with opened_gcs(machine=True) as opened:
            await opened.store.put("ab/x", parts(b"x"))
            assert opened.server.objects == {"ab/x": b"x"}


class TestTrouble:
    async def test_that_passes_is_survived(self) -> None:
        async with opened_gcs() as opened:
            opened.server.failures = [503, 429]
            assert await opened.store.put("ab/x", parts(b"content")) == 7
            assert opened.server.objects == {"ab/x": b"content"}

    async def test_of_the_sender_leaves_nothing(self) -> None:
        async with opened_gcs() as opened:
            with pytest.raises(ConnectionResetError):
                await opened.store.put("ab/x", broken(bytes(20 * MB)))
            assert opened.server.objects == {}
            assert opened.server.sessions == {}
