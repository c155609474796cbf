"""A shelf of documents for the tests, a model that answers from it, and ways to ask."""

import json
from collections.abc import AsyncIterator
from typing import Any

import owui.chat.v1.completion_service_pb2 as pb
from owui.rag.v1.retrieval_service_pb2 import Passage

from services.chat.tests.rpc.talking import BODY, SSE, chunk, create, message, start, window

FILE = {"type": "file", "id": "handbook", "name": "Handbook"}
BASE = {"type": "collection", "id": "base", "name": "Rules"}


def passage(file_id: str, text: str, **more: Any) -> Passage:
    """Return a passage at the beginning of a file that is called like its id."""
    values = {"name": f"{file_id}.txt", "start": 0, "end": len(text), "score": 0.5, "tokens": 10, **more}
    return Passage(file_id=file_id, text=text, **values)


def model(*queries: str, status: int = 200, kind: str = "text/event-stream") -> Any:
    """Return a script that answers "Thirty [1]." and, when it is asked for queries, gives these."""

    async def run(body: dict[str, Any]) -> AsyncIterator[Any]:
        if body["stream"] is False and "search queries" in body["messages"][-1]["content"]:
            yield (200, "application/json")
            content = json.dumps({"queries": queries})
            yield json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        elif status != 200:
            yield (status, "application/json")
            yield b'{"error":{"message":"no"}}'
        elif kind == "application/json":
            yield (200, kind)
            yield json.dumps({"id": "x", "choices": [{"message": {"content": "Thirty [1]."}}]}).encode()
        else:
            yield SSE
            yield chunk(content="Thirty [1].")
            yield b"data: [DONE]\n\n"

    return run


async def answered(platform: Any, user: Any, **body: Any) -> tuple[Any, dict[str, Any]]:
    """Start an answer in a new chat and return what its window saw and what is stored."""
    chat_id = await create(user)
    async with window(platform, user) as shown:
        await start(user, chat_id, **body)
        await shown.until(lambda w: w.final)
    return shown, await message(user, chat_id)


async def called(
    user: Any, dialect: pb.Dialect = pb.DIALECT_OPENAI, index: int | None = None, **body: Any
) -> tuple[Any, bytes]:
    """Ask in API mode; return the head and the whole body."""
    asked = json.dumps({**BODY, "stream": True, **body}).encode()
    request = pb.StreamCompletionRequest(body=asked, dialect=dialect, connection_index=index)
    head, parts = None, []
    async for piece in user.completions.StreamCompletion(request):
        if piece.HasField("head"):
            assert head is None
            head = piece.head
        else:
            parts.append(piece.data)
    return head, b"".join(parts)


def asked_of(platform: Any) -> str:
    """Return the last question that a model got."""
    return platform.models.bodies[-1]["messages"][-1]["content"]
