"""Ollama's /api/embed."""

import aiohttp

from owui_rag.adapters.embedding.remote import Send
from owui_rag.adapters.embedding.requests import Endpoint, post
from owui_rag.adapters.embedding.vectors import read_ollama
from owui_rag.ports import Vectors


def ollama_endpoint(url: str, key: str, seconds: float) -> Endpoint:
    """Return the endpoint of an Ollama such as "http://localhost:11434"."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Endpoint(f"{url.rstrip('/').removesuffix('/api')}/api/embed", headers, key, seconds)


def ollama_sender(http: aiohttp.ClientSession, endpoint: Endpoint, model: str, prefix_field: str) -> Send:
    """Return what sends a batch; texts longer than the model's context are cut by Ollama."""

    async def send(texts: list[str], prefix: str, attempts: int) -> Vectors:
        body: dict[str, object] = {"model": model, "input": texts, "truncate": True}
        if prefix_field and prefix:
            body[prefix_field] = prefix
        return read_ollama(await post(http, endpoint, body, attempts), len(texts))

    return send
