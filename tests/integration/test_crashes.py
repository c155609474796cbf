"""A process is killed while fifty answers are written; it comes back, and nothing that was stored is lost."""

import asyncio
from dataclasses import dataclass, field

from .clients.people import Conversation, Person
from .clients.sockets import SocketClient
from .clients.transcript import Transcript
from .world import World, eventually, numbered

# The processes of a shape whose death people notice.
VICTIMS = {
    "one-process": ("main",),
    "per-service": ("gateway-1", "auth-1", "model-proxy-1", "rag-1", "chat-1"),
}
# Who writes the answers: when it dies, they are interrupted.
WRITERS = {"main", "chat-1"}
# Through whom the answers come: when it dies, they may be.
SOURCES = WRITERS | {"model-proxy-1"}
FINISHED, RUNNING, PEOPLE = 10, 40, 5
LENGTH = 120


@dataclass
class Load:
    """Fifty answers: some finished, the others being written."""

    finished: list[tuple[Person, Conversation]] = field(default_factory=list)
    running: list[tuple[Person, Conversation, str]] = field(default_factory=list)
    sockets: dict[str, SocketClient] = field(default_factory=dict)

    def transcripts(self) -> list[Transcript]:
        """What windows have seen of the running answers."""
        return [self.sockets[p.id].tasks[t] for p, _, t in self.running if t in self.sockets[p.id].tasks]


async def begin(platform: World, label: str) -> Load:
    """Start the answers; return when all running ones have begun and some of each is stored."""
    people = await asyncio.gather(*(platform.person() for _ in range(PEOPLE)))
    load = Load()
    for person in people:
        load.sockets[person.id] = await person.socket().connect()

    async def start(number: int) -> tuple[Person, Conversation, str]:
        person = people[number % PEOPLE]
        conversation = await person.converse()
        return person, conversation, await person.ask(conversation, load.sockets[person.id].sid)

    platform.provider.script(*(numbered(f"{label}-done-{n}", 20) for n in range(FINISHED)))
    for person, conversation, task_id in await asyncio.gather(*map(start, range(FINISHED))):
        await load.sockets[person.id].ended(task_id)
        load.finished.append((person, conversation))
    platform.provider.script(*(numbered(f"{label}-open-{n}", LENGTH, delay=0.05) for n in range(RUNNING)))
    load.running = list(await asyncio.gather(*map(start, range(RUNNING))))

    async def stored() -> bool:
        return min(await lengths(platform, load), default=0) > 0

    await eventually(stored, "checkpoints of all answers", 20)
    return load


async def lengths(platform: World, load: Load) -> list[int]:
    """How much of each running answer is stored."""
    ids = [conversation.answer_id for _, conversation, _ in load.running]
    rows = await platform.query(
        "SELECT id, length(content) AS length FROM chat.message WHERE id = ANY($1)", ids
    )
    found = {row["id"]: row["length"] for row in rows}
    return [found.get(answer_id, 0) for answer_id in ids]


async def none_running(platform: World) -> bool:
    """Whether no answer is being written."""
    answer = await platform.admin.rest.get("/api/tasks")
    return answer.status == 200 and answer.json == {"tasks": []}


async def check(platform: World, load: Load, label: str, victim: str, checkpointed: list[int]) -> None:
    """Compare what is stored with what the provider wrote."""
    for person, conversation in load.finished:
        message = await person.message(conversation)
        assert message["content"].endswith(".19 "), (victim, message)
        assert "error" not in message
    wholes = {f"{label}-open-{n}": numbered(f"{label}-open-{n}", LENGTH).text for n in range(RUNNING)}
    seen = set()
    for (person, conversation, _), least in zip(load.running, checkpointed, strict=True):
        message = await person.message(conversation)
        text = message["content"]
        name = text.partition(".")[0]
        seen.add(name)
        assert message["done"] is True
        assert wholes[name].startswith(text), (victim, text)
        assert len(text) >= least
        if text != wholes[name] or victim in WRITERS:
            assert victim in SOURCES, (victim, message)
            assert message["error"]["content"]
        assert bool(message.get("interrupted")) == (victim in WRITERS), (victim, message)
    assert seen == set(wholes)


class TestKill:
    async def test_no_finished_answer_is_lost_and_interrupted_ones_are_marked(self, platform: World) -> None:
        for victim in VICTIMS[platform.shape]:
            label = f"kill-{victim}"
            load = await begin(platform, label)
            checkpointed = await lengths(platform, load)
            await platform.crash(victim)
            await eventually(lambda: none_running(platform), f"the answers to end after {victim}", 40)
            await check(platform, load, label, victim, checkpointed)
            if victim == "gateway-1":
                await self._windows_come_back(load)
            for socket in load.sockets.values():
                await socket.close()
            assert (await platform.admin.rest.get("/ready")).status == 200

    @staticmethod
    async def _windows_come_back(load: Load) -> None:
        """Windows whose gateway died connect to the new one and lose nothing."""
        person, conversation, task_id = load.running[0]
        seen = load.sockets[person.id].tasks[task_id]
        async with person.socket() as socket:
            resumed = await socket.resume(task_id, seen)
            if resumed.final is None:
                await socket.ended(task_id)
        assert resumed.faults == []
        assert resumed.text == (await person.message(conversation))["content"]
