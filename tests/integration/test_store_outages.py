"""Redis and Postgres go away and come back under load: the platform recovers by itself."""

import asyncio

from owui_testkit.fake_provider import Reply

from .clients.library import Library
from .clients.people import Conversation, Person
from .clients.sockets import SocketClient
from .world import WORKER, World, eventually, numbered

RECOVERY_SECONDS = 15.0
STREAMS = 20
OURS = ("auth-1", "chat-1", "model-proxy-1", "rag-1", "gateway-1")


async def works(person: Person) -> bool:
    """Whether reading, writing and asking a model succeed."""
    listed = await person.rest.get("/api/v1/chats/")
    files = await person.rest.get("/api/v1/files/")
    made = await person.rest.post("/api/v1/chats/new", {"chat": {"title": "still here"}})
    body = {"model": "fake-model", "messages": [{"role": "user", "content": "hi"}]}
    asked = await person.rest.post("/api/chat/completions", body)
    signed_in = await person.rest.with_token("").post(
        "/api/v1/auths/signin", {"email": person.email, "password": person.password}
    )
    return all(answer.status == 200 for answer in (listed, files, made, asked, signed_in))


async def reads(person: Person, when: str) -> None:
    """Let the worker read a new text and find it."""
    library = Library(person.rest)
    file_id = await library.read("note.txt", f"A note of {person.id} {when}".encode())
    assert when in (await library.find("a note", f"file-{file_id}"))[0][0]


async def begin(
    platform: World, person: Person, socket: SocketClient, label: str
) -> list[tuple[Conversation, str]]:
    """Start answers that take some seconds; return when all have begun."""
    platform.provider.script(*(numbered(f"{label}-{n}", 100, delay=0.05) for n in range(STREAMS)))
    conversations = [await person.converse() for _ in range(STREAMS)]
    tasks = await asyncio.gather(*(person.ask(one, socket.sid) for one in conversations))
    await socket.wait(lambda: all(task in socket.tasks and socket.tasks[task].parts for task in tasks))
    return list(zip(conversations, tasks, strict=True))


class TestRestart:
    async def test_answers_in_the_making_end_whole_and_requests_succeed_again(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        for store in ("redis", "postgres"):
            platform.providers.reset()
            platform.provider.default = Reply()
            async with ada.socket() as socket:
                running = await begin(platform, ada, socket, store)
                await asyncio.to_thread(platform.stack.restart, store)
                await eventually(lambda: works(bob), f"requests to succeed after {store}", RECOVERY_SECONDS)
                await reads(bob, f"after {store}")
                await self._all_ended(platform, ada, store, running)
                heard = [await self._final(socket, task) for _, task in running]
            wholes = sorted(numbered(f"{store}-{n}", 100).text for n in range(STREAMS))
            assert sorted(heard) == wholes

    @staticmethod
    async def _all_ended(
        platform: World, person: Person, store: str, running: list[tuple[Conversation, str]]
    ) -> None:
        async def ended() -> bool:
            answer = await platform.admin.rest.get("/api/tasks")
            return answer.status == 200 and answer.json == {"tasks": []}

        await eventually(ended, f"the answers to end after {store}", 30)
        stored = [(await person.message(one)) for one, _ in running]
        wholes = sorted(numbered(f"{store}-{n}", 100).text for n in range(STREAMS))
        assert sorted(message["content"] for message in stored) == wholes
        assert not any("error" in message or "interrupted" in message for message in stored)

    @staticmethod
    async def _final(socket: SocketClient, task_id: str) -> str:
        """What the window shows in the end; like any window it asks again where it sees a gap."""
        task = await socket.ended(task_id, 30)
        assert task.final is not None
        content: str = task.final["content"]
        return content


class TestEverythingAtOnce:
    async def test_both_stores_away_at_the_start_of_all_services(self, platform: World, ada: Person) -> None:
        names = ["postgres", "redis", WORKER, *(OURS if platform.shape == "per-service" else ())]
        before = platform.stack.pids
        for name in names:
            platform.stack.kill(name)
        for name in names:
            await asyncio.to_thread(platform.stack.wait_for_new, name, before[name])
        await eventually(lambda: works(ada), "the platform to work again", 4 * RECOVERY_SECONDS)
        await reads(ada, "after both")
        async with ada.socket() as socket:
            conversation = await ada.converse()
            task = await socket.ended(await ada.ask(conversation, socket.sid))
        assert task.text == platform.provider.default.text

    async def test_sign_up_is_still_closed_and_everything_is_there_after_a_restart(
        self, platform: World, ada: Person
    ) -> None:
        conversation = await ada.converse(question="before the restart")
        before = await platform.row_counts()
        await platform.restart()
        form = {"name": "Eve", "email": "eve2@example.com", "password": "correct horse battery"}
        assert (await platform.nobody.post("/api/v1/auths/signup", form)).status == 403
        chat = await ada.rest.fetch(f"/api/v1/chats/{conversation.chat_id}")
        assert (
            chat["chat"]["history"]["messages"][conversation.question_id]["content"] == "before the restart"
        )
        assert await platform.row_counts() == before
