"""Blobs in S3: credentials, uploads in parts, addresses for others."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from owui_chassis.errors import Unavailable
from owui_rag.adapters.blobs.s3 import S3Blobs
from owui_testkit.object_store import BUCKET, admin_client

from .blob_stores import opened_s3, parts, whole

MB = 1024 * 1024


@pytest_asyncio.fixture
async def store(s3_url: str) -> AsyncIterator[S3Blobs]:
    async with opened_s3(s3_url) as opened:
        assert isinstance(opened.store, S3Blobs)
        yield opened.store


def unfinished(url: str) -> list[Any]:
    found: list[Any] = admin_client(url).list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    return found


async def put(url: str, content: bytes, kind: str) -> int:
    headers = {"content-type": kind}
    async with aiohttp.ClientSession() as session, session.put(url, data=content, headers=headers) as answer:
        return answer.status


class TestCredentials:
    @pytest.mark.parametrize("wrong", [{"s3_secret_access_key": "x"}, {"s3_access_key_id": "nobody"}])
    async def test_that_are_wrong_are_refused(self, s3_url: str, wrong: dict[str, str]) -> None:
        async with opened_s3(s3_url, **wrong) as opened:
            with pytest.raises(Unavailable) as caught:
                await opened.store.put("ab/x", parts(b"x"))
            assert caught.value.reason == "storage_refused"
            with pytest.raises(Unavailable):
                await whole(opened.store, "ab/x")

    async def test_come_from_the_surroundings_when_none_are_set(
        self, s3_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test-key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
        async with opened_s3(s3_url, s3_access_key_id="", s3_secret_access_key="") as opened:
            await opened.store.put("ab/surroundings", parts(b"x"))
            assert await whole(opened.store, "ab/surroundings") == b"x"

    async def test_are_never_logged(self, s3_url: str, caplog: pytest.LogCaptureFixture) -> None:
        async with opened_s3(s3_url, s3_secret_access_key="a-wrong-secret") as opened:
            with pytest.raises(Unavailable):
                await opened.store.put("ab/x", parts(b"x"))
        assert "refused" in caplog.text
        assert "a-wrong-secret" not in caplog.text


class TestAbsence:
    async def test_of_the_server_is_unavailable(self) -> None:
        async with opened_s3("http://127.0.0.1:9") as opened:
            with pytest.raises(Unavailable) as caught:
                await opened.store.put("ab/x", parts(b"x"))
            assert caught.value.reason == "storage_away"


class TestUploadInParts:
    async def test_that_is_cancelled_leaves_nothing(self, s3_url: str) -> None:
        waiting = asyncio.Event()

        async def stuck() -> AsyncIterator[bytes]:
            yield bytes(20 * MB)
            waiting.set()
            await asyncio.Event().wait()

        async with opened_s3(s3_url) as opened:
            task = asyncio.create_task(opened.store.put("ab/cancelled", stuck()))
            await waiting.wait()
            assert unfinished(s3_url)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        # Closing waits for what is being taken back.
        assert unfinished(s3_url) == []
        async with opened_s3(s3_url) as opened:
            assert [key async for key in opened.store.keys("ab/cancelled")] == []

    async def test_carries_the_tag_of_its_file(self, s3_url: str) -> None:
        async with opened_s3(s3_url, s3_enable_tagging=True) as opened:
            for key, size in (("ab/tagged-1", 10), ("ab/tagged-2", 9 * MB)):
                await opened.store.put(key, parts(bytes(size)))
                tags = admin_client(s3_url).get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]
                assert tags == [{"Key": "file-id", "Value": key.rpartition("/")[2]}]

    async def test_puts_the_prefix_before_every_key(self, s3_url: str) -> None:
        async with opened_s3(s3_url, s3_key_prefix="here/there") as opened:
            await opened.store.put("ab/prefixed", parts(b"x"))
            assert [key async for key in opened.store.keys("ab/pre")] == ["ab/prefixed"]
        listed = admin_client(s3_url).list_objects_v2(Bucket=BUCKET, Prefix="here/")
        assert [found["Key"] for found in listed["Contents"]] == ["here/there/ab/prefixed"]


class TestAddresses:
    async def test_take_what_was_announced(self, store: S3Blobs) -> None:
        url = await store.presign_put("ab/direct", 5, "text/plain")
        assert url is not None
        assert await put(url, b"hello", "text/plain") == 200
        assert await whole(store, "ab/direct") == b"hello"

    @pytest.mark.parametrize(("content", "kind"), [(b"hello!", "text/plain"), (b"hello", "text/html")])
    async def test_take_nothing_else(self, store: S3Blobs, content: bytes, kind: str) -> None:
        url = await store.presign_put("ab/refused", 5, "text/plain")
        assert url is not None
        assert await put(url, content, kind) == 403
        assert [key async for key in store.keys("ab/refused")] == []

    async def test_give_what_is_there(self, store: S3Blobs) -> None:
        await store.put("ab/lent", parts(b"hello"))
        url = await store.presign_get("ab/lent")
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            assert (answer.status, await answer.read()) == (200, b"hello")


class TestManyAtOnce:
    async def test_do_not_wait_for_each_other(self, store: S3Blobs) -> None:
        contents = {f"cd/many-{number}": bytes([number]) * 1000 for number in range(40)}
        await asyncio.gather(*(store.put(key, parts(content)) for key, content in contents.items()))
        found = await asyncio.gather(*(whole(store, key) for key in contents))
        assert found == list(contents.values())
        await store.delete(list(contents))
        assert [key async for key in store.keys("cd/")] == []
