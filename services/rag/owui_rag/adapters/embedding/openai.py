"""OpenAI's /embeddings, and Azure's spelling of it."""

from typing import Any

import aiohttp

from owui_rag.adapters.embedding.remote import Send
from owui_rag.adapters.embedding.requests import Endpoint, post
from owui_rag.adapters.embedding.vectors import read_openai
from owui_rag.ports import Vectors


def openai_endpoint(url: str, key: str, seconds: float) -> Endpoint:
    """Return the endpoint of an OpenAI-compatible address such as "https://api.openai.com/v1"."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Endpoint(f"{url.rstrip('/')}/embeddings", headers, key, seconds)


def azure_endpoint(url: str, key: str, version: str, deployment: str, seconds: float) -> Endpoint:
    """Return the endpoint of a deployment in an Azure OpenAI resource."""
    address = f"{url.rstrip('/')}/openai/deployments/{deployment}/embeddings?api-version={version}"
    return Endpoint(address, {"api-key": key}, key, seconds)


def openai_body(model: str, texts: list[str], prefix_field: str, prefix: str) -> dict[str, Any]:
    """Return the request; vectors in base64 cost a third of numbers in decimal."""
    body: dict[str, Any] = {"model": model, "input": texts, "encoding_format": "base64"}
    return body | {prefix_field: prefix} if prefix_field and prefix else body


def openai_sender(http: aiohttp.ClientSession, endpoint: Endpoint, model: str, prefix_field: str) -> Send:
    """Return what sends a batch."""

    async def send(texts: list[str], prefix: str, attempts: int) -> Vectors:
        answer = await post(http, endpoint, openai_body(model, texts, prefix_field, prefix), attempts)
        return read_openai(answer, len(texts))

    return send
