"""The bytes of files on their way out, and what large ones cost."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from owui.rag.v1 import file_transfer_service_pb2 as pb
from owui_chassis.access_control import Caller
from owui_chassis.call import Call, serving
from owui_chassis.errors import Invalid, NotFound
from owui_chassis.identity import Identities
from owui_rag.adapters.files import Files
from owui_rag.adapters.new_files import NewFiles
from owui_rag.domain.quotas import Quota
from owui_rag.usecases.reading import Reading
from owui_rag.usecases.take_text import TakeText

from .transfers import END, MB, PART, data, everything, head, send


async def download(world: Any, who: Any, **wanted: Any) -> tuple[Any, bytes]:
    with serving(Call(principal=who, identity=Identities("a secret for tests, long enough").sign(who))):
        pieces = [piece async for piece in world.transfers.Download(pb.DownloadRequest(**wanted))]
    return pieces[0].head, b"".join(piece.data for piece in pieces)


class TestDownload:
    @pytest.mark.parametrize(
        ("wanted", "span"),
        [
            ({}, (0, 1000)),
            ({"start": 10}, (10, 1000)),
            ({"start": 10, "end": 20}, (10, 20)),
            ({"start": 990, "end": 5000}, (990, 1000)),
            ({"end": 5}, (0, 5)),
            ({"suffix": 3}, (997, 1000)),
            ({"suffix": 5000}, (0, 1000)),
        ],
    )
    async def test_gives_what_is_wanted(
        self, world: Any, new_person: Any, wanted: Any, span: tuple[int, int]
    ) -> None:
        ada, content = new_person(), secrets.token_bytes(1000)
        file = await send(world, ada, head("x.bin", process=False), *data(content), END)
        found, given = await download(world, ada, id=file.id, **wanted)
        assert (found.size, found.start, found.end) == (1000, *span)
        assert found.etag == hashlib.sha256(content).hexdigest()
        assert given == content[slice(*span)]

    @pytest.mark.parametrize(
        "wanted", [{"start": 4}, {"start": 9, "end": 12}, {"suffix": 0}, {"start": 2, "end": 2}]
    )
    async def test_of_no_bytes_is_refused(self, world: Any, new_person: Any, wanted: Any) -> None:
        ada = new_person()
        file = await send(world, ada, head(process=False), *data(b"four"), END)
        with pytest.raises(Invalid) as caught:
            await download(world, ada, id=file.id, **wanted)
        assert caught.value.reason == "range_not_satisfiable"

    async def test_of_a_text_that_never_had_bytes_gives_the_text(self, world: Any, new_person: Any) -> None:
        ada = new_person()
        reading = Reading(Files(world.database), world.worker)
        texts = TakeText(NewFiles(world.database), reading, world.parts.live)
        row = await texts.run(Caller(user_id=ada.user_id), "t.txt", "größer", Quota(MB))
        found, given = await download(world, ada, id=row.id, start=3)
        assert (found.size, given) == (8, "größer".encode()[3:])
        assert found.etag == hashlib.sha256("größer".encode()).hexdigest()
        with pytest.raises(NotFound):
            await download(world, new_person(), id=row.id)

    async def test_of_the_head_gives_no_bytes(self, world: Any, new_person: Any) -> None:
        ada = new_person()
        file = await send(world, ada, head(process=False), *data(b"four"), END)
        found, given = await download(world, ada, id=file.id, head_only=True)
        assert (found.name, found.size, given) == ("notes.txt", 4, b"")

    async def test_of_a_foreign_file_is_that_of_none(self, world: Any, new_person: Any) -> None:
        file = await send(world, new_person(), head(), *data(b"secret"), END)
        for file_id in (file.id, "absent", ""):
            with pytest.raises(NotFound) as caught:
                await download(world, new_person(), id=file_id)
            assert caught.value.reason == "file_not_found"
        _, given = await download(world, new_person("admin"), id=file.id)
        assert given == b"secret"

    async def test_is_for_readers_of_a_base_that_holds_the_file(self, world: Any, new_person: Any) -> None:
        ada, bob = new_person(), new_person()
        file = await send(world, ada, head(), *data(b"shared"), END)
        base = await world.base(ada, {"read": {"user_ids": [bob.user_id], "group_ids": []}})
        await world.add(ada, base, file)
        assert await world.download(bob, file.id) == b"shared"

    async def test_that_ends_early_lets_go_of_the_file(self, world: Any, new_person: Any) -> None:
        ada = new_person()
        file = await send(world, ada, head("x.bin", process=False), *data(bytes(20 * MB)), END)
        request = pb.DownloadRequest(id=file.id)
        with serving(Call(principal=ada, identity=Identities("a secret for tests, long enough").sign(ada))):
            async with aclosing(world.transfers.Download(request)) as pieces:
                await anext(pieces)
                await anext(pieces)
        key = await _blob_key(world, file.id)
        async with asyncio.timeout(5):
            while any(str(target).endswith(key) for target in _open_files()):  # noqa: ASYNC110
                await asyncio.sleep(0.005)


async def _blob_key(world: Any, file_id: str) -> str:
    return next(key for key in await everything(world) if key.endswith(file_id))


def _open_files() -> list[Path]:
    return [path.resolve() for path in Path("/proc/self/fd").iterdir()]


class TestCost:
    async def test_of_a_large_file_is_little_memory(self, world: Any, new_person: Any) -> None:
        ada, piece = new_person(), pb.UploadRequest(data=bytes(PART))
        await send(world, ada, head(process=False), *data(bytes(5 * MB)), END)
        before = peak = resident()

        async def large() -> AsyncIterator[Any]:
            nonlocal peak
            yield head("large.bin", process=False)
            for _ in range(400):
                peak = max(peak, resident())
                yield piece
            yield END

        file = (await world.call(ada, world.transfers.Upload, large())).file
        assert json.loads(file.meta)["size"] == 100 * MB
        # Client and service are in this process, with what gRPC holds for each.
        assert peak - before < 40 * MB


def resident() -> int:
    """Return the memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
