"""Every kind of sharing × every kind of caller: the statements say what the rules say."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from owui_chassis.access_control import Caller, admits, sql_values
from owui_chassis.database import Database
from owui_chat.adapters.note_lists import _CONDITIONS, NoteLists
from owui_chat.adapters.notes import Notes
from owui_chat.domain.notes import NoteForm, NoteLimits, NoteSearch
from sqlalchemy import text

RULES: list[Any] = [
    None,
    {"user_ids": [], "group_ids": []},
    {"user_ids": ["reader"]},
    {"group_ids": ["team"]},
    {"user_ids": ["somebody"], "group_ids": ["others"]},
    {"user_ids": ["reader", "writer"], "group_ids": ["team", "others"]},
]
CONTROLS: list[Any] = [
    None,
    {},
    *(
        {name: rule for name, rule in (("read", read), ("write", write)) if rule is not None}
        for read, write in itertools.product(RULES, RULES)
    ),
]
CALLERS = [
    Caller(user_id="owner"),
    Caller(user_id="reader"),
    Caller(user_id="writer", group_ids=frozenset({"team"})),
    Caller(user_id="stranger", group_ids=frozenset({"nobody's"})),
    Caller(user_id="admin", unrestricted=True),
]

_HERMITS = text("""
    INSERT INTO note (id, user_id, title, access_control, created_at, updated_at)
    SELECT gen_random_uuid(), 'hermit ' || n % 1000, 't', '{}', n, n FROM generate_series(1, 20000) n
""")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(chat_database_url: str) -> AsyncIterator[Database]:
    """The schema of chat."""
    async with Database(chat_database_url, "chat", pool_size=5) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(database: Database) -> dict[str, Any]:
    """A note for each way to share one: its access control by its id."""
    notes = Notes(database, NoteLimits())
    made = await asyncio.gather(
        *(notes.create("owner", NoteForm(title="t", access_control=control)) for control in CONTROLS)
    )
    return dict(zip([note.id for note in made], CONTROLS, strict=True))


def may(caller: Caller, control: Any, right: str) -> bool:
    """What the rules say."""
    if caller.user_id == "owner" or caller.unrestricted:
        return True
    return right == "read" if control is None else admits(control.get(right), caller)


class TestAccess:
    async def test_of_single_notes(self, database: Database, shared: dict[str, Any]) -> None:
        notes = Notes(database, NoteLimits())
        for caller, (note_id, control) in itertools.product(CALLERS, shared.items()):
            reads, writes = may(caller, control, "read"), may(caller, control, "write")
            found = await notes.get(caller, note_id)
            seen = (found.readable, found.writable) if found else (False, False)
            assert seen == (reads, writes), (caller, control)
            form = NoteForm(title="t", sends_access=False)
            assert (await notes.update(caller, note_id, form) is not None) is writes, (caller, control)

    async def test_of_lists(self, database: Database, shared: dict[str, Any]) -> None:
        lists = NoteLists(database)
        for caller, right in itertools.product(CALLERS, ("read", "write", "read_only")):
            found: list[str] = []
            for page in (1, 2):
                notes, total = await lists.search(caller, NoteSearch(right=right, page=page))
                found += [note.id for note in notes]
            expected = {
                note_id for note_id, control in shared.items() if self._listed(caller, control, right)
            }
            assert set(found) == expected, (caller, right)
            assert len(found) == total == len(expected)

    @staticmethod
    def _listed(caller: Caller, control: Any, right: str) -> bool:
        if right == "read_only":
            named = control is not None and admits(control.get("read"), caller)
            return named and caller.user_id != "owner" and not admits(control.get("write"), caller)
        # A public note counts as one that is there for everybody, in both lists.
        return control is None or may(caller, control, right)

    async def test_of_deletions(self, database: Database, shared: dict[str, Any]) -> None:
        notes = Notes(database, NoteLimits())
        for caller, control in itertools.product(CALLERS, CONTROLS):
            made = await notes.create("owner", NoteForm(title="gone", access_control=control))
            assert await notes.delete(caller, made.id) is may(caller, control, "write"), (caller, control)
            await notes.delete(CALLERS[0], made.id)


class TestLists:
    async def test_leave_out_texts_when_they_are_full(self, database: Database) -> None:
        notes, caller = Notes(database, NoteLimits(note_bytes=2**24)), Caller(user_id="collector")
        data = '{"content":{"md":"' + "x" * (12 * 1024 * 1024) + '"}}'
        for title in "abc":
            await notes.create("collector", NoteForm(title=title, data=data, access_control={}))
        wanted = NoteSearch(view="created", order_by="name", ascending=True)
        found, total = await NoteLists(database).search(caller, wanted)
        assert [(note.title, note.data is not None) for note in found] == [
            ("a", True),
            ("b", True),
            ("c", False),
        ]
        assert total == 3

    @pytest.mark.parametrize("right", ["read", "write", "read_only"])
    async def test_never_look_at_what_others_keep_private(self, database: Database, right: str) -> None:
        async with database.begin() as connection:
            await connection.execute(_HERMITS)
        async with database.connect() as connection:
            await connection.execute(text("ANALYZE note"))
            explained = text(f"EXPLAIN SELECT id FROM note n WHERE {_CONDITIONS[right]}")  # noqa: S608 - ours
            lines = await connection.execute(explained, sql_values(Caller(user_id="x")))
            assert "Seq Scan" not in "\n".join(lines.scalars())
