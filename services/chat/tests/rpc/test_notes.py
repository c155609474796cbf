"""Notes over gRPC: written, shared, found, deleted, and closed to everybody else."""

import asyncio
import json
from contextlib import asynccontextmanager
from typing import Any

import owui.chat.v1.note_service_pb2 as pb
import pytest
from owui.events.v1.user_event_pb2 import Emission
from owui_chassis.errors import Exhausted, Forbidden, Invalid, NotFound
from owui_chassis.redis import open_redis

DATA = {"content": {"json": None, "html": "<p>walnut</p>", "md": "The word is walnut."}, "versions": []}
PUBLIC = b"null"


def packed(value: Any) -> bytes:
    """Return a value as JSON."""
    return json.dumps(value).encode()


def rule(*users: str, groups: tuple[str, ...] = (), right: str = "read") -> dict[str, Any]:
    """Return an access control that gives one right."""
    return {right: {"user_ids": list(users), "group_ids": list(groups)}}


async def write(user: Any, title: str = "Title", access: Any = None, **more: Any) -> Any:
    """Write a note that is private unless something else is said."""
    request = pb.CreateNoteRequest(
        title=title, data=packed(DATA), access_control=packed(access if access is not None else {}), **more
    )
    return (await user.notes.CreateNote(request)).note


async def read(user: Any, note_id: str) -> Any:
    """Open a note."""
    return (await user.notes.GetNote(pb.GetNoteRequest(id=note_id))).note


async def change(user: Any, note_id: str, title: str = "Changed", **more: Any) -> Any:
    """Change a note."""
    return (await user.notes.UpdateNote(pb.UpdateNoteRequest(id=note_id, title=title, **more))).note


async def found(user: Any, **search: Any) -> list[str]:
    """Return the titles that a search finds."""
    return [note.title for note in (await user.notes.SearchNotes(pb.SearchNotesRequest(**search))).items]


@asynccontextmanager
async def listening(platform: Any, note_id: str) -> Any:
    """Hear what is told of a note."""
    redis = open_redis(platform.environ["REDIS_URL"])
    async with redis, redis.pubsub(ignore_subscribe_messages=True) as pubsub:
        await pubsub.subscribe(f"{platform.environ['REDIS_KEY_PREFIX']}:note:{note_id}")
        await pubsub.get_message(timeout=5)
        yield pubsub


class TestNotes:
    async def test_keep_what_they_are_given(self, replica: Any) -> None:
        user = replica.user()
        made = await write(user, meta=b'{"a":1.50}')
        assert (made.title, made.user_id, made.meta) == ("Title", user.id, b'{"a":1.50}')
        assert json.loads(made.data) == DATA
        assert made.access_control == b"{}"
        assert made.created_at == made.updated_at > 10**18
        opened = await read(user, made.id)
        assert opened.write_access
        assert (opened.data, opened.updated_at) == (made.data, made.updated_at)

    async def test_are_changed_member_by_member(self, replica: Any) -> None:
        user = replica.user()
        made = await write(user, access=rule("somebody"))
        changed = await change(user, made.id, "New", data=b'{"versions":[1],"files":[]}', meta=b'{"x":1}')
        assert json.loads(changed.data) == {**DATA, "versions": [1], "files": []}
        assert (changed.title, changed.meta) == ("New", b'{"x":1}')
        assert json.loads(changed.access_control) == rule("somebody")
        assert changed.updated_at > made.updated_at
        assert changed.created_at == made.created_at

    async def test_changed_at_once_from_two_sides_lose_nothing(self, replica: Any) -> None:
        user = replica.user()
        made = await write(user)
        await asyncio.gather(*(change(user, made.id, data=packed({f"m{n}": n})) for n in range(5)))
        assert json.loads((await read(user, made.id)).data) == {**DATA, **{f"m{n}": n for n in range(5)}}

    async def test_are_gone_when_they_are_deleted(self, replica: Any) -> None:
        user = replica.user()
        made = await write(user)
        assert (await user.notes.DeleteNote(pb.DeleteNoteRequest(id=made.id))).deleted
        with pytest.raises(NotFound):
            await read(user, made.id)
        with pytest.raises(NotFound):
            await user.notes.DeleteNote(pb.DeleteNoteRequest(id=made.id))

    async def test_cannot_be_more_or_larger_than_their_limits(self, platform: Any) -> None:
        replica = await platform.replica(CHAT_MAX_NOTES="1", CHAT_MAX_NOTE_BYTES="200")
        user = replica.user()
        made = await write(user)
        with pytest.raises(Exhausted):
            await write(user)
        with pytest.raises(Invalid):
            await change(user, made.id, data=packed({"more": "x" * 100}))
        with pytest.raises(Invalid):
            await change(user, made.id, data=packed({"more": "x" * 200}))
        assert json.loads((await read(user, made.id)).data) == DATA

    async def test_tell_those_who_have_them_open(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        made = await write(user)
        async with listening(platform, made.id) as pubsub:
            changed = await change(user, made.id, "New")
            async with asyncio.timeout(60):
                message = await anext(pubsub.listen())
        emission = Emission.FromString(message["data"])
        told = json.loads(emission.data)
        assert (emission.name, told["title"], told["data"]) == ("note-events", "New", DATA)
        assert (told["id"], told["user_id"], told["access_control"]) == (made.id, user.id, {})
        assert told["updated_at"] == changed.updated_at


class TestSharing:
    async def test_public_notes_take_a_permission(self, replica: Any) -> None:
        plain, trusted = replica.user(), replica.user("", "user", "sharing.public_notes")
        for kwargs in ({"access_control": PUBLIC}, {}):
            made = (await plain.notes.CreateNote(pb.CreateNoteRequest(title="t", **kwargs))).note
            assert made.access_control == b"{}"
            made = (await trusted.notes.CreateNote(pb.CreateNoteRequest(title="t", **kwargs))).note
            assert not made.HasField("access_control")
        mine, theirs = await write(plain), await write(trusted)
        assert (await change(plain, mine.id, access_control=PUBLIC)).access_control == b"{}"
        assert not (await change(trusted, theirs.id, access_control=PUBLIC)).HasField("access_control")
        # What is public already stays so when nothing is said about it.
        assert not (await change(trusted, theirs.id)).HasField("access_control")

    @pytest.mark.parametrize("by", ["user", "group", "everybody"])
    async def test_readers_read_and_nothing_else(self, replica: Any, by: str) -> None:
        owner = replica.user("", "user", "sharing.public_notes")
        reader = replica.user(group_ids=("readers",))
        access = {"user": rule(reader.id), "group": rule(groups=("readers",)), "everybody": None}[by]
        made = await write(owner)
        await change(owner, made.id, access_control=packed(access))
        opened = await read(reader, made.id)
        assert (json.loads(opened.data), opened.write_access) == (DATA, False)
        with pytest.raises(Forbidden):
            await change(reader, made.id, access_control=packed(rule(reader.id, right="write")))
        with pytest.raises(Forbidden):
            await reader.notes.DeleteNote(pb.DeleteNoteRequest(id=made.id))
        await change(owner, made.id, access_control=b"{}")
        with pytest.raises(NotFound):
            await read(reader, made.id)

    async def test_writers_write_without_reading(self, replica: Any) -> None:
        owner, writer = replica.user(), replica.user(group_ids=("writers",))
        made = await write(owner, access=rule(groups=("writers",), right="write"))
        with pytest.raises(NotFound):
            await read(writer, made.id)
        changed = await change(writer, made.id, "Theirs")
        assert (changed.title, changed.user_id) == ("Theirs", owner.id)
        assert json.loads(changed.access_control) == rule(groups=("writers",), right="write")

    async def test_strangers_find_nothing(self, replica: Any) -> None:
        owner, other = replica.user(), replica.user(group_ids=("others",))
        made = await write(owner, title="Zebra", access=rule("x", groups=("y",)))
        for request in (
            other.notes.GetNote(pb.GetNoteRequest(id=made.id)),
            other.notes.UpdateNote(pb.UpdateNoteRequest(id=made.id, title="mine")),
            other.notes.DeleteNote(pb.DeleteNoteRequest(id=made.id)),
            other.notes.GetNote(pb.GetNoteRequest(id="unknown")),
        ):
            with pytest.raises(NotFound) as refusal:
                await request
            assert refusal.value.message == "We could not find what you're looking for :/"
        for permission in ("", "read", "write", "read_only"):
            assert "Zebra" not in await found(other, query="Zebra", permission=permission)
        assert (await read(owner, made.id)).title == "Zebra"

    async def test_administrators_use_all_unless_that_is_off(self, platform: Any, replica: Any) -> None:
        made = await write(replica.user(), title="Okapi")
        admin = replica.user("", "admin")
        assert (await read(admin, made.id)).write_access
        assert await found(admin, query="okapi") == ["Okapi"]
        listed = (await admin.notes.ListNotes(pb.ListNotesRequest())).notes
        assert made.id not in {note.id for note in listed}
        strict = await platform.replica(BYPASS_ADMIN_ACCESS_CONTROL="false")
        with pytest.raises(NotFound):
            await read(strict.user(admin.id, "admin"), made.id)


class TestLists:
    async def test_hold_what_one_may_read_newest_first(self, platform: Any, replica: Any) -> None:
        owner, reader = replica.user(), replica.user(name="", email="r@x.example")
        platform.auth.names[owner.id] = "Olga"
        await write(owner, "private")
        lent = await write(owner, "lent", rule(reader.id))
        await write(owner, "writable", rule(reader.id, right="write"))
        own = await write(reader, "own")
        notes = (await reader.notes.ListNotes(pb.ListNotesRequest())).notes
        mine = [note for note in notes if note.user.id in {owner.id, reader.id}]
        assert [note.title for note in mine] == ["own", "lent"]
        assert (mine[1].id, mine[1].user.name, mine[1].user.email) == (lent.id, "Olga", "")
        assert (mine[0].id, mine[0].user.email) == (own.id, "r@x.example")
        assert json.loads(mine[1].data) == DATA
        await change(owner, lent.id, "lent again")
        notes = (await reader.notes.ListNotes(pb.ListNotesRequest())).notes
        assert notes[0].title == "lent again"

    async def test_go_by_page(self, replica: Any) -> None:
        user = replica.user()
        for number in range(61):
            await write(user, f"n{number:02}")
        search = pb.SearchNotesRequest(view_option="created", order_by="name", direction="asc")
        first = await user.notes.SearchNotes(search)
        search.page = 2
        second = await user.notes.SearchNotes(search)
        assert (first.total, second.total) == (61, 61)
        assert [note.title for note in (*first.items, *second.items)] == [f"n{n:02}" for n in range(61)]
        search.page = 3
        third = await user.notes.SearchNotes(search)
        assert (list(third.items), third.total) == ([], 61)
        listed = (await user.notes.ListNotes(pb.ListNotesRequest(page=2))).notes
        assert [note.title for note in listed if note.user.id == user.id] == ["n00"]
        with pytest.raises(Invalid):
            await user.notes.ListNotes(pb.ListNotesRequest(page=0))

    async def test_are_searched_by_title_and_text(self, replica: Any) -> None:
        owner, user = replica.user(), replica.user(group_ids=("g",))
        await write(owner, "lent WALRUS", rule(groups=("g",)))
        await write(owner, "shared walrus", rule(user.id, right="write"))
        both = {"read": {"user_ids": [user.id]}, "write": {"user_ids": [user.id]}}
        await write(owner, "both walrus", both)
        await write(user, "Walrus own")
        await write(user, "nothing")
        ways = {"order_by": "name", "direction": "asc"}
        assert await found(user, query="walrus", **ways) == ["both walrus", "shared walrus", "Walrus own"]
        assert await found(user, query="walrus", permission="read", **ways) == [
            "both walrus",
            "lent WALRUS",
            "Walrus own",
        ]
        assert await found(user, query="walrus", permission="read_only") == ["lent WALRUS"]
        assert await found(user, query="walrus", view_option="created") == ["Walrus own"]
        shared = await found(user, query="walrus", view_option="shared", **ways)
        assert shared == ["both walrus", "shared walrus"]
        assert await found(user, query="WALNUT.", view_option="created", order_by="created_at") == [
            "nothing",
            "Walrus own",
        ]
        assert await found(user, query="%") == []
        with pytest.raises(Invalid):
            await found(user, order_by="password")


class TestSwitches:
    async def test_without_the_permission_nothing_is_there(self, replica: Any) -> None:
        user = replica.user("", "user", without="features.notes")
        for method, request in requests():
            with pytest.raises(Forbidden) as refusal:
                await getattr(user.notes, method)(request)
            assert refusal.value.reason == "permission_missing"

    async def test_what_is_switched_off_is_off_for_everybody(self, platform: Any) -> None:
        platform.auth.switches["enable_notes"] = False
        try:
            replica = await platform.replica()
            for user in (replica.user(), replica.user("", "admin")):
                for method, request in requests():
                    with pytest.raises(Forbidden) as refusal:
                        await getattr(user.notes, method)(request)
                    assert refusal.value.reason == "notes_disabled"
        finally:
            platform.auth.clear()


def requests() -> list[tuple[str, Any]]:
    """One request for each method."""
    return [
        ("ListNotes", pb.ListNotesRequest()),
        ("SearchNotes", pb.SearchNotesRequest()),
        ("CreateNote", pb.CreateNoteRequest(title="t")),
        ("GetNote", pb.GetNoteRequest(id="x")),
        ("UpdateNote", pb.UpdateNoteRequest(id="x", title="t")),
        ("DeleteNote", pb.DeleteNoteRequest(id="x")),
    ]
