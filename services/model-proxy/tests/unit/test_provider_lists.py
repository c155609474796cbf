"""Keeping lists fresh, with a reader that does what the test says."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import pytest
from owui_chassis.background import Background
from owui_chassis.errors import Unavailable
from owui_model_proxy.domain.connections import Connection, openai_connections
from owui_model_proxy.domain.provider_lists import ProviderModel, read_list
from owui_model_proxy.usecases.provider_lists import ProviderLists

BODY = b'{"data":[{"id":"m"}]}'


class FakeReader:
    """Gives what `bodies` holds for an address; hangs where it holds None."""

    def __init__(self, **bodies: bytes | None) -> None:
        self.bodies = bodies
        self.asked: list[str] = []
        self.release = asyncio.Event()

    async def __call__(self, connection: Connection) -> tuple[bytes, tuple[ProviderModel, ...]]:
        self.asked.append(connection.host)
        body = self.bodies[connection.host]
        if body is None:
            await self.release.wait()
            raise Unavailable(f"{connection.host} is away", "provider_unreachable")
        return body, read_list(connection, body)


class FakeKept:
    """Keeps lists in memory; fails while `away`."""

    def __init__(self, **bodies: bytes) -> None:
        self.bodies = bodies
        self.away = False

    async def load(self) -> dict[str, bytes]:
        return dict(self.bodies)

    async def save(self, name: str, body: bytes) -> None:
        if self.away:
            raise OSError("the database is away")
        self.bodies[name] = body

    async def forget_others(self, names: Sequence[str]) -> None:
        self.bodies = {name: body for name, body in self.bodies.items() if name in names}


def connections(*hosts: str, keys: Sequence[str] = ()) -> list[Connection]:
    return openai_connections(True, [f"http://{host}" for host in hosts], keys, {})


@pytest.fixture
async def background() -> AsyncIterator[Background]:
    made = Background()
    yield made
    await made.stop()


def lists_of(
    background: Background, reader: FakeReader, kept: FakeKept | None = None, fresh: float = 0.0
) -> ProviderLists:
    return ProviderLists(reader, kept or FakeKept(), background, fresh_seconds=fresh, changed=lambda: None)


def names(lists: ProviderLists) -> list[list[str]]:
    return [[model.upstream_id for model in models] for _, models in lists.lists()]


class TestRefreshing:
    async def test_asks_a_provider_once_however_many_want_to_know(self, background):
        reader = FakeReader(slow=None)
        lists = lists_of(background, reader)
        await lists.start(connections("slow"))
        for _ in range(10):
            lists.refresh_due(force=True)
        await asyncio.sleep(0)
        assert reader.asked == ["slow"]

    async def test_asks_again_only_when_the_list_is_old(self, background):
        reader = FakeReader(a=BODY)
        lists = lists_of(background, reader, fresh=60)
        await lists.start(connections("a"))
        await lists.settle(1)
        lists.refresh_due()
        await lists.settle(1)
        assert (reader.asked, names(lists)) == (["a"], [["m"]])
        lists.refresh_due(force=True)
        await lists.settle(1)
        assert reader.asked == ["a", "a"]

    async def test_leaves_a_provider_that_failed_alone_for_a_while_and_keeps_its_models(self, background):
        reader = FakeReader(a=BODY)
        lists = lists_of(background, reader)
        await lists.start(connections("a"))
        await lists.settle(1)
        reader.bodies["a"] = None
        reader.release.set()
        for _ in range(5):
            lists.refresh_due()
            await lists.settle(1)
        assert len(reader.asked) == 2
        assert names(lists) == [["m"]]
        assert lists.states()[0].error == "a is away"

    async def test_waits_for_first_lists_no_longer_than_150_ms_in_all(self, background):
        lists = lists_of(background, FakeReader(dead=None, a=BODY))
        await lists.start(connections("dead", "a"))
        began = time.monotonic()
        for _ in range(5):
            await lists.first_lists()
        assert time.monotonic() - began < 0.3
        assert names(lists) == [[], ["m"]]

    async def test_survives_a_reader_that_has_a_bug_and_asks_again(self, background):
        reader = FakeReader()
        lists = lists_of(background, reader)
        await lists.start(connections("a"))
        await lists.settle(1)
        assert lists.states()[0].error
        reader.bodies["a"] = BODY
        lists.refresh_due(force=True)
        await lists.settle(1)
        assert names(lists) == [["m"]]


class TestConnecting:
    async def test_keeps_what_is_known_of_connections_that_stay(self, background):
        reader = FakeReader(a=BODY, b=None)
        lists = lists_of(background, reader)
        await lists.start(connections("a"))
        await lists.settle(1)
        lists.connect(connections("b", "a"))
        assert names(lists) == [[], ["m"]]

    async def test_forgets_the_list_of_another_key(self, background):
        lists = lists_of(background, FakeReader(a=BODY))
        await lists.start(connections("a", keys=["one"]))
        await lists.settle(1)
        lists.connect(connections("a", keys=["two"]))
        assert names(lists) == [[]]

    async def test_two_keys_of_one_address_are_two_connections(self, background):
        lists = lists_of(background, FakeReader(a=BODY))
        await lists.start(connections("a", "a", keys=["one", "two"]))
        await lists.settle(1)
        assert names(lists) == [["m"], ["m"]]


class TestKeptLists:
    async def test_are_used_while_the_provider_is_away(self, background):
        lists = lists_of(background, FakeReader(a=None), FakeKept(**{"openai http://a": BODY}))
        await lists.start(connections("a"))
        assert names(lists) == [["m"]]

    async def test_that_cannot_be_read_are_ignored(self, background):
        lists = lists_of(background, FakeReader(a=None), FakeKept(**{"openai http://a": b"{"}))
        await lists.start(connections("a"))
        assert names(lists) == [[]]

    async def test_are_written_once_the_database_is_back(self, background):
        kept = FakeKept()
        kept.away = True
        lists = lists_of(background, FakeReader(a=BODY), kept)
        await lists.start(connections("a"))
        await lists.settle(1)
        assert names(lists) == [["m"]]
        kept.away = False
        lists.refresh_due(force=True)
        await lists.settle(1)
        assert kept.bodies == {"openai http://a": BODY}
