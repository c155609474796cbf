"""Large files pass both ways at the pace of the slower side, and touch no disk of the proxy."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.integration.clients.library import Library
from tests.integration.clients.people import Person
from tests.integration.world import eventually

from .site import PATIENCE, Site, within
from .tap import Tap

MIB = 1024 * 1024
SIZE = 100
BLOCK = os.urandom(MIB)


def part(number: int) -> bytes:
    """One mebibyte of the file, unlike all others."""
    return number.to_bytes(8, "big") + BLOCK[8:]


DIGEST = hashlib.sha256(b"".join(part(number) for number in range(SIZE))).hexdigest()


async def whole() -> AsyncIterator[bytes]:
    """The file."""
    for number in range(SIZE):
        yield part(number)


def arrived(site: Site) -> int:
    """How many bytes of unfinished uploads the platform has."""
    incoming = site.world.data_dir / "uploads" / ".incoming"
    found = 0
    for path in incoming.glob("*"):
        try:
            found += path.stat().st_size
        except FileNotFoundError:
            continue
    return found


class TestUpload:
    async def test_passes_while_it_is_sent_and_touches_no_disk_of_the_proxy(
        self, site: Site, ada: Person
    ) -> None:
        spooled: list[str] = []

        async def halfway() -> bool:
            # What waits on the way may be much, but not so much.
            return arrived(site) > 10 * MIB

        async def in_two_halves() -> AsyncIterator[bytes]:
            for number in range(SIZE):
                if number == SIZE // 2:
                    await eventually(halfway, "the platform to have a part of the file", PATIENCE)
                    spooled.extend(site.front.spooled())
                yield part(number)

        async with within("the platform to have the first half of a file before the second is sent"):
            file_id = await Library(ada.rest).upload(
                "large.bin", in_two_halves(), "application/octet-stream", process="false"
            )
        assert spooled == []
        [stored] = [path for path in (site.world.data_dir / "uploads").rglob("*") if path.name == file_id]
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == DIGEST


class TestDownload:
    @pytest_asyncio.fixture(loop_scope="session")
    async def url(self, tapped_site: Site) -> AsyncIterator[str]:
        """Where the file is."""
        self.reader = await tapped_site.person()
        library = Library(self.reader.rest)
        file_id = await library.upload("large.bin", whole(), "application/octet-stream", process="false")
        yield f"/api/v1/files/{file_id}/content"
        await self.reader.rest.delete(f"/api/v1/files/{file_id}")

    async def test_whole_and_in_part_at_the_pace_of_the_reader(
        self, url: str, tapped_site: Site, taps: list[Tap]
    ) -> None:
        rest = self.reader.rest
        for wanted, expected in (
            (f"bytes={50 * MIB}-{50 * MIB + 7}", (50).to_bytes(8, "big")),
            ("bytes=-16", BLOCK[-16:]),
        ):
            got = await rest.get(url, headers={"Range": wanted})
            assert (got.status, got.body) == (206, expected)
            assert got.headers["Content-Range"].endswith(f"/{SIZE * MIB}")

        def passed() -> int:
            return sum(wire.answered for tap in taps for wire in tap.wires)

        before = passed()
        digest = hashlib.sha256()
        headers: dict[str, Any] = {"Authorization": f"Bearer {rest.token}"}
        async with (
            within("a whole file"),
            tapped_site.http.get(tapped_site.front.base_url + url, headers=headers) as response,
        ):
            assert response.status == 200
            digest.update(await response.content.readexactly(MIB))
            # Nobody reads on; in the end all pipes are full.
            await until_still(passed)
            assert passed() - before < SIZE * MIB * 3 // 4
            assert tapped_site.front.spooled() == []
            async for data in response.content.iter_chunked(MIB):
                digest.update(data)
        assert digest.hexdigest() == DIGEST
        assert "temporary file" not in tapped_site.front.output


async def until_still(passed: Any, rounds: int = 10) -> None:
    """Return when nothing has passed for some rounds."""
    last, still = passed(), 0
    while still < rounds:
        await asyncio.sleep(0.1)
        still = still + 1 if passed() == last else 0
        last = passed()
