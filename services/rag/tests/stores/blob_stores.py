"""Opens each store of blobs for tests, with the server that it needs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from owui_rag.adapters.blobs.choose import OpenBlobStore, blob_store_of
from owui_rag.settings_of.storage import StorageSettings
from owui_testkit import object_store

from . import fake_azure, fake_gcs


async def parts(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    """Give content in parts."""
    for begin in range(0, len(content), size):
        yield content[begin : begin + size]
        await asyncio.sleep(0)


async def broken(content: bytes) -> AsyncIterator[bytes]:
    """Give content, then fail."""
    async for part in parts(content):
        yield part
    raise ConnectionResetError("the sender is gone")


async def whole(store: OpenBlobStore, key: str, *span: int) -> bytes:
    """Read all that a store gives."""
    return b"".join([part async for part in store.read(key, *span)])


@dataclass
class Opened:
    """A store and what is behind it."""

    store: OpenBlobStore
    server: Any = None


def s3_settings(url: str, **more: Any) -> StorageSettings:
    """Return settings for the S3 server of the tests."""
    values = {
        "s3_bucket_name": object_store.BUCKET,
        "s3_endpoint_url": url,
        "s3_access_key_id": object_store.ACCESS_KEY,
        "s3_secret_access_key": object_store.SECRET_KEY,
        "s3_region_name": "us-east-1",
        "s3_addressing_style": "path",
        **more,
    }
    return StorageSettings(storage_provider="s3", **values)


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """Serve a fake on a port of the system's choice."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def opened_local(folder: Path) -> AsyncIterator[Opened]:
    """Open a store in a folder."""
    async with blob_store_of(StorageSettings(upload_dir=str(folder))) as store:
        yield Opened(store, folder)


@asynccontextmanager
async def opened_s3(url: str, **more: Any) -> AsyncIterator[Opened]:
    """Open a store in the S3 server of the tests."""
    async with blob_store_of(s3_settings(url, **more)) as store:
        yield Opened(store, url)


@asynccontextmanager
async def opened_azure(**more: Any) -> AsyncIterator[Opened]:
    """Open a store in a fake Azure; `more` are settings."""
    fake = fake_azure.FakeAzure()
    async with serving(fake.app) as url:
        values = {
            "azure_storage_endpoint": f"{url}/{fake_azure.ACCOUNT}",
            "azure_storage_container_name": fake_azure.CONTAINER,
            "azure_storage_key": fake_azure.KEY,
            "azure_authority_host": url,
            "azure_identity_host": url,
            **more,
        }
        async with blob_store_of(StorageSettings(storage_provider="azure", **values)) as store:
            yield Opened(store, fake)


@asynccontextmanager
async def opened_gcs(key: str | None = None, *, machine: bool = False) -> AsyncIterator[Opened]:
    """Open a store in a fake Google: with its own or another private key, or as the machine."""
    fake = fake_gcs.FakeGcs()
    async with serving(fake.app) as url:
        fake.url = url
        account = {
            "client_email": fake_gcs.EMAIL,
            "private_key": key or fake.private_key,
            "token_uri": f"{url}/token",
        }
        settings = StorageSettings(
            storage_provider="gcs",
            gcs_bucket_name=fake_gcs.BUCKET,
            gcs_endpoint=url,
            gcs_metadata_host=url.removeprefix("http://"),
            google_application_credentials_json="" if machine else json.dumps(account),
        )
        async with blob_store_of(settings) as store:
            yield Opened(store, fake)
