"""A platform that comes back after a crash says at once which answers the crash interrupted."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from owui_local.stack import Shape
from owui_testkit.fake_provider import Gate, Reply

from .world import Providers, World, eventually

# Longer than any test: only a replica that knows its own answers again can close them.
PATIENT = {"CHAT_DEAD_SECONDS": "3600"}
WRITERS = {"one-process": "main", "per-service": "chat-1"}


@pytest_asyncio.fixture(loop_scope="session")
async def patient_platform(stack_shape: Shape, providers: Providers) -> AsyncIterator[World]:
    """A platform in which silent answers count as running for an hour."""
    providers.reset()
    world = World(stack_shape, providers, PATIENT)
    try:
        await world.start()
        yield world
    finally:
        await world.stop()


class TestInterruptedAnswer:
    async def test_is_marked_as_soon_as_its_process_is_back(self, patient_platform: World) -> None:
        platform = patient_platform
        gate = Gate()
        platform.provider.script(Reply(steps=("kept ", "text", gate, " lost")))
        ada = await platform.person(name="Ada")
        conversation = await ada.converse()
        async with ada.socket() as window:
            await ada.ask(conversation, window.sid)
            await asyncio.wait_for(gate.reached.wait(), 20)

            async def stored() -> bool:
                return (await ada.message(conversation))["content"] == "kept text"

            await eventually(stored, "a checkpoint of the answer")
        await platform.crash(WRITERS[platform.shape])
        message = await ada.message(conversation)
        assert message["content"] == "kept text"
        assert message["done"] is True
        assert message["interrupted"] is True
        assert message["error"]["content"]
        assert await ada.rest.fetch(f"/api/tasks/chat/{conversation.chat_id}") == {"task_ids": []}
