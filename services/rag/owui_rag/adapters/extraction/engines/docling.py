"""docling-serve."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from owui_rag.adapters.extraction.engines.answers import paged
from owui_rag.adapters.extraction.engines.exchange import Exchange
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.domain.documents import Document

_PAGE_BREAK = "<!-- page break -->"


class DoclingExtractor:
    """Port Extractor: POST /v1/convert/file with a form answers JSON with document.md_content."""

    def __init__(
        self, exchange: Exchange, url: str, key: str, params: Mapping[str, Any], limits: Limits
    ) -> None:
        self._exchange = exchange
        self._url = f"{url.rstrip('/')}/v1/convert/file"
        self._headers = {"X-Api-Key": key} if key else {}
        self._params = {
            "image_export_mode": "placeholder",
            "to_formats": "md",
            "md_page_break_placeholder": _PAGE_BREAK,
            **params,
        }
        self._limits = limits

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file as Markdown; raise Unreadable."""

        def form() -> aiohttp.FormData:
            data = aiohttp.FormData()
            data.add_field(
                "files",
                file.open("rb"),
                filename=name,
                content_type=content_type or "application/octet-stream",
            )
            for key, value in self._params.items():
                for item in value if isinstance(value, list) else [value]:
                    data.add_field(key, item if isinstance(item, str) else json.dumps(item))
            return data

        async with self._exchange.within_time():
            answer = await self._exchange.ask_json("POST", self._url, headers=self._headers, body=form)
        document = answer.get("document") if isinstance(answer, dict) else None
        text = document.get("md_content") if isinstance(document, dict) else None
        if not isinstance(text, str):
            errors = answer.get("errors") if isinstance(answer, dict) else None
            self._exchange.refuse(_first_message(errors) or "its answer has no text")
        separator = str(self._params["md_page_break_placeholder"]) or _PAGE_BREAK
        return paged(text.split(separator), self._limits, engine="docling")


def _first_message(errors: Any) -> str:
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get("error_message", first)) if isinstance(first, dict) else str(first or "")
