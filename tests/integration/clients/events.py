"""Server-sent events of a completion: the texts of its deltas in the order of arrival."""

import json
from typing import Any

import aiohttp


class CompletionReader:
    """Reads a streamed completion; `texts`, `chunks`, `errors` and `complete` tell what came."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.texts: list[str] = []
        self.chunks: list[Any] = []
        self.errors: list[Any] = []
        self.complete = False

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.texts)

    async def read(self, until: int | None = None) -> "CompletionReader":
        """Read to the end, or until there are so many texts."""
        async for line in self._response.content:
            if not line.startswith(b"data: "):
                continue
            payload = line[6:].strip()
            if payload == b"[DONE]":
                self.complete = True
                continue
            self._take(json.loads(payload))
            if until is not None and len(self.texts) >= until:
                break
        return self

    def _take(self, chunk: Any) -> None:
        self.chunks.append(chunk)
        if "error" in chunk:
            self.errors.append(chunk["error"])
        for choice in chunk.get("choices", []):
            if text := choice.get("delta", {}).get("content"):
                self.texts.append(text)
