"""Bytes that go directly into the object store."""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from owui.rag.v1 import file_transfer_service_pb2 as pb
from owui_chassis.errors import Conflict, Invalid, NotFound
from owui_testkit import object_store

from .transfers import MB, count


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(start: Callable[..., Any], s3_url: str) -> Any:
    """A rag whose bytes are in S3."""
    world = await start(
        STORAGE_PROVIDER="s3",
        S3_ENDPOINT_URL=s3_url,
        S3_BUCKET_NAME=object_store.BUCKET,
        S3_ACCESS_KEY_ID=object_store.ACCESS_KEY,
        S3_SECRET_ACCESS_KEY=object_store.SECRET_KEY,
        S3_REGION_NAME="us-east-1",
        S3_ADDRESSING_STYLE="path",
        S3_KEY_PREFIX=f"transfer-{secrets.token_hex(4)}",
        RAG_FILE_MAX_SIZE="30",
    )
    world.worker.at_once = False
    return world


async def put(url: str, content: bytes, kind: str) -> int:
    headers = {"content-type": kind}
    async with aiohttp.ClientSession() as session, session.put(url, data=content, headers=headers) as answer:
        return answer.status


async def begin(world: Any, who: Any, size: int, **more: Any) -> Any:
    request = pb.StartDirectUploadRequest(
        **{"name": "d.txt", "size": size, "content_type": "text/html", **more}
    )
    return await world.call(who, world.transfers.StartDirectUpload, request)


async def finish(world: Any, who: Any, file_id: str) -> Any:
    request = pb.FinishDirectUploadRequest(id=file_id)
    return (await world.call(who, world.transfers.FinishDirectUpload, request)).file


class TestDirectUpload:
    async def test_becomes_a_file_like_any_other(self, stored: Any, new_person: Any) -> None:
        ada = new_person()
        begun = await begin(stored, ada, 5, metadata=b'{"a": 1}')
        assert await put(begun.url, b"hello", begun.content_type) == 200
        assert await count(stored, ada) == 0
        file = await finish(stored, ada, begun.id)
        assert (file.id, json.loads(file.data)["status"]) == (begun.id, "pending")
        meta = json.loads(file.meta)
        assert (meta["content_type"], meta["size"], meta["data"]) == ("text/plain", 5, {"a": 1})
        assert await stored.download(ada, file.id) == b"hello"
        assert file.id in stored.worker.submitted
        assert not any(key.startswith("incoming/") for key in await blobs(stored))

    async def test_that_is_finished_twice_is_one_file(self, stored: Any, new_person: Any) -> None:
        ada = new_person()
        begun = await begin(stored, ada, 5)
        await put(begun.url, b"hello", begun.content_type)
        outcomes = await asyncio.gather(
            *(finish(stored, ada, begun.id) for _ in range(5)), return_exceptions=True
        )
        good = [outcome for outcome in outcomes if not isinstance(outcome, Conflict)]
        assert {file.id for file in good} == {begun.id}
        assert (await finish(stored, ada, begun.id)).id == begun.id
        assert await stored.download(ada, begun.id) == b"hello"

    async def test_cannot_be_changed_afterwards(self, stored: Any, new_person: Any) -> None:
        ada = new_person()
        begun = await begin(stored, ada, 5)
        await put(begun.url, b"hello", begun.content_type)
        await finish(stored, ada, begun.id)
        assert await put(begun.url, b"other", begun.content_type) == 200
        assert await stored.download(ada, begun.id) == b"hello"
        await stored.parts.direct.sweep()
        assert not any(key.startswith("incoming/") for key in await blobs(stored))

    async def test_that_has_not_come_can_be_finished_later(self, stored: Any, new_person: Any) -> None:
        ada = new_person()
        begun = await begin(stored, ada, 5)
        with pytest.raises(NotFound):
            await finish(stored, ada, begun.id)
        await put(begun.url, b"hello", begun.content_type)
        await stored.parts.direct.sweep()
        assert (await finish(stored, ada, begun.id)).id == begun.id

    async def test_of_another_size_is_refused_by_the_store(self, stored: Any, new_person: Any) -> None:
        begun = await begin(stored, new_person(), 5)
        assert await put(begun.url, b"hello!", begun.content_type) == 403

    async def test_of_somebody_else_is_not_there(self, stored: Any, new_person: Any) -> None:
        begun = await begin(stored, new_person(), 5)
        await put(begun.url, b"hello", begun.content_type)
        for who in (new_person(), new_person("admin")):
            with pytest.raises(NotFound):
                await finish(stored, who, begun.id)

    @pytest.mark.parametrize(
        ("more", "reason"),
        [
            ({"size": 31 * MB}, "file_too_large"),
            ({"size": 0}, "file_empty"),
            ({"size": -1}, "invalid_size"),
            ({"metadata": b"[]"}, "bad_metadata"),
            ({"folder": ".."}, "bad_folder"),
        ],
    )
    async def test_that_would_be_refused_is_refused_at_once(
        self, stored: Any, new_person: Any, more: Any, reason: str
    ) -> None:
        with pytest.raises(Invalid) as caught:
            await begin(stored, new_person(), **{"size": 5, **more})
        assert caught.value.reason == reason

    async def test_for_a_base_that_is_not_the_callers_is_refused_at_once(
        self, stored: Any, world: Any, new_person: Any
    ) -> None:
        ada, bob = new_person(), new_person()
        # Also where the answer would only be that there is no such way.
        for place in (stored, world):
            base = await place.base(bob)
            with pytest.raises(NotFound):
                await begin(place, ada, 5, knowledge_id=base.id)
            await begin(place, bob, 5, knowledge_id=base.id)

    async def test_is_not_offered_by_a_folder(self, world: Any, new_person: Any) -> None:
        answer = await begin(world, new_person(), 5)
        assert not answer.HasField("url")
        assert not answer.HasField("id")


async def blobs(world: Any) -> list[str]:
    stored = world.parts.blobs.keys("")
    return [key async for key in stored]
