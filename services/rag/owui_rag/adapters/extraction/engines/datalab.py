"""Marker, as Datalab runs it."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from owui_rag.adapters.extraction.engines.answers import paged, written
from owui_rag.adapters.extraction.engines.exchange import Exchange
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.domain.documents import Document

DEFAULT_URL = "https://www.datalab.to/api/v1/marker"
_POLL_SECONDS = 2.0
# Before each page stands its number and a rule of 48 dashes.
_PAGE = re.compile(r"(?:^|\n+)\{\d+\}-{48}\n+")


class MarkerExtractor:
    """Port Extractor: a file is submitted with options, its result asked for until it is complete."""

    def __init__(
        self, exchange: Exchange, url: str, key: str, options: Mapping[str, Any], limits: Limits, *,
        poll_seconds: float = _POLL_SECONDS,
    ) -> None:  # fmt: skip
        self._exchange = exchange
        self._url = (url or DEFAULT_URL).rstrip("/")
        self._headers = {"X-Api-Key": key}
        self._options = options
        self._format = str(options.get("output_format") or "markdown")
        self._limits = limits
        self._poll_seconds = poll_seconds

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file; raise Unreadable."""

        def form() -> aiohttp.FormData:
            data = aiohttp.FormData()
            data.add_field(
                "file",
                file.open("rb"),
                filename=name,
                content_type=content_type or "application/octet-stream",
            )
            for key, value in self._options.items():
                if value not in ("", None):
                    data.add_field(key, value if isinstance(value, str) else json.dumps(value))
            return data

        async with self._exchange.within_time():
            submitted = await self._exchange.ask_json("POST", self._url, headers=self._headers, body=form)
            result = await self._result(self._check_url(submitted))
        text = result.get(self._format)
        if isinstance(text, dict | list):
            text = json.dumps(text, ensure_ascii=False, indent=1)
        if not isinstance(text, str):
            self._exchange.refuse("its answer has no text")
        if self._format != "markdown":
            return written(text, self._limits, engine="datalab_marker", is_markdown=False)
        first, *pages = _PAGE.split(text)
        return paged(pages if not first.strip() else [first, *pages], self._limits, engine="datalab_marker")

    def _check_url(self, submitted: Any) -> str:
        """Return where the result will be; the key goes nowhere but to the server it was given for."""
        if not isinstance(submitted, dict) or not submitted.get("success", True):
            self._exchange.refuse(submitted.get("error") if isinstance(submitted, dict) else "no answer")
        url = str(submitted.get("request_check_url") or "")
        if urlsplit(url).netloc != urlsplit(self._url).netloc:
            self._exchange.refuse("it names a place for the result that is not its own")
        return url

    async def _result(self, url: str) -> dict[str, Any]:
        while True:
            state = await self._exchange.ask_json("GET", url, headers=self._headers)
            if not isinstance(state, dict):
                self._exchange.refuse("its answer makes no sense")
            if state.get("status") == "complete":
                if not state.get("success", True):
                    self._exchange.refuse(state.get("error") or "it does not say why")
                return state
            if state.get("status") in {"failed", "error"} or state.get("error"):
                self._exchange.refuse(state.get("error") or "it does not say why")
            await asyncio.sleep(self._poll_seconds)
