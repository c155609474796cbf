"""Blobs without a key of their own: identities of pods, authorities and proxies of the operator."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from owui_chassis.errors import Unavailable
from owui_chassis.settings import SettingsError
from owui_rag.adapters.blobs.choose import blob_store_of
from owui_rag.settings_of.storage import StorageSettings
from owui_testkit import object_store
from owui_testkit.certificates import Authority
from owui_testkit.fake_sts import fake_sts
from owui_testkit.forward_proxy import forward_proxy
from owui_testkit.tls_front import tls_front

from .blob_stores import opened_s3, parts, s3_settings, serving, whole
from .fake_gcs import BUCKET, FakeGcs

AUDIENCE = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/cluster"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


class TestS3:
    async def test_lets_in_the_role_of_a_pod(
        self, s3_url: str, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "token").write_text("token-of-the-pod")
        files = authority.server("sts")
        # The server knows no tokens of sessions: these are without one.
        async with fake_sts(files, object_store.ACCESS_KEY, object_store.SECRET_KEY, "") as sts:
            for name, value in sts.environ(tmp_path / "token", "us-east-1").items():
                monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
            role = {"s3_access_key_id": "", "s3_secret_access_key": "", "ca_bundle": str(authority.bundle)}
            async with opened_s3(s3_url, **role) as opened:
                await opened.store.put("ab/role", parts(b"content"))
                assert await whole(opened.store, "ab/role") == b"content"
            assert sts.asked == 1
            (tmp_path / "token").write_text("forged")
            async with opened_s3(s3_url, **role) as opened:
                with pytest.raises(Unavailable):
                    await opened.store.put("ab/forged", parts(b"content"))

    async def test_is_trusted_by_the_authority_of_the_operator(
        self, s3_url: str, authority: Authority
    ) -> None:
        place = urlsplit(s3_url)
        async with tls_front(
            authority.server(), lambda: asyncio.open_connection(place.hostname, place.port)
        ) as port:
            url = f"https://127.0.0.1:{port}"
            async with opened_s3(url, ca_bundle=str(authority.bundle)) as opened:
                await opened.store.put("ab/tls", parts(b"content"))
                assert await whole(opened.store, "ab/tls") == b"content"
            async with opened_s3(url) as opened:
                with pytest.raises(Unavailable):
                    await whole(opened.store, "ab/tls")

    async def test_is_reached_through_the_proxy(self, s3_url: str) -> None:
        place = urlsplit(s3_url)
        async with forward_proxy() as proxy:
            proxy.names["storage.example"] = (str(place.hostname), int(place.port or 0))
            values = {"s3_endpoint_url": "http://storage.example", "http_proxy": proxy.url}
            async with blob_store_of(s3_settings(s3_url, **values)) as store:
                await store.put("ab/proxied", parts(b"content"))
                assert await whole(store, "ab/proxied") == b"content"
            assert proxy.requests[0].startswith("http://storage.example/files/ab/proxied")
            seen = len(proxy.requests)
            async with blob_store_of(s3_settings(s3_url, http_proxy=proxy.url)) as store:
                assert await whole(store, "ab/proxied") == b"content"
            assert len(proxy.requests) == seen


class FakeFederation:
    """Exchanges the token of one workload, and lends a service account to who has what it gives."""

    def __init__(self, gcs: FakeGcs) -> None:
        self.gcs = gcs
        self.asked: list[str] = []
        gcs.app.router.add_post("/v1/token", self.exchange)
        gcs.app.router.add_post("/v1/{account}:generateAccessToken", self.lend)

    async def exchange(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.asked.append(str(form["scope"]))
        good = form["audience"] == AUDIENCE and form["subject_token"] == "token-of-the-pod"
        if not good or not str(form["grant_type"]).endswith(":token-exchange"):
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = "federated" if "cloud-platform" in str(form["scope"]) else "direct"
        self.gcs.tokens |= {"direct"}
        return web.json_response({"access_token": token, "expires_in": 3600})

    async def lend(self, request: web.Request) -> web.Response:
        if request.headers["Authorization"] != "Bearer federated":
            return web.Response(status=403)
        body = await request.json()
        assert body["scope"] == ["https://www.googleapis.com/auth/devstorage.read_write"]
        self.gcs.tokens.add("lent")
        return web.json_response({"accessToken": "lent", "expireTime": "2099-01-01T00:00:00Z"})


class TestGoogle:
    async def opened(self, tmp_path: Path, **changed: Any) -> AsyncIterator[tuple[Any, FakeFederation]]:
        gcs = FakeGcs()
        fake = FakeFederation(gcs)
        async with serving(gcs.app) as url:
            gcs.url = url
            source = {"file": str(tmp_path / "token"), **changed.pop("source", {})}
            federation = {
                "type": "external_account",
                "audience": AUDIENCE,
                "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                "token_url": f"{url}/v1/token",
                "credential_source": source,
            }
            if account := changed.pop("account", ""):
                where = f"{url}/v1/{account}:generateAccessToken"
                federation["service_account_impersonation_url"] = where
            (tmp_path / "federation.json").write_text(json.dumps({**federation, **changed}))
            settings = StorageSettings(
                storage_provider="gcs",
                gcs_bucket_name=BUCKET,
                gcs_endpoint=url,
                google_application_credentials=str(tmp_path / "federation.json"),
            )
            async with blob_store_of(settings) as store:
                yield store, fake

    async def test_lets_in_a_federated_workload(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("token-of-the-pod\n")
        async for store, fake in self.opened(tmp_path):
            await store.put("ab/x", parts(b"content"))
            assert fake.gcs.objects == {"ab/x": b"content"}
            assert fake.asked == ["https://www.googleapis.com/auth/devstorage.read_write"]

    async def test_lends_it_a_service_account(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text(json.dumps({"jwt": "token-of-the-pod"}))
        source = {"format": {"type": "json", "subject_token_field_name": "jwt"}}
        async for store, fake in self.opened(tmp_path, source=source, account="app@x"):
            await store.put("ab/x", parts(b"content"))
            assert fake.gcs.tokens == {"direct", "lent"}

    async def test_refuses_another_workload(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("forged")
        async for store, fake in self.opened(tmp_path):
            with pytest.raises(Unavailable, match="Google gave no token"):
                await store.put("ab/x", parts(b"content"))
            assert fake.gcs.objects == {}

    def test_a_file_that_is_neither_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "x.json").write_text('{"type": "external_account"}')
        for file in ("x.json", "none.json"):
            settings = StorageSettings(
                storage_provider="gcs",
                gcs_bucket_name="b",
                google_application_credentials=str(tmp_path / file),
            )
            with pytest.raises(SettingsError, match="GOOGLE_APPLICATION_CREDENTIALS is neither"):
                blob_store_of(settings)
