"""The same service inside one process, where calls have no wire between them."""

import asyncio
from typing import Any

import orjson
import pytest
from owui.model_proxy.v1 import completion_service_pb2 as pb
from owui.model_proxy.v1.completion_service_pb2_grpc import CompletionServiceStub
from owui_chassis.errors import NotFound
from owui_chassis.grpc.inprocess import LocalChannel


@pytest.fixture
def complete(desk: Any) -> Any:
    """Ask the service through a channel inside this process."""
    stub = CompletionServiceStub(LocalChannel("model-proxy", lambda: desk.world.service.methods))

    def ask(body: Any, principal: Any = None) -> Any:
        request = pb.StreamCompletionRequest(body=orjson.dumps(body))
        metadata = desk.world.call(principal or desk.world.admin).metadata()
        return stub.StreamCompletion(request, metadata=metadata)

    return ask


class TestOneProcess:
    async def test_streams_and_closes_the_provider_s_connection_when_the_caller_leaves(
        self, desk, provider, question, complete
    ):
        closed = asyncio.Event()

        async def answer(_received, reply):
            await reply.head()
            await reply.send(b"data: 1\n\n")
            await reply.hung_up()
            closed.set()

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url)
        pieces = complete(question(stream=True))
        assert (await anext(pieces)).head.status == 200
        assert (await anext(pieces)).data == b"data: 1\n\n"
        await pieces.aclose()
        await asyncio.wait_for(closed.wait(), 1.0)

    async def test_closes_the_provider_s_connection_when_the_caller_s_task_is_cancelled(
        self, desk, provider, question, complete
    ):
        asked, closed = asyncio.Event(), asyncio.Event()

        async def answer(_received, reply):
            asked.set()
            await reply.hung_up()
            closed.set()

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url)

        async def read() -> None:
            async for _ in complete(question(stream=True)):
                pass

        task = asyncio.create_task(read())
        await asyncio.wait_for(asked.wait(), 5)
        task.cancel()
        await asyncio.wait_for(closed.wait(), 1.0)
        with pytest.raises(asyncio.CancelledError):
            await task

    async def test_authorises_as_between_processes(self, desk, provider, question, complete):
        await desk.connect(provider.url)
        with pytest.raises(NotFound):
            await anext(complete(question(), desk.world.user))

    async def test_a_slow_reader_gets_what_arrived_before_the_provider_died(
        self, desk, provider, question, complete
    ):
        died = asyncio.Event()

        async def answer(_received, reply):
            await reply.head()
            await reply.send(b"data: 1\n\n")
            await asyncio.sleep(0.05)
            await reply.send(b"data: 2\n\n")
            await asyncio.sleep(0.05)
            reply.die()
            died.set()

        provider.answers["POST /v1/chat/completions"] = answer
        await desk.connect(provider.url)
        pieces = complete(question(stream=True))
        assert (await anext(pieces)).head.status == 200
        assert (await anext(pieces)).data == b"data: 1\n\n"
        await died.wait()
        await asyncio.sleep(0.05)
        rest = b"".join([piece.data async for piece in pieces])
        assert rest.startswith(b"data: 2\n\n")
        assert b"broke off" in rest
