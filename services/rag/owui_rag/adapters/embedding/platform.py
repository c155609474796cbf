"""Embeddings through the platform's own connections: model-proxy knows which provider has the model."""

import asyncio

import orjson
from owui.model_proxy.v1.embedding_service_pb2 import CreateEmbeddingsRequest
from owui.model_proxy.v1.embedding_service_pb2_grpc import EmbeddingServiceStub
from owui_chassis.call import IDENTITY
from owui_chassis.errors import Exhausted, Unavailable
from owui_chassis.grpc.channel import Channel
from owui_chassis.identity import Identities, Principal

from owui_rag.adapters.embedding.openai import openai_body
from owui_rag.adapters.embedding.remote import Send
from owui_rag.adapters.embedding.requests import pause
from owui_rag.adapters.embedding.vectors import read_openai
from owui_rag.ports import Vectors

# Files are embedded for the platform, with the model that its administrator chose, whoever brought them.
_PLATFORM = Principal(user_id="rag", name="rag", role="admin")


def platform_sender(channel: Channel, secret_key: str, model: str, prefix_field: str, seconds: float) -> Send:
    """Return what sends a batch to model-proxy."""
    stub = EmbeddingServiceStub(channel)
    identities = Identities(secret_key)

    async def send(texts: list[str], prefix: str, attempts: int) -> Vectors:
        request = CreateEmbeddingsRequest(body=orjson.dumps(openai_body(model, texts, prefix_field, prefix)))
        for attempt in range(1, attempts + 1):
            metadata = ((IDENTITY, identities.sign(_PLATFORM)),)
            try:
                answer = await stub.CreateEmbeddings(request, timeout=seconds, metadata=metadata)
                return read_openai(_decode(answer.answer), len(texts))
            except (Unavailable, Exhausted) as error:
                if attempt == attempts:
                    raise
                await asyncio.sleep(pause(attempt, error.retry_after))
        raise AssertionError("there is at least one attempt")

    return send


def _decode(answer: bytes) -> object:
    try:
        return orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise Unavailable("The embedding engine did not answer with JSON", "embedding_answer") from None
