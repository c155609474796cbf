"""What reads and writes cost in Postgres."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from owui_chassis.database import Database
from owui_chat.adapters.chat_lists import _FOUND
from owui_chat.adapters.chats import Chats
from owui_chat.domain.conversation import parse_chat
from owui_chat.domain.limits import Limits
from sqlalchemy import text


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(chat_database_url: str) -> AsyncIterator[Database]:
    """The schema of chat."""
    # One connection: what others write to the same server meanwhile is not counted.
    async with Database(chat_database_url, "chat", pool_size=1) as opened:
        yield opened


def long_chat(length: int) -> tuple[dict[str, Any], list[str]]:
    """Return a chat of many messages and their ids."""
    ids = [str(uuid.uuid4()) for _ in range(length)]
    messages = {
        key: {
            "id": key,
            "parentId": ids[at - 1] if at else None,
            "childrenIds": ids[at + 1 : at + 2],
            "role": "assistant" if at % 2 else "user",
            "content": f"message {at} " * 20,
        }
        for at, key in enumerate(ids)
    }
    return {"title": "long", "history": {"messages": messages, "currentId": ids[-1]}}, ids


def body(chat: dict[str, Any]) -> Any:
    """Return a chat as the store takes it."""
    return parse_chat(json.dumps(chat).encode(), Limits())


async def written(database: Database) -> tuple[int, int]:
    """Return how many message rows were ever written, and the bytes this connection wrote to the log."""
    async with database.connect() as connection:
        await connection.execute(text("SELECT pg_stat_force_next_flush()"))
        row = (
            await connection.execute(
                text("""
                SELECT (SELECT sum(n_tup_ins + n_tup_upd) FROM pg_stat_all_tables WHERE relname = 'message'),
                    (SELECT wal_bytes FROM pg_stat_get_backend_wal(pg_backend_pid()))
                """)
            )
        ).one()
    return int(row[0] or 0), int(row[1])


async def cost(database: Database, work: Any) -> tuple[int, int]:
    """Return the rows that some work writes, and the bytes when no checkpoint came in between.

    After a checkpoint the log takes whole pages, once: the cheapest of a few times is what the work costs.
    """
    costs = []
    for _ in range(4):
        before = await written(database)
        await work()
        after = await written(database)
        costs.append((after[0] - before[0], after[1] - before[1]))
    rows = {one[0] for one in costs}
    assert len(rows) == 1
    return rows.pop(), min(one[1] for one in costs)


class TestAppending:
    async def test_to_a_long_chat_writes_what_it_writes_to_a_short_one(self, database: Database) -> None:
        chats = Chats(database)
        costs = {}
        for length in (5, 5000):
            chat, ids = long_chat(length)
            stored = json.loads(await chats.create("u", body(chat)))

            async def append(chat_id: str = stored["id"], last: list[str] = ids) -> None:
                new = str(uuid.uuid4())
                message = {
                    "id": new,
                    "parentId": last[-1],
                    "childrenIds": [],
                    "role": "user",
                    "content": "more",
                }
                last.append(new)
                history = {"messages": {new: message}, "currentId": new}
                await chats.update("u", chat_id, body({"history": history}), partial=True)

            costs[length] = await cost(database, append)
        assert costs[5][0] == costs[5000][0] == 1
        assert 0 < costs[5000][1] < 10_000

    async def test_a_whole_copy_with_one_change_writes_one_row(self, database: Database) -> None:
        chats = Chats(database)
        chat, ids = long_chat(5000)
        stored = json.loads(await chats.create("u", body(chat)))
        edits = iter("abcdef")

        async def edit() -> None:
            chat["history"]["messages"][ids[17]]["content"] = next(edits)
            await chats.update("u", stored["id"], body(chat), partial=False)

        assert (await cost(database, edit))[0] == 1

        async def same() -> None:
            await chats.update("u", stored["id"], body(chat), partial=False)

        assert (await cost(database, same))[0] == 0


class TestSearch:
    async def test_uses_the_index_over_owner_and_word(self, database: Database) -> None:
        async with database.begin() as connection:
            await connection.execute(
                text("""
                INSERT INTO chat (id, user_id, title, data, has_history, created_at, updated_at)
                SELECT 's' || i, 'searcher' || i % 10, 't', '{}', true, i, i FROM generate_series(1, 200) i
                """)
            )
            await connection.execute(
                text("""
                INSERT INTO message
                    (chat_id, id, user_id, position, role, content, data, created_at, updated_at)
                SELECT 's' || (1 + i % 200), 'm' || i, 'searcher' || (1 + i % 200) % 10, i, 'user',
                    'word' || i % 500 || ' and more', '{}', i, i FROM generate_series(1, 20000) i
                """)
            )
        async with database.connect() as connection:
            await connection.execute(text("ANALYZE"))
            statement = f"EXPLAIN SELECT c.id FROM chat c WHERE c.user_id = :user_id AND {_FOUND}"  # noqa: S608 - ours
            plan = await connection.execute(
                text(statement),
                {
                    "user_id": "searcher3",
                    "has_words": True,
                    "patterns": ["%word77%"],
                    "terms": "'@searcher3' & 'word77':*",
                },
            )
            lines = "\n".join(plan.scalars())
        assert "Bitmap Index Scan on message_terms" in lines
        assert "Seq Scan on message" not in lines
