"""Chats over gRPC, against real Postgres."""

import json
from typing import Any

import owui.chat.v1.chat_service_pb2 as pb
import pytest
from owui_chassis.errors import Invalid, NotFound


def conversation(*texts: str, title: str = "A title") -> dict[str, Any]:
    """Return a chat object whose messages answer each other."""
    messages = {}
    for index, text in enumerate(texts):
        messages[f"m{index}"] = {
            "id": f"m{index}",
            "parentId": f"m{index - 1}" if index else None,
            "childrenIds": [f"m{index + 1}"] if index + 1 < len(texts) else [],
            "role": "assistant" if index % 2 else "user",
            "content": text,
            "timestamp": 1700000000 + index,
        }
    current = f"m{len(texts) - 1}" if texts else None
    return {
        "title": title,
        "models": ["m"],
        "params": {},
        "history": {"messages": messages, "currentId": current},
    }


async def create(user: Any, chat: dict[str, Any]) -> dict[str, Any]:
    """Create a chat and return it as stored."""
    response = await user.chats.CreateChat(pb.CreateChatRequest(chat=json.dumps(chat).encode()))
    return json.loads(response.chat)


async def update(user: Any, chat_id: str, chat: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
    """Update a chat and return it as stored."""
    request = pb.UpdateChatRequest(id=chat_id, chat=json.dumps(chat).encode(), partial=partial)
    return json.loads((await user.chats.UpdateChat(request)).chat)


async def read(user: Any, chat_id: str) -> dict[str, Any]:
    """Read a chat."""
    return json.loads((await user.chats.GetChat(pb.GetChatRequest(id=chat_id))).chat)


class TestCreateChat:
    async def test_returns_the_chat_with_its_tree_and_the_list_of_its_current_branch(
        self, replica: Any
    ) -> None:
        user = replica.user()
        sent = conversation("Hello", "Hi! ✓", 'How are you?\n"fine"')
        stored = await create(user, sent)
        assert stored["user_id"] == user.id
        assert stored["title"] == "A title"
        assert stored["chat"]["history"] == sent["history"]
        assert [message["id"] for message in stored["chat"]["messages"]] == ["m0", "m1", "m2"]
        assert stored["chat"]["models"] == ["m"]
        assert {
            "created_at",
            "updated_at",
            "archived",
            "pinned",
            "share_id",
            "folder_id",
            "meta",
        } <= stored.keys()
        assert await read(user, stored["id"]) == stored

    async def test_keeps_a_list_of_messages_that_came_without_a_tree(self, replica: Any) -> None:
        stored = await create(replica.user(), {"title": "t", "messages": [{"role": "user", "content": "x"}]})
        assert stored["chat"]["messages"] == [{"role": "user", "content": "x"}]
        assert "history" not in stored["chat"]

    async def test_names_a_chat_without_title_new_chat(self, replica: Any) -> None:
        assert (await create(replica.user(), {}))["title"] == "New Chat"

    @pytest.mark.parametrize(
        "body",
        [
            b"[]",
            b"{",
            b'{"title": 1}',
            b'{"title": "\xff"}',
            b'{"title": "\\u0000"}',
            b'{"history": 3}',
            b'{"history": {"messages": []}}',
            b'{"history": {"messages": {"": {}}}}',
            b'{"history": {"messages": {"a": 1}}}',
            b'{"x": "\\ud800"}',
        ],
    )
    async def test_refuses_what_cannot_be_stored(self, replica: Any, body: bytes) -> None:
        user = replica.user()
        with pytest.raises(Invalid):
            await user.chats.CreateChat(pb.CreateChatRequest(chat=body))
        assert json.loads((await user.chats.ListChats(pb.ListChatsRequest())).chats) == []

    async def test_stores_text_that_only_looks_like_an_escaped_nul(self, replica: Any) -> None:
        user = replica.user()
        stored = await create(user, conversation("write \\u0000 in JSON"))
        assert stored["chat"]["messages"][0]["content"] == "write \\u0000 in JSON"


class TestUpdateChat:
    async def test_merges_members_and_keeps_the_history_when_only_the_title_is_sent(
        self, replica: Any
    ) -> None:
        user = replica.user()
        stored = await create(user, conversation("a", "b"))
        changed = await update(user, stored["id"], {"title": "Other"})
        assert changed["title"] == changed["chat"]["title"] == "Other"
        assert changed["chat"]["history"] == stored["chat"]["history"]
        assert changed["chat"]["models"] == ["m"]

    async def test_replaces_the_tree_and_deletes_what_it_leaves_out(self, replica: Any) -> None:
        user = replica.user()
        stored = await create(user, conversation("a", "b", "c"))
        changed = await update(user, stored["id"], {"history": conversation("a", "B")["history"]})
        assert set(changed["chat"]["history"]["messages"]) == {"m0", "m1"}
        assert changed["chat"]["history"]["messages"]["m1"]["content"] == "B"
        assert len(changed["chat"]["messages"]) == 2

    async def test_partial_updates_add_messages_and_keep_the_others(self, replica: Any) -> None:
        user = replica.user()
        stored = await create(user, conversation("a"))
        tree = conversation("a", "b")["history"]
        del tree["messages"]["m0"]
        answer = await update(user, stored["id"], {"history": tree}, partial=True)
        assert "history" not in answer["chat"]
        assert set((await read(user, stored["id"]))["chat"]["history"]["messages"]) == {"m0", "m1"}

    async def test_a_branch_that_leads_in_a_circle_is_shown_once(self, replica: Any) -> None:
        user = replica.user()
        chat = conversation("a", "b")
        chat["history"]["messages"]["m0"]["parentId"] = "m1"
        stored = await create(user, chat)
        assert [message["id"] for message in stored["chat"]["messages"]] == ["m0", "m1"]


class TestOddIdentifiers:
    @pytest.mark.parametrize("name", ["GetChat", "DeleteChat", "TogglePinned", "CloneChat"])
    async def test_a_nul_character_is_a_bad_request(self, replica: Any, name: str) -> None:
        with pytest.raises(Invalid):
            await getattr(replica.user().chats, name)(getattr(pb, f"{name}Request")(id="a\x00"))

    async def test_sql_in_an_identifier_is_only_text(self, replica: Any) -> None:
        user = replica.user()
        await create(user, conversation("kept"))
        with pytest.raises(NotFound):
            await user.chats.GetChat(pb.GetChatRequest(id="' OR true --"))
        found = await user.chats.SearchChats(pb.SearchChatsRequest(text="'); DROP TABLE chat; -- \\"))
        assert found.chats == b"[]"


class TestOwnership:
    async def test_a_foreign_chat_is_answered_like_a_missing_one(self, replica: Any) -> None:
        owner, other, admin = replica.user(), replica.user(), replica.user(role="admin")
        chat_id = (await create(owner, conversation("secret")))["id"]
        for stranger in (other, admin):
            for name in (
                "GetChat",
                "GetChatPinned",
                "TogglePinned",
                "ToggleArchived",
                "MoveChat",
                "CloneChat",
            ):
                request = getattr(pb, f"{name}Request")(id=chat_id)
                with pytest.raises(NotFound, match="We could not find what you're looking for :/"):
                    await getattr(stranger.chats, name)(request)
            with pytest.raises(NotFound):
                await update(stranger, chat_id, {"title": "taken"})
        with pytest.raises(NotFound):
            await other.chats.DeleteChat(pb.DeleteChatRequest(id=chat_id))
        assert (await read(owner, chat_id))["title"] == "A title"

    async def test_lists_and_searches_hold_only_own_chats(self, replica: Any) -> None:
        owner, other = replica.user(), replica.user()
        await create(owner, conversation("zebra crossing", title="zebra"))
        listed = await other.chats.ListChats(pb.ListChatsRequest())
        found = await other.chats.SearchChats(pb.SearchChatsRequest(text="zebra"))
        exported = await other.chats.ExportChats(pb.ExportChatsRequest())
        assert [listed.chats, found.chats, exported.chats] == [b"[]", b"[]", b"[]"]


class TestLists:
    async def test_pages_hold_sixty_and_leave_out_pinned_and_archived(self, replica: Any) -> None:
        user = replica.user()
        forms = [{"chat": {"title": f"t{index}"}, "updated_at": 1000 + index} for index in range(63)]
        await user.chats.ImportChats(pb.ImportChatsRequest(chats=json.dumps(forms).encode()))
        everything = json.loads((await user.chats.ListChats(pb.ListChatsRequest())).chats)
        assert [chat["title"] for chat in everything] == [f"t{index}" for index in range(62, -1, -1)]
        assert everything[0].keys() == {"id", "title", "updated_at", "created_at"}
        pages = [
            json.loads((await user.chats.ListChats(pb.ListChatsRequest(page=page))).chats)
            for page in (1, 2, 3)
        ]
        assert [len(page) for page in pages] == [60, 3, 0]
        await user.chats.TogglePinned(pb.TogglePinnedRequest(id=everything[0]["id"]))
        await user.chats.ToggleArchived(pb.ToggleArchivedRequest(id=everything[1]["id"]))
        assert len(json.loads((await user.chats.ListChats(pb.ListChatsRequest())).chats)) == 61
        assert (
            len(json.loads((await user.chats.ListChats(pb.ListChatsRequest(include_pinned=True))).chats))
            == 62
        )
        pinned = json.loads((await user.chats.ListPinnedChats(pb.ListPinnedChatsRequest())).chats)
        archived = json.loads((await user.chats.ListArchivedChats(pb.ListArchivedChatsRequest())).chats)
        assert ([one["title"] for one in pinned], [one["title"] for one in archived]) == (["t62"], ["t61"])

    @pytest.mark.parametrize("page", [0, -1, 2_000_000])
    async def test_a_page_that_cannot_be_is_refused(self, replica: Any, page: int) -> None:
        with pytest.raises(Invalid):
            await replica.user().chats.ListChats(pb.ListChatsRequest(page=page))


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "titles"),
        [
            ("walrus", {"sea"}),
            ("WAL", {"sea"}),
            ("sea", {"sea"}),
            ("walrus ice", {"sea"}),
            ("walrus desert", set()),
            ("tag:cold", {"sea"}),
            ("tag:none", {"land"}),
            ("pinned:true", {"land"}),
            ("你好", {"land"}),
            ("foo-bar", {"land"}),
            ("' & | ! :*", set()),
            ("100%", set()),
            ("", {"sea", "land"}),
        ],
    )
    async def test_finds_words_and_filters(self, replica: Any, text: str, titles: set[str]) -> None:
        import owui.chat.v1.tag_service_pb2 as tags

        user = replica.user()
        sea = await create(user, conversation("The walrus lies on the ice", title="sea"))
        land = await create(user, conversation("camels and 世界你好 foo-bar", title="land"))
        await user.tags.AddChatTag(tags.AddChatTagRequest(id=sea["id"], name="Cold"))
        await user.chats.TogglePinned(pb.TogglePinnedRequest(id=land["id"]))
        found = json.loads((await user.chats.SearchChats(pb.SearchChatsRequest(text=text))).chats)
        assert {chat["title"] for chat in found} == titles


class TestDelete:
    async def test_takes_messages_tags_and_the_shared_copy_along(self, replica: Any) -> None:
        import owui.chat.v1.sharing_service_pb2 as sharing
        import owui.chat.v1.tag_service_pb2 as tags

        user = replica.user()
        chat = await create(user, conversation("a", "b"))
        await user.tags.AddChatTag(tags.AddChatTagRequest(id=chat["id"], name="x"))
        shared = json.loads((await user.sharing.ShareChat(sharing.ShareChatRequest(id=chat["id"]))).chat)
        await user.chats.DeleteChat(pb.DeleteChatRequest(id=chat["id"]))
        assert (await user.tags.ListTags(tags.ListTagsRequest())).tags == b"[]"
        with pytest.raises(NotFound):
            await user.sharing.GetSharedChat(sharing.GetSharedChatRequest(share_id=shared["id"]))
