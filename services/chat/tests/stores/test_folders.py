"""Folders in Postgres when several things happen at once, and after their owner has gone."""

import asyncio
import json
import random
from collections.abc import AsyncIterator

import pytest_asyncio
from owui_chassis.database import Database
from owui_chassis.errors import Invalid, NotFound
from owui_chat.adapters.chats import Chats
from owui_chat.adapters.folders import Folders
from owui_chat.adapters.notes import Notes
from owui_chat.domain.conversation import parse_chat
from owui_chat.domain.folders import FolderForm, FolderLimits
from owui_chat.domain.limits import Limits
from owui_chat.domain.notes import NoteForm, NoteLimits
from sqlalchemy import text

CHAT = parse_chat(b'{"title":"t"}', Limits())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(chat_database_url: str) -> AsyncIterator[Database]:
    """The schema of chat."""
    async with Database(chat_database_url, "chat", pool_size=5) as opened:
        yield opened


@pytest_asyncio.fixture
async def folders(database: Database) -> Folders:
    """The store."""
    return Folders(database, FolderLimits())


async def make(folders: Folders, user: str, name: str, parent: str | None = None) -> str:
    """Make a folder and return its id."""
    return (await folders.create(user, FolderForm(name=name), parent)).id


async def count(database: Database, statement: str, user: str) -> int:
    """Return the number that a statement counts."""
    async with database.connect() as connection:
        return int((await connection.execute(text(statement), {"user": user})).scalar_one())


class TestAtOnce:
    async def test_moves_against_each_other_never_go_round(self, folders: Folders) -> None:
        for number in range(20):
            user = f"mover {number}"
            a, b, c = [await make(folders, user, name) for name in "abc"]
            pairs = [(a, b), (b, c), (c, a)]
            random.shuffle(pairs)
            results = await asyncio.gather(
                *(folders.move(user, one, other) for one, other in pairs), return_exceptions=True
            )
            refused = [result for result in results if isinstance(result, BaseException)]
            assert len(refused) == 1
            assert isinstance(refused[0], Invalid)
            tops = [row for row in await folders.all(user) if row.parent_id is None]
            assert len(tops) == 1

    async def test_a_chat_never_stays_in_a_folder_that_goes(
        self, database: Database, folders: Folders
    ) -> None:
        chats = Chats(database)
        for number in range(20):
            user = f"sorter {number}"
            outer = await make(folders, user, "outer")
            inner = await make(folders, user, "inner", outer)
            moved = json.loads(await chats.create(user, CHAT))["id"]
            results = await asyncio.gather(
                chats.create(user, CHAT, folder_id=inner),
                chats.move(user, moved, inner),
                folders.delete(user, outer, with_chats=False, may_delete_chats=False),
                return_exceptions=True,
            )
            assert [
                one for one in results if isinstance(one, BaseException) and not isinstance(one, NotFound)
            ] == []
            lost = "SELECT count(*) FROM chat WHERE user_id = :user AND folder_id IS NOT NULL"
            assert await count(database, lost, user) == 0
            assert await count(database, "SELECT count(*) FROM chat WHERE user_id = :user", user) == 2
            assert await folders.all(user) == []


class TestErasure:
    async def test_leaves_neither_folders_nor_notes(self, database: Database, folders: Folders) -> None:
        notes = Notes(database, NoteLimits())
        for user in ("gone", "stays"):
            outer = await make(folders, user, "outer")
            await make(folders, user, "inner", outer)
            await notes.create(user, NoteForm(title="t"))
        for _ in range(2):
            await Chats(database).erase_user("gone")
        for user, left in (("gone", 0), ("stays", 21)):
            both = """
                SELECT (SELECT count(*) FROM folder WHERE user_id = :user) * 10
                    + (SELECT count(*) FROM note WHERE user_id = :user)
            """
            assert await count(database, both, user) == left
