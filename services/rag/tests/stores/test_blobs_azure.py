"""Blobs in Azure: keys, identities, a server that fails now and then."""

import base64
from pathlib import Path

import pytest
from owui_chassis.errors import Unavailable
from owui_chassis.settings import SettingsError
from owui_rag.adapters.blobs.choose import blob_store_of
from owui_rag.settings_of.storage import StorageSettings

from .blob_stores import broken, opened_azure, parts, whole

MB = 1024 * 1024


class TestKey:
    async def test_that_is_wrong_is_refused(self) -> None:
        wrong = base64.b64encode(b"another key").decode()
        async with opened_azure(azure_storage_key=wrong) as opened:
            with pytest.raises(Unavailable) as caught:
                await opened.store.put("ab/x", parts(b"x"))
            assert caught.value.reason == "storage_refused"
            assert opened.server.refused == 1
            assert not opened.server.blobs

    async def test_that_is_none_is_named_at_the_start(self) -> None:
        settings = StorageSettings(
            storage_provider="azure",
            azure_storage_endpoint="https://x.blob.core.windows.net",
            azure_storage_container_name="c",
            azure_storage_key="é",
        )
        with pytest.raises(SettingsError, match="AZURE_STORAGE_KEY"):
            blob_store_of(settings)


class TestIdentity:
    async def test_of_a_workload_is_exchanged_once_for_a_token(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("token-of-the-pod\n")
        settings = {"azure_tenant_id": "tenant", "azure_client_id": "client"}
        async with opened_azure(
            azure_storage_key="", azure_federated_token_file=str(tmp_path / "token"), **settings
        ) as opened:
            await opened.store.put("ab/x", parts(bytes(9 * MB)))
            assert await whole(opened.store, "ab/x") == bytes(9 * MB)
            [asked] = opened.server.token_requests
        assert (asked["tenant"], asked["client_id"]) == ("tenant", "client")
        assert asked["scope"] == "https://storage.azure.com/.default"
        assert asked["client_assertion_type"].endswith(":jwt-bearer")

    async def test_that_entra_does_not_know_is_unavailable(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("forged")
        async with opened_azure(
            azure_storage_key="", azure_tenant_id="t", azure_federated_token_file=str(tmp_path / "token")
        ) as opened:
            with pytest.raises(Unavailable, match="Entra"):
                await opened.store.put("ab/x", parts(b"x"))

    async def test_of_the_machine_is_used_where_there_is_no_other(self) -> None:
        async with opened_azure(azure_storage_key="", azure_client_id="mine") as opened:
            await opened.store.put("ab/x", parts(b"x"))
            [asked] = opened.server.token_requests
        assert asked["client_id"] == "mine"
        assert asked["resource"] == "https://storage.azure.com"


class TestTrouble:
    async def test_that_passes_is_survived(self) -> None:
        async with opened_azure() as opened:
            opened.server.failures = [503, 500]
            assert await opened.store.put("ab/x", parts(b"content")) == 7
            assert opened.server.blobs == {"ab/x": b"content"}

    async def test_of_the_sender_leaves_nothing_to_see(self) -> None:
        async with opened_azure() as opened:
            with pytest.raises(ConnectionResetError):
                await opened.store.put("ab/x", broken(bytes(20 * MB)))
            assert opened.server.blobs == {}
