"""Tags, shared copies, imports, statistics, single messages and configuration over gRPC."""

import json
from typing import Any

import owui.chat.v1.chat_service_pb2 as chats
import owui.chat.v1.configuration_service_pb2 as configuration
import owui.chat.v1.generation_service_pb2 as generations
import owui.chat.v1.message_service_pb2 as messages
import owui.chat.v1.sharing_service_pb2 as sharing
import owui.chat.v1.tag_service_pb2 as tags
import owui.chat.v1.task_service_pb2 as tasks
import pytest
from owui_chassis.errors import Forbidden, Invalid, NotFound, Unauthenticated

CHAT = {
    "title": "Original",
    "history": {
        "currentId": "b",
        "messages": {
            "a": {"id": "a", "parentId": None, "childrenIds": ["b"], "role": "user", "content": "question"},
            "b": {
                "id": "b",
                "parentId": "a",
                "childrenIds": [],
                "role": "assistant",
                "content": "answer",
                "model": "m",
            },
        },
    },
}


async def create(user: Any) -> dict[str, Any]:
    """Create a chat and return it."""
    return json.loads(
        (await user.chats.CreateChat(chats.CreateChatRequest(chat=json.dumps(CHAT).encode()))).chat
    )


async def read(user: Any, chat_id: str) -> dict[str, Any]:
    """Read a chat."""
    return json.loads((await user.chats.GetChat(chats.GetChatRequest(id=chat_id))).chat)


class TestTags:
    async def test_are_put_on_and_taken_off(self, replica: Any) -> None:
        user = replica.user()
        chat_id = (await create(user))["id"]
        for name in ("Big Topic", 'say "x"', "Big Topic"):
            await user.tags.AddChatTag(tags.AddChatTagRequest(id=chat_id, name=name))
        found = json.loads((await user.tags.ListChatTags(tags.ListChatTagsRequest(id=chat_id))).tags)
        assert found[0] == {"id": "big_topic", "name": "Big Topic", "user_id": user.id, "meta": None}
        assert (await read(user, chat_id))["meta"]["tags"] == ["big_topic", 'say_"x"']
        listed = await user.tags.ListTaggedChats(tags.ListTaggedChatsRequest(name="big topic"))
        assert [chat["id"] for chat in json.loads(listed.chats)] == [chat_id]
        left = await user.tags.RemoveChatTag(tags.RemoveChatTagRequest(id=chat_id, name="Big Topic"))
        assert [tag["id"] for tag in json.loads(left.tags)] == ['say_"x"']
        assert len(json.loads((await user.tags.ListTags(tags.ListTagsRequest())).tags)) == 1
        await user.tags.RemoveAllChatTags(tags.RemoveAllChatTagsRequest(id=chat_id))
        assert (await user.tags.ListTags(tags.ListTagsRequest())).tags == b"[]"

    @pytest.mark.parametrize("name", ["", " ", "None", "x" * 101, "a\nb"])
    async def test_a_name_that_cannot_be_a_tag_is_refused(self, replica: Any, name: str) -> None:
        user = replica.user()
        chat_id = (await create(user))["id"]
        with pytest.raises(Invalid):
            await user.tags.AddChatTag(tags.AddChatTagRequest(id=chat_id, name=name))

    async def test_of_others_cannot_be_touched(self, replica: Any) -> None:
        owner, other = replica.user(), replica.user()
        chat_id = (await create(owner))["id"]
        for request in (tags.AddChatTagRequest, tags.RemoveChatTagRequest):
            with pytest.raises(NotFound):
                await getattr(other.tags, request.DESCRIPTOR.name[:-7])(request(id=chat_id, name="x"))
        for request in (tags.ListChatTagsRequest, tags.RemoveAllChatTagsRequest):
            with pytest.raises(NotFound):
                await getattr(other.tags, request.DESCRIPTOR.name[:-7])(request(id=chat_id))


class TestSharing:
    async def test_makes_a_copy_for_everybody_with_the_link(self, replica: Any) -> None:
        owner, reader = replica.user(), replica.user()
        chat_id = (await create(owner))["id"]
        shared = json.loads((await owner.sharing.ShareChat(sharing.ShareChatRequest(id=chat_id))).chat)
        assert (shared["user_id"], shared["share_id"]) == (f"shared-{chat_id}", None)
        assert (await read(owner, chat_id))["share_id"] == shared["id"]
        request = sharing.GetSharedChatRequest(share_id=shared["id"])
        seen = json.loads((await reader.sharing.GetSharedChat(request)).chat)
        assert seen["chat"]["history"] == CHAT["history"]
        copy = await reader.sharing.CloneSharedChat(sharing.CloneSharedChatRequest(id=shared["id"]))
        assert json.loads(copy.chat)["user_id"] == reader.id
        again = json.loads((await owner.sharing.ShareChat(sharing.ShareChatRequest(id=chat_id))).chat)
        assert again["id"] == shared["id"]
        for expected in (True, False):
            gone = await owner.sharing.UnshareChat(sharing.UnshareChatRequest(id=chat_id))
            assert gone.deleted is expected
        with pytest.raises(NotFound):
            await reader.sharing.GetSharedChat(request)

    async def test_only_owners_share_and_only_copies_are_readable(self, replica: Any) -> None:
        owner, other, admin = replica.user(), replica.user(), replica.user(role="admin")
        chat_id = (await create(owner))["id"]
        with pytest.raises(NotFound):
            await other.sharing.ShareChat(sharing.ShareChatRequest(id=chat_id))
        with pytest.raises(NotFound):
            await other.sharing.UnshareChat(sharing.UnshareChatRequest(id=chat_id))
        with pytest.raises(NotFound):
            await other.sharing.GetSharedChat(sharing.GetSharedChatRequest(share_id=chat_id))
        with pytest.raises(NotFound):
            await other.sharing.CloneSharedChat(sharing.CloneSharedChatRequest(id=chat_id))
        seen = await admin.sharing.GetSharedChat(sharing.GetSharedChatRequest(share_id=chat_id))
        assert json.loads(seen.chat)["id"] == chat_id


class TestCopies:
    async def test_a_clone_has_the_messages_and_a_life_of_its_own(self, replica: Any) -> None:
        user = replica.user()
        chat = await create(user)
        clone = json.loads((await user.chats.CloneChat(chats.CloneChatRequest(id=chat["id"]))).chat)
        assert clone["title"] == "Clone of Original"
        assert clone["chat"]["history"] == chat["chat"]["history"]
        await user.chats.DeleteChat(chats.DeleteChatRequest(id=chat["id"]))
        assert (await read(user, clone["id"]))["chat"]["history"] == CHAT["history"]

    async def test_an_export_can_be_imported(self, replica: Any) -> None:
        user, other = replica.user(), replica.user()
        await create(user)
        exported = (await user.chats.ExportChats(chats.ExportChatsRequest())).chats
        imported = json.loads((await other.chats.ImportChats(chats.ImportChatsRequest(chats=exported))).chats)
        [original] = json.loads(exported)
        assert imported[0]["chat"] == original["chat"]
        assert (imported[0]["created_at"], imported[0]["user_id"]) == (original["created_at"], other.id)

    async def test_an_import_stores_all_chats_or_none(self, replica: Any) -> None:
        user = replica.user()
        with pytest.raises(Invalid):
            await user.chats.ImportChats(
                chats.ImportChatsRequest(chats=b'[{"chat":{"title":"x"}},{"chat":3}]')
            )
        assert (await user.chats.ExportChats(chats.ExportChatsRequest())).chats == b"[]"

    async def test_only_administrators_export_everybody(self, replica: Any) -> None:
        owner, admin = replica.user(), replica.user(role="admin")
        chat_id = (await create(owner))["id"]
        with pytest.raises(Forbidden):
            await owner.chats.ExportAllChats(chats.ExportAllChatsRequest())
        with pytest.raises(Forbidden):
            await owner.chats.ListUserChats(chats.ListUserChatsRequest(user_id=owner.id))
        everything = json.loads((await admin.chats.ExportAllChats(chats.ExportAllChatsRequest())).chats)
        assert chat_id in {chat["id"] for chat in everything}
        listed = await admin.chats.ListUserChats(
            chats.ListUserChatsRequest(user_id=owner.id, order_by="title")
        )
        assert [chat["id"] for chat in json.loads(listed.chats)] == [chat_id]


class TestFlags:
    async def test_all_chats_go_into_the_archive_and_back(self, replica: Any) -> None:
        user = replica.user()
        await create(user)
        await user.chats.ArchiveAllChats(chats.ArchiveAllChatsRequest())
        assert (await user.chats.ListChats(chats.ListChatsRequest())).chats == b"[]"
        archived = await user.chats.ExportArchivedChats(chats.ExportArchivedChatsRequest())
        assert json.loads(archived.chats)[0]["archived"] is True
        await user.chats.UnarchiveAllChats(chats.UnarchiveAllChatsRequest())
        assert len(json.loads((await user.chats.ListChats(chats.ListChatsRequest())).chats)) == 1

    async def test_a_folder_that_is_not_the_callers_is_not_found(self, replica: Any) -> None:
        user = replica.user()
        chat_id = (await create(user))["id"]
        with pytest.raises(NotFound):
            await user.chats.MoveChat(chats.MoveChatRequest(id=chat_id, folder_id="other"))
        moved = json.loads((await user.chats.MoveChat(chats.MoveChatRequest(id=chat_id))).chat)
        assert moved["folder_id"] is None

    async def test_deleting_all_leaves_those_of_others(self, replica: Any) -> None:
        user, other = replica.user(), replica.user()
        await create(user)
        kept = await create(other)
        await user.chats.DeleteAllChats(chats.DeleteAllChatsRequest())
        assert (await user.chats.ExportChats(chats.ExportChatsRequest())).chats == b"[]"
        assert (await read(other, kept["id"]))["id"] == kept["id"]

    async def test_statistics_count_messages_and_models(self, replica: Any) -> None:
        user = replica.user()
        await create(user)
        usage = json.loads((await user.chats.ListChatUsage(chats.ListChatUsageRequest())).usage)
        assert usage["total"] == 1
        item = usage["items"][0]
        assert (item["message_count"], item["models"], item["history_user_message_count"]) == (2, {"m": 1}, 1)
        assert item["average_user_message_content_length"] == 8


class TestMessages:
    async def test_text_and_events_change_the_message(self, replica: Any) -> None:
        user = replica.user()
        chat_id = (await create(user))["id"]
        key = {"id": chat_id, "message_id": "b"}
        await user.messages.UpdateMessage(messages.UpdateMessageRequest(**key, content="edited"))
        for kind, data in (
            ("message", {"content": "!"}),
            ("status", {"done": True}),
            ("files", {"files": [{"type": "image"}]}),
            ("source", {"source": {"name": "s"}}),
            ("notification", {"type": "info", "content": "x"}),
        ):
            request = messages.SendMessageEventRequest(**key, type=kind, data=json.dumps(data).encode())
            assert (await user.messages.SendMessageEvent(request)).sent
        stored = (await read(user, chat_id))["chat"]["history"]["messages"]["b"]
        assert stored == {
            **CHAT["history"]["messages"]["b"],
            "content": "edited!",
            "statusHistory": [{"done": True}],
            "files": [{"type": "image"}],
            "sources": [{"source": {"name": "s"}}],
        }

    async def test_of_others_and_missing_ones_are_not_found(self, replica: Any) -> None:
        owner, other = replica.user(), replica.user()
        chat_id = (await create(owner))["id"]
        for user, message_id in ((other, "b"), (owner, "missing")):
            request = messages.UpdateMessageRequest(id=chat_id, message_id=message_id, content="x")
            with pytest.raises(NotFound):
                await user.messages.UpdateMessage(request)


class TestConfiguration:
    async def test_tells_the_interface_what_there_is(self, replica: Any) -> None:
        user = replica.user()
        config = await user.configuration.GetPublicConfig(configuration.GetPublicConfigRequest())
        assert len(config.default_prompt_suggestions) == 6
        assert not config.HasField("default_models")
        assert not config.enable_channels

    async def test_changes_are_stored(self, replica: Any) -> None:
        admin = replica.user(role="admin")
        request = configuration.SetModelsConfigRequest(default_models="a,b", model_order_list=["b", "a"])
        await admin.configuration.SetModelsConfig(request)
        models = await admin.configuration.GetModelsConfig(configuration.GetModelsConfigRequest())
        assert (models.default_models, list(models.model_order_list)) == ("a,b", ["b", "a"])
        banner = configuration.Banner(id="1", type="info", content="x", dismissible=True, timestamp=5)
        await admin.configuration.SetBanners(configuration.SetBannersRequest(banners=[banner]))
        found = await admin.configuration.GetBanners(configuration.GetBannersRequest())
        assert list(found.banners) == [banner]

    async def test_task_configuration_is_changed_by_its_public_names(self, replica: Any) -> None:
        admin, user = replica.user(role="admin"), replica.user()
        request = generations.UpdateTaskConfigRequest(
            config=b'{"ENABLE_TAGS_GENERATION":false,"TASK_MODEL":null}'
        )
        with pytest.raises(Forbidden):
            await user.generations.UpdateTaskConfig(request)
        changed = json.loads((await admin.generations.UpdateTaskConfig(request)).config)
        assert (changed["ENABLE_TAGS_GENERATION"], changed["TASK_MODEL"]) == (False, "")
        form = b'{"model":"m","messages":[]}'
        off = await user.generations.Generate(generations.GenerateRequest(kind="tags", form=form))
        assert json.loads(off.completion) == {"detail": "Tags generation is disabled"}
        wrong = generations.UpdateTaskConfigRequest(config=b'{"TASK_MODEL":3}')
        with pytest.raises(Invalid):
            await admin.generations.UpdateTaskConfig(wrong)


class TestGenerations:
    async def test_pass_on_what_the_task_model_answers(self, platform: Any, replica: Any) -> None:
        async def model(_: dict[str, Any]) -> Any:
            yield (200, "application/json")
            yield b'{"choices":[]}'

        platform.models.scripts["m"] = model
        form = json.dumps({"model": "m", "messages": [{"role": "user", "content": "bread"}]}).encode()
        answer = await replica.user().generations.Generate(
            generations.GenerateRequest(kind="emoji", form=form)
        )
        assert answer.completion == b'{"choices":[]}'
        assert "bread" in platform.models.bodies[-1]["messages"][0]["content"]

    async def test_unknown_kinds_and_forms_are_refused(self, replica: Any) -> None:
        user = replica.user()
        with pytest.raises(NotFound):
            await user.generations.Generate(generations.GenerateRequest(kind="poem", form=b"{}"))
        with pytest.raises(Invalid):
            await user.generations.Generate(generations.GenerateRequest(kind="emoji", form=b'{"model":1}'))


class TestAnonymous:
    async def test_nothing_is_answered_to_nobody(self, replica: Any) -> None:
        from owui.chat.v1.chat_service_pb2_grpc import ChatServiceStub
        from owui.chat.v1.task_service_pb2_grpc import TaskServiceStub

        with pytest.raises(Unauthenticated):
            await ChatServiceStub(replica.channel).ListChats(chats.ListChatsRequest())
        with pytest.raises(Unauthenticated):
            await TaskServiceStub(replica.channel).ListTasks(tasks.ListTasksRequest())
