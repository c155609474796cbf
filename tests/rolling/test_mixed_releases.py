"""The previous release and this one side by side on one database, as they are while an update goes on."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import product

import pytest
import pytest_asyncio
from owui_chassis.migrations import head
from owui_local.services import SERVICES

from tests.integration.clients.library import Library
from tests.integration.clients.people import Conversation, Person
from tests.integration.clients.rest import Rest
from tests.integration.world import WORKER, Providers, World, numbered

from .conftest import SETTINGS, logs_told, tell_to_leave, until_replaced
from .load import through
from .previous import previous_release, previous_revisions
from .releases import PLATFORM, Releases
from .revisions import SCHEMAS

# Calls go to the replicas by turns: in so many rounds each of them answers.
ROUNDS = 4
SECONDS = 300.0
FORMER, LATTER = ([f"{name}-{number}" for name in (*SERVICES, "gateway")] for number in (1, 2))
NAMES = (*FORMER, *LATTER, WORKER)
TEXT = "Owls hunt mice at night. By day they sleep in hollow trees."


@dataclass(frozen=True)
class Kept:
    """What somebody had before the update."""

    person: Person
    conversation: Conversation
    base_id: str
    answer: str


@dataclass(frozen=True)
class Mixture:
    """A platform whose first replicas are of the previous release, and its second ones of this."""

    world: World
    releases: Releases
    kept: Kept

    @property
    def ways(self) -> list[str]:
        """The address of the gateway of the previous release, and of this one."""
        return self.world.stack.base_urls

    async def run_previous(self, *names: str) -> None:
        """Have these processes, and no others, be of the previous release: replace those that are not."""
        pids = self.world.stack.pids
        others = [name for name in NAMES if self.releases.is_previous(pids[name]) is not (name in names)]
        self.releases.choose_previous(names)
        leaving = {name: tell_to_leave(self.world, name) for name in others}
        await asyncio.gather(*(until_replaced(self.world, name, pid) for name, pid in leaving.items()))


async def ask(world: World, person: Person, way: str, listen_at: str) -> tuple[Conversation, str]:
    """Have an answer written that was asked for at one gateway to a window at another; return its text."""
    conversation = await through(person, way).converse()
    async with person.socket(listen_at) as window:
        task_id = await through(person, way).ask(conversation, window.sid)
        transcript = await window.ended(task_id, SECONDS)
    assert transcript.faults == []
    return conversation, transcript.text


async def revisions(world: World) -> dict[str, str]:
    """Return the revision of each schema."""
    found = {}
    for schema in SCHEMAS:
        [row] = await world.query(f"SELECT version_num FROM {schema}.alembic_version")  # noqa: S608 - our names
        found[schema] = str(row["version_num"])
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mixture(providers: Providers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mixture]:
    """Data of the previous release, migrated by this one, and two replicas of everything."""
    releases = Releases(tmp_path_factory.mktemp("mixed") / "releases", previous_release())
    providers.reset()
    reply = numbered("kept", 20)
    providers.first.default = reply
    settings = {**SETTINGS, **releases.settings, "PREVIOUS_RELEASE_MIGRATES": "1"}
    world = World("per-service", providers, settings, dict.fromkeys((*SERVICES, "gateway"), 2))
    try:
        with logs_told(world):
            releases.choose_previous([PLATFORM])
            await world.start()
            assert releases.is_previous(world.stack.pids["chat-2"])
            assert await revisions(world) == {
                schema: max(previous_revisions(schema))[:4] for schema in SCHEMAS
            }
            person = await world.person()
            conversation, text = await ask(world, person, world.base_url, world.other_url)
            assert text == reply.text
            library = Library(person.rest)
            base_id = await library.base("Birds")
            file_id = await library.upload("owls.txt", TEXT.encode(), knowledge_id=base_id)
            assert (await library.settled(file_id, seconds=SECONDS))[0]["status"] == "completed"
            releases.choose_previous([*FORMER, WORKER])
            await world.restart()
            assert await revisions(world) == {schema: head(package) for schema, package in SCHEMAS.items()}
            pids = world.stack.pids
            assert {name: releases.is_previous(pids[name]) for name in FORMER} == dict.fromkeys(FORMER, True)
            assert not releases.is_previous(pids["main"])
            assert not any(releases.is_previous(pids[name]) for name in LATTER)
        yield Mixture(world, releases, Kept(person, conversation, base_id, reply.text))
    finally:
        await world.stop()


def both_ways(mixture: Mixture) -> list[tuple[str, str]]:
    """Each gateway with each, so often that every replica behind them is asked."""
    return list(product(mixture.ways, repeat=2)) * ROUNDS


@pytest.mark.asyncio(loop_scope="session")
class TestReplicasOfBothReleases:
    async def test_know_who_signs_in_anywhere(self, mixture: Mixture) -> None:
        newcomer = await mixture.world.person()
        for person, (way, other) in product((mixture.kept.person, newcomer), both_ways(mixture)):
            session = await through(person, way).sign_in()
            found = await Rest(session.http, other, session.token).fetch("/api/v1/auths/")
            assert found["id"] == person.id

    async def test_show_what_was_there_before(self, mixture: Mixture) -> None:
        kept = mixture.kept
        for way, _ in both_ways(mixture):
            person = through(kept.person, way)
            assert (await person.message(kept.conversation))["content"] == kept.answer
            assert kept.conversation.chat_id in {
                each["id"] for each in await person.rest.fetch("/api/v1/chats/")
            }
            [(found, _)] = await Library(person.rest).find("What do owls hunt?", kept.base_id)
            assert "mice" in found

    async def test_stream_answers(self, mixture: Mixture) -> None:
        reply = mixture.world.provider.default = numbered("streamed", 40)
        question = {"model": "fake-model", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
        for way, _ in both_ways(mixture):
            async with through(mixture.kept.person, way).rest.stream(
                "/api/chat/completions", question
            ) as response:
                body = (await response.read()).decode()
                assert response.status == 200, body
            *events, last = [line[6:] for line in body.splitlines() if line.startswith("data: ")]
            assert last == "[DONE]"
            deltas = (json.loads(event)["choices"][0]["delta"].get("content") or "" for event in events)
            assert "".join(deltas) == reply.text

    async def test_write_answers_into_windows_at_either_gateway(self, mixture: Mixture) -> None:
        reply = mixture.world.provider.default = numbered("told", 40, 0.005)
        kept = mixture.kept.person
        for way, listen_at in both_ways(mixture):
            conversation, text = await ask(mixture.world, kept, way, listen_at)
            assert text == reply.text
            # The other gateway shows the same.
            stored = await through(kept, listen_at).message(conversation)
            assert (stored["content"], stored.get("error")) == (reply.text, None)

    @pytest.mark.parametrize("previous", [True, False], ids=["previous worker", "new worker"])
    async def test_take_files_that_are_found_anywhere(self, mixture: Mixture, previous: bool) -> None:
        await mixture.run_previous(*FORMER, *[WORKER] * previous)
        person = await mixture.world.person()
        for number, (way, other) in enumerate(product(mixture.ways, repeat=2)):
            library = Library(through(person, way).rest)
            base_id = await library.base(f"Base {number}")
            text = f"The secret number of case {number} is {number * 1111}, says the worker."
            file_id = await library.upload(f"{number}.txt", text.encode(), knowledge_id=base_id)
            [state] = await library.settled(file_id, seconds=SECONDS)
            assert state["status"] == "completed", state
            elsewhere = Library(through(person, other).rest)
            for _ in range(ROUNDS):
                [(found, _)] = await elsewhere.find(f"the secret number of case {number}", base_id)
                assert found == text

    async def test_reach_those_of_the_other_release(self, mixture: Mixture) -> None:
        """A gateway and a chat of one release, where everything else that they call is of the other."""
        reply = mixture.world.provider.default = numbered("reached", 20)
        alone = {"gateway-2", "chat-2"}
        for previous in ({*FORMER, *LATTER} - alone, alone):
            await mixture.run_previous(*previous)
            for way, listen_at in both_ways(mixture):
                _, text = await ask(mixture.world, mixture.kept.person, way, listen_at)
                assert text == reply.text, previous
