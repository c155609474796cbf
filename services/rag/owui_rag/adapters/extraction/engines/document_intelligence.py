"""Azure Document Intelligence."""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from owui_rag.adapters.extraction.engines.answers import paged
from owui_rag.adapters.extraction.engines.exchange import Answer, Exchange
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.domain.documents import Document

_VERSION = "2024-11-30"
_POLL_SECONDS = 1.0
_LONGEST_POLL = 30.0


class DocumentIntelligenceExtractor:
    """Port Extractor: an analysis is started with the file, then asked for until it is done."""

    def __init__(
        self, exchange: Exchange, endpoint: str, key: str, model: str, limits: Limits, *,
        poll_seconds: float = _POLL_SECONDS,
    ) -> None:  # fmt: skip
        self._exchange = exchange
        self._endpoint = endpoint.rstrip("/")
        self._url = f"{self._endpoint}/documentintelligence/documentModels/{quote(model)}:analyze"
        self._headers = {"Ocp-Apim-Subscription-Key": key}
        # Only the layout model writes Markdown. Positions are asked for as Python counts them.
        self._params = {"api-version": _VERSION, "stringIndexType": "unicodeCodePoint"}
        if "layout" in model:
            self._params["outputContentFormat"] = "markdown"
        self._limits = limits
        self._poll_seconds = poll_seconds

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file with its pages; raise Unreadable."""
        headers = {**self._headers, "Content-Type": "application/octet-stream"}
        async with self._exchange.within_time():
            started = await self._exchange.ask(
                "POST", self._url, headers=headers, params=self._params, body=lambda: file.open("rb")
            )
            result = await self._result(self._operation(started))
        text, pages = result.get("content"), result.get("pages")
        if not isinstance(text, str):
            self._exchange.refuse("its answer has no text")
        return paged(
            _cut(text, pages if isinstance(pages, list) else []), self._limits, engine="document_intelligence"
        )

    def _operation(self, started: Answer) -> str:
        """Return where the result will be; the key goes nowhere but to the endpoint."""
        url = started.headers.get("Operation-Location", "")
        if urlsplit(url)[:2] != urlsplit(self._endpoint)[:2]:
            self._exchange.refuse("it names a place for the result that is not its own")
        return url

    async def _result(self, url: str) -> dict[str, Any]:
        pause = self._poll_seconds
        while True:
            answer = await self._exchange.ask("GET", url, headers=self._headers)
            state = self._exchange.parse(answer.body)
            status = state.get("status") if isinstance(state, dict) else None
            if status == "succeeded" and isinstance(state.get("analyzeResult"), dict):
                return dict(state["analyzeResult"])
            if status not in {"notStarted", "running"}:
                error = state.get("error") if isinstance(state, dict) else None
                self._exchange.refuse(error.get("message") if isinstance(error, dict) else f"status {status}")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_POLL)


def _cut(text: str, pages: list[Any]) -> list[str]:
    """Return the text of each page by the position at which its first span begins."""
    starts: list[int] = []
    for page in pages:
        spans = page.get("spans") if isinstance(page, dict) else None
        if spans and isinstance(spans[0], dict) and isinstance(spans[0].get("offset"), int):
            starts.append(min(max(spans[0]["offset"], starts[-1] if starts else 0), len(text)))
    if not starts:
        return [text]
    edges = [0, *starts[1:], len(text)]
    return [text[start:end] for start, end in pairwise(edges)]
