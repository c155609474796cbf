"""Serves owui.chat.v1.TagService."""

from typing import Any

import owui.chat.v1.tag_service_pb2 as pb
from owui.chat.v1.tag_service_pb2_grpc import TagServiceServicer
from owui_chassis.call import current_principal
from owui_chassis.errors import Invalid

from owui_chat.domain.search import tag_identifier
from owui_chat.ports import ChatLists, Tags

_LIMIT = 1000


class TagServicer(TagServiceServicer):
    """Tags of the caller's chats."""

    def __init__(self, tags: Tags, lists: ChatLists) -> None:
        self._tags = tags
        self._lists = lists

    async def ListTags(self, _request: pb.ListTagsRequest, _: Any) -> pb.ListTagsResponse:
        """List all tags."""
        return pb.ListTagsResponse(tags=await self._tags.all(current_principal().user_id))

    async def ListTaggedChats(self, request: pb.ListTaggedChatsRequest, _: Any) -> pb.ListTaggedChatsResponse:
        """List the chats that carry a tag."""
        limit = request.limit if request.HasField("limit") else 50
        if request.skip < 0 or not 1 <= limit <= _LIMIT:
            raise Invalid(f"skip counts from 0, limit from 1 to {_LIMIT}", "invalid_page")
        tag = tag_identifier(request.name)
        chats = await self._lists.tagged(current_principal().user_id, tag, request.skip, limit)
        return pb.ListTaggedChatsResponse(chats=chats)

    async def ListChatTags(self, request: pb.ListChatTagsRequest, _: Any) -> pb.ListChatTagsResponse:
        """List the tags of a chat."""
        return pb.ListChatTagsResponse(tags=await self._tags.of_chat(current_principal().user_id, request.id))

    async def AddChatTag(self, request: pb.AddChatTagRequest, _: Any) -> pb.AddChatTagResponse:
        """Put a tag on a chat."""
        tags = await self._tags.add(current_principal().user_id, request.id, [request.name])
        return pb.AddChatTagResponse(tags=tags)

    async def RemoveChatTag(self, request: pb.RemoveChatTagRequest, _: Any) -> pb.RemoveChatTagResponse:
        """Take a tag off a chat."""
        tags = await self._tags.remove(current_principal().user_id, request.id, request.name)
        return pb.RemoveChatTagResponse(tags=tags)

    async def RemoveAllChatTags(
        self, request: pb.RemoveAllChatTagsRequest, _: Any
    ) -> pb.RemoveAllChatTagsResponse:
        """Take all tags off a chat."""
        await self._tags.remove_all(current_principal().user_id, request.id)
        return pb.RemoveAllChatTagsResponse(removed=True)
