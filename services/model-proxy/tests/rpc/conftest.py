"""One running service per test module, and short ways to change its connections and ask it."""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from owui.model_proxy.v1 import catalogue_service_pb2, completion_service_pb2, connection_service_pb2
from owui.model_proxy.v1 import model_service_pb2 as models_pb


@pytest.fixture(scope="module")
async def world(start: Any) -> Any:
    """A service without connections."""
    return await start(OPENAI_API_BASE_URLS="", MODELS_CACHE_TTL="0.05")


@dataclass
class Answer:
    """A whole answer of a model."""

    head: Any = None
    pieces: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The values of the server-sent events, "[DONE]" as text."""
        lines = [line for line in self.body.decode().split("\n") if line.startswith("data: ")]
        return [orjson.loads(line[6:]) if line != "data: [DONE]" else "[DONE]" for line in lines]


class Desk:
    """Asks the service as somebody."""

    def __init__(self, world: Any) -> None:
        self.world = world

    async def connect(
        self,
        *urls: str,
        keys: tuple[str, ...] = (),
        configs: dict[str, Any] | None = None,
        enable: bool = True,
    ) -> Any:
        request = connection_service_pb2.UpdateOpenAIConfigRequest(
            enable_openai_api=enable,
            openai_api_base_urls=[f"{url}/v1" for url in urls],
            openai_api_keys=keys,
            openai_api_configs=orjson.dumps(configs or {}),
        )
        with self.world.by(self.world.admin):
            return await self.world.connections.UpdateOpenAIConfig(request)

    async def connect_ollama(self, *urls: str, configs: dict[str, Any] | None = None) -> Any:
        request = connection_service_pb2.UpdateOllamaConfigRequest(
            enable_ollama_api=True, ollama_base_urls=urls, ollama_api_configs=orjson.dumps(configs or {})
        )
        with self.world.by(self.world.admin):
            return await self.world.connections.UpdateOllamaConfig(request)

    async def listed(self, principal: Any = None, refresh: bool = False) -> list[dict[str, Any]]:
        with self.world.by(principal or self.world.admin):
            request = catalogue_service_pb2.ListModelsRequest(refresh=refresh)
            answer = await self.world.catalogue.ListModels(request)
        return orjson.loads(answer.data)

    async def ids(self, principal: Any = None) -> list[str]:
        return [model["id"] for model in await self.listed(principal)]

    async def open_model(self, model_id: str, **values: Any) -> Any:
        """Make a row as administrator, a public one for a provider's model unless told otherwise."""
        with self.world.by(values.pop("by", self.world.admin)):
            request = models_pb.CreateModelRequest(id=model_id, name=values.pop("name", model_id), **values)
            return (await self.world.models.CreateModel(request)).model

    async def forget_models(self) -> None:
        with self.world.by(self.world.admin):
            await self.world.models.DeleteAllModels(models_pb.DeleteAllModelsRequest())

    async def ask(
        self,
        body: Any,
        principal: Any = None,
        api: str = "COMPLETION_API_OPENAI_CHAT",
        index: int | None = None,
    ) -> Answer:
        answer = Answer()
        async with aclosing(self.stream(body, principal, api, index)) as pieces:
            async for piece in pieces:
                if piece.WhichOneof("event") == "head":
                    assert answer.head is None
                    assert not answer.pieces
                    answer.head = piece.head
                else:
                    answer.pieces.append(piece.data)
        return answer

    def stream(self, body: Any, principal: Any = None, api: str = "", index: int | None = None) -> Any:
        request = completion_service_pb2.StreamCompletionRequest(
            api=api or "COMPLETION_API_OPENAI_CHAT",
            body=body if isinstance(body, bytes) else orjson.dumps(body),
            connection_index=index,
        )

        metadata = self.world.call(principal or self.world.admin).metadata()
        return self.world.completions.StreamCompletion(request, metadata=metadata)


@pytest.fixture
def desk_of() -> Any:
    """Make a desk in front of another service."""
    return Desk


@pytest.fixture
async def desk(world: Any) -> Any:
    """A desk in front of the service; it is tidied up after the test."""
    desk = Desk(world)
    yield desk
    await desk.connect()
    await desk.connect_ollama()
    await desk.forget_models()


@pytest.fixture
def question() -> Callable[..., dict[str, Any]]:
    """Make the body of a request for a completion."""

    def make(model: str = "gpt-small", text: str = "Hi", **more: Any) -> dict[str, Any]:
        return {"model": model, "messages": [{"role": "user", "content": text}], **more}

    return make
