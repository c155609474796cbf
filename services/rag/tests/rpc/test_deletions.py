"""Accounts that go take everything of theirs with them."""

import asyncio
import json

import pytest
from owui.rag.v1 import knowledge_service_pb2 as pb
from owui_chassis.errors import NotFound


class TestDeletedAccounts:
    async def test_leave_nothing_behind(self, world, new_person):
        ada, bob = new_person(), new_person()
        base = await world.base(
            ada, {"write": {"user_ids": [bob.user_id]}, "read": {"user_ids": [bob.user_id]}}
        )
        others = await world.base(bob, {"write": {"user_ids": [ada.user_id]}})
        of_ada = await world.upload(ada, b"words of ada alone")
        shared = await world.upload(ada, b"words of both")
        of_bob = await world.upload(bob, b"words of both", "bob.txt")
        await world.add(ada, base, of_ada)
        await world.add(ada, others, shared)
        await world.add(bob, base, of_bob)
        # As the event arrives: twice, and for somebody unknown too.
        for user_id in (ada.user_id, ada.user_id, "nobody"):
            await world.parts.erase.user(user_id)
        assert await world.count("file", f"user_id = '{ada.user_id}'") == 0
        assert await world.count("knowledge", f"user_id = '{ada.user_id}'") == 0
        assert not [key for key in await world.blobs() if key.endswith((of_ada.id, shared.id))]
        assert await world.count("content", "text = 'words of ada alone'") == 0
        assert json.loads((await world.row(bob, of_bob.id)).data)["content"] == "words of both"
        assert (await world.members(bob, others)).total == 0
        with pytest.raises(NotFound):
            await world.call(bob, world.knowledge.GetKnowledge, pb.GetKnowledgeRequest(id=base.id))

    async def test_are_heard_of_through_redis(self, start, new_person):
        world = await start()
        ada = new_person()
        await world.upload(ada, b"soon gone")
        prefix = world.parts.live.redis_key_prefix
        await world.redis.xadd(f"{prefix}:users:deleted", {"data": json.dumps({"user_id": ada.user_id})})
        # The queue is told of what has been deleted.
        await asyncio.wait_for(world.worker.cancelled.wait(), 15)
        assert await world.count("file", f"user_id = '{ada.user_id}'") == 0
