"""How often a chat, an answer and their reading ask Postgres, and that asking less often loses nothing."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from owui_chassis.database import Database
from owui_chassis.errors import Conflict, Exhausted, Invalid, NotFound
from owui_chat.adapters.chats import Chats
from owui_chat.adapters.tasks import Tasks
from owui_chat.domain.completion_request import CompletionRequest, parse_completion
from owui_chat.domain.conversation import parse_chat
from owui_chat.domain.limits import Limits
from owui_chat.domain.task import Task
from owui_chat.ports import Finished
from sqlalchemy import event, text

PER_USER = 3


class Store:
    """The stores of chat over one database; every query that the driver sends is noted."""

    def __init__(self, database: Database) -> None:
        self.chats = Chats(database)
        self.tasks = Tasks(database, "", PER_USER, 60)
        self.database = database
        self.queries: list[str] = []

        engine = database.engine.sync_engine

        @event.listens_for(engine, "before_cursor_execute")
        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            self.queries.append(statement)

        @event.listens_for(engine, "connect")
        def note_transactions(connection: Any, _record: Any) -> None:
            # What the driver sends by itself: BEGIN, COMMIT, ROLLBACK.
            connection.driver_connection.add_query_logger(lambda record: self.queries.append(record.query))

    async def count(self, work: Any) -> tuple[int, Any]:
        """Return how many queries some work sends, and its result."""
        self.queries.clear()
        result = await work
        return len(self.queries), result

    async def create(self, user_id: str, chat: Any) -> Any:
        """Store a chat and return it."""
        return json.loads(await self.chats.create(user_id, form(chat)))

    async def messages(self, user_id: str, chat_id: str) -> Any:
        """Return the stored messages of a chat."""
        return json.loads(await self.chats.read(user_id, chat_id))["chat"]["history"]["messages"]

    async def row(self, statement: str, **values: Any) -> Any:
        """Return one row."""
        async with self.database.connect() as connection:
            return (await connection.execute(text(statement), values)).one()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(chat_database_url: str) -> AsyncIterator[Store]:
    """The stores of chat."""
    async with Database(chat_database_url, "chat") as opened:
        yield Store(opened)


def form(chat: Any) -> Any:
    """Return a chat as the store takes it."""
    return parse_chat(json.dumps(chat).encode(), Limits())


def message(identifier: str, parent: str | None, role: str, **members: Any) -> dict[str, Any]:
    """Return a message."""
    kept = {"childrenIds": [], "content": f"text of {identifier}", **members}
    return {"id": identifier, "parentId": parent, "role": role, **kept}


def conversation(*messages: dict[str, Any], current: str | None = None) -> dict[str, Any]:
    """Return a chat of messages."""
    return {"title": "t", "history": {"messages": {m["id"]: m for m in messages}, "currentId": current}}


def asked() -> dict[str, Any]:
    """Return a chat as the client saves it before it asks: the answer's place is there already."""
    question = message("q", None, "user", childrenIds=["a"])
    return conversation(question, message("a", "q", "assistant", content="", model="m"), current="a")


def request(chat_id: str, identifier: str = "a", **members: Any) -> CompletionRequest:
    """Return a request for an answer."""
    body = {
        "model": "m",
        "chat_id": chat_id,
        "id": identifier,
        "messages": [{"role": "user", "content": "?"}],
    }
    return parse_completion(json.dumps({**body, **members}).encode())


async def begin(store: Store, user_id: str, wanted: CompletionRequest) -> Task:
    """Look and begin, without anything in between."""
    task = Task(wanted.chat_id, wanted.message_id, user_id)
    seen = await store.tasks.look(user_id, wanted)
    await store.tasks.begin(task, wanted, "", seen)
    return task


class TestCounting:
    async def test_sees_transactions(self, store: Store) -> None:
        async def work() -> None:
            async with store.database.begin() as connection:
                await connection.execute(text("SELECT 1"))

        await work()
        assert await store.count(work()) == (3, None)


class TestCreate:
    async def test_is_one_query(self, store: Store) -> None:
        await store.create("warm", asked())
        count, _ = await store.count(store.create("u", asked()))
        assert count == 1

    @pytest.mark.parametrize(
        "chat",
        [
            asked(),
            {},
            {
                "title": "without a tree",
                "messages": [{"role": "user", "content": "x"}],
                "params": {"a": 1.50},
            },
            {"title": "empty", "history": {"messages": {}, "currentId": None}},
            {"title": 'quoted "x" ü 漢', "tags": ["a"], "big": 2**70, "history": None},
            conversation(
                message(
                    "1", None, "user", content=[{"type": "text", "text": "parts"}], childrenIds=["2", "3"]
                ),
                message("2", "1", "assistant", content="lost"),
                message("3", "1", "assistant", content=None, usage={"n": 1e-7}),
                message("4", "3", "user", content='line\n"quoted" \u2028 😀'),
                current="4",
            ),
            conversation(message("1", "missing", "user"), current="nowhere"),
        ],
    )
    async def test_answers_what_is_read_later(self, store: Store, chat: dict[str, Any]) -> None:
        created = await store.chats.create("u", form(chat))
        assert created == await store.chats.read("u", json.loads(created)["id"])

    async def test_takes_only_a_folder_of_the_same_user(self, store: Store) -> None:
        async with store.database.begin() as connection:
            insert = (
                "INSERT INTO folder (id, user_id, name, created_at, updated_at) VALUES ('f', 'u', 'n', 1, 1)"
            )
            await connection.execute(text(insert))
        for user_id, expected in (("u", "f"), ("other", None)):
            created = json.loads(await store.chats.create(user_id, form(asked()), folder_id="f"))
            assert created["folder_id"] == expected
            assert created == json.loads(await store.chats.read(user_id, created["id"]))


class TestQueries:
    async def test_of_an_answer_are_a_read_a_write_and_its_end(self, store: Store) -> None:
        for user_id in ("warm", "counted"):
            chat = await store.create(user_id, asked())
            started, task = await store.count(begin(store, user_id, request(chat["id"], parent_id="q")))
            ended, title = await store.count(store.tasks.finish(task, Finished("done", {"done": True})))
            read, stored = await store.count(store.messages(user_id, chat["id"]))
        assert (started, ended, read) == (2, 1, 1)
        assert title == "t"
        assert stored["a"]["content"] == "done"
        assert stored["q"]["childrenIds"] == ["a"]

    async def test_of_an_answer_whose_question_only_the_request_carries_are_as_many(
        self, store: Store
    ) -> None:
        chat = await store.create("u1", conversation(message("r", None, "assistant"), current="r"))
        sent = message("q", "r", "user")
        count, task = await store.count(
            begin(store, "u1", request(chat["id"], parent_id="q", parent_message=sent))
        )
        assert count == 2
        stored = await store.messages("u1", chat["id"])
        assert [stored[key]["childrenIds"] for key in ("r", "q", "a")] == [["q"], ["a"], []]
        assert list(stored) == ["r", "q", "a"]
        await store.tasks.finish(task, Finished("", {}))

    async def test_of_a_start_write_no_row_that_would_stay_the_same(self, store: Store) -> None:
        chat = await store.create("u2", asked())
        versions = "SELECT array_agg(xmin::text ORDER BY id) FROM message WHERE chat_id = :id"
        before = await store.row(versions, id=chat["id"])
        await begin(store, "u2", request(chat["id"], parent_id="q"))
        assert await store.row(versions, id=chat["id"]) == before

    async def test_of_signs_of_life_are_one_and_without_transaction(self, store: Store) -> None:
        chat = await store.create("u3", asked())
        task = await begin(store, "u3", request(chat["id"]))
        assert (await store.count(store.tasks.checkpoint([(task, "so far")])))[0] == 1
        assert (await store.count(store.tasks.beat()))[0] == 1
        assert (await store.count(store.tasks.checkpoint([])))[0] == 0


class TestConcurrentSave:
    async def test_between_look_and_begin_loses_no_child_and_no_text(self, store: Store) -> None:
        chat = await store.create("u4", conversation(message("q", None, "user"), current="q"))
        wanted = request(chat["id"], parent_id="q")
        seen = await store.tasks.look("u4", wanted)
        other = message("b", "q", "assistant", content="another answer")
        saved = conversation(
            message("q", None, "user", content="edited", childrenIds=["b"]), other, current="b"
        )
        await store.chats.update("u4", chat["id"], form(saved), partial=False)
        await store.tasks.begin(Task(chat["id"], "a", "u4"), wanted, "", seen)
        stored = await store.messages("u4", chat["id"])
        assert stored["q"]["childrenIds"] == ["b", "a"]
        assert stored["q"]["content"] == "edited"
        assert stored["b"]["content"] == "another answer"
        assert stored["a"]["parentId"] == "q"

    async def test_that_has_not_ended_is_waited_for(self, store: Store) -> None:
        chat = await store.create("u5", conversation(message("q", None, "user"), current="q"))
        wanted = request(chat["id"], parent_id="q")
        seen = await store.tasks.look("u5", wanted)
        data = json.dumps({"id": "q", "parentId": None, "role": "user", "childrenIds": ["b"]})
        async with store.database.begin() as connection:
            change = "UPDATE message SET content = 'edited', data = :data WHERE chat_id = :id AND id = 'q'"
            await connection.execute(
                text(change.replace(":data", "CAST(:data AS json)")), {"data": data, "id": chat["id"]}
            )
            beginning = asyncio.create_task(store.tasks.begin(Task(chat["id"], "a", "u5"), wanted, "", seen))
            await blocked(store)
        await beginning
        stored = await store.messages("u5", chat["id"])
        assert stored["q"]["childrenIds"] == ["b", "a"]
        assert stored["q"]["content"] == "edited"

    async def test_of_the_same_question_by_another_start_keeps_both_answers(self, store: Store) -> None:
        chat = await store.create("u6", conversation())
        sent = message("q", None, "user")
        wanted = [request(chat["id"], key, parent_id="q", parent_message=sent) for key in ("a", "b")]
        seen = [await store.tasks.look("u6", one) for one in wanted]
        await asyncio.gather(
            *(
                store.tasks.begin(Task(chat["id"], one.message_id, "u6"), one, "", as_seen)
                for one, as_seen in zip(wanted, seen, strict=True)
            )
        )
        stored = await store.messages("u6", chat["id"])
        assert sorted(stored["q"]["childrenIds"]) == ["a", "b"]

    async def test_that_deletes_the_chat_makes_it_not_found(self, store: Store) -> None:
        chat = await store.create("u7", asked())
        seen = await store.tasks.look("u7", request(chat["id"]))
        await store.chats.delete("u7", chat["id"], anyone=False)
        with pytest.raises(NotFound):
            await store.tasks.begin(Task(chat["id"], "a", "u7"), request(chat["id"]), "", seen)
        assert await store.tasks.running("u7") == []


class TestRefusedStart:
    async def test_of_a_busy_message_changes_nothing(self, store: Store) -> None:
        chat = await store.create("u8", conversation(message("q", None, "user"), current="q"))
        await begin(store, "u8", request(chat["id"]))
        before = await store.chats.read("u8", chat["id"])
        with pytest.raises(Conflict):
            await begin(store, "u8", request(chat["id"], parent_id="q"))
        assert await store.chats.read("u8", chat["id"]) == before

    async def test_of_one_too_many_changes_nothing(self, store: Store) -> None:
        chat = await store.create("u9", conversation())
        for number in range(PER_USER):
            await begin(store, "u9", request(chat["id"], f"a{number}"))
        before = await store.chats.read("u9", chat["id"])
        with pytest.raises(Exhausted):
            await begin(store, "u9", request(chat["id"], "one more"))
        assert await store.chats.read("u9", chat["id"]) == before

    async def test_of_a_temporary_chat_knows_the_same_limit(self, store: Store) -> None:
        for number in range(PER_USER):
            await begin(store, "u10", request("local:x", f"a{number}"))
        with pytest.raises(Exhausted):
            await begin(store, "u10", request("local:x", "one more"))

    async def test_of_an_answer_to_itself_changes_nothing(self, store: Store) -> None:
        chat = await store.create("u11", asked())
        before = await store.chats.read("u11", chat["id"])
        with pytest.raises(Invalid):
            await begin(store, "u11", request(chat["id"], parent_id="a"))
        assert await store.chats.read("u11", chat["id"]) == before

    async def test_is_none_when_the_former_task_is_dead(self, store: Store) -> None:
        user_id = str(uuid.uuid4())
        chat = await store.create(user_id, asked())
        await begin(store, user_id, request(chat["id"]))
        async with store.database.begin() as connection:
            aged = "UPDATE task SET heartbeat = now() - interval '1 hour' WHERE user_id = :user_id"
            await connection.execute(text(aged), {"user_id": user_id})
        task = await begin(store, user_id, request(chat["id"]))
        assert await store.tasks.running(user_id) == [task.id]


async def blocked(store: Store) -> None:
    """Wait until somebody waits for a lock."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(10):
        while not (await store.row(waiting))[0]:  # noqa: ASYNC110 - Postgres tells nobody
            await asyncio.sleep(0.01)
