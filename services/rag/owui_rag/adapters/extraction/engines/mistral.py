"""Mistral's OCR: a file is uploaded, read by a signed address, and removed."""

import json
from pathlib import Path
from typing import Any

import aiohttp

from owui_rag.adapters.extraction.engines.answers import paged
from owui_rag.adapters.extraction.engines.exchange import Exchange
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.domain.documents import Document, Unreadable

_MODEL = "mistral-ocr-latest"


class MistralExtractor:
    """Port Extractor."""

    def __init__(self, exchange: Exchange, url: str, key: str, limits: Limits) -> None:
        self._exchange = exchange
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
        self._limits = limits

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the pages of a file as Markdown; raise Unreadable."""
        async with self._exchange.within_time():
            file_id = await self._upload(file, name, content_type)
            try:
                answer = await self._recognize(file_id, is_image=content_type.startswith("image/"))
            finally:
                await self._remove(file_id)
        pages = answer.get("pages") if isinstance(answer, dict) else None
        if not isinstance(pages, list):
            self._exchange.refuse("its answer has no pages")
        return paged(
            (str(page.get("markdown") or "") for page in pages if isinstance(page, dict)),
            self._limits,
            engine="mistral_ocr",
        )

    async def _upload(self, file: Path, name: str, content_type: str) -> str:
        def form() -> aiohttp.FormData:
            data = aiohttp.FormData({"purpose": "ocr"})
            data.add_field(
                "file", file.open("rb"), filename=name, content_type=content_type or "application/pdf"
            )
            return data

        answer = await self._exchange.ask_json("POST", f"{self._url}/files", headers=self._headers, body=form)
        file_id = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(file_id, str) or not file_id.replace("-", "").isalnum():
            self._exchange.refuse("it did not take the file")
        return file_id

    async def _recognize(self, file_id: str, *, is_image: bool) -> Any:
        signed = await self._exchange.ask_json(
            "GET", f"{self._url}/files/{file_id}/url", headers=self._headers, params={"expiry": "1"}
        )
        kind = "image_url" if is_image else "document_url"
        request = {
            "model": _MODEL,
            "document": {"type": kind, kind: signed.get("url") if isinstance(signed, dict) else None},
            "include_image_base64": False,
        }
        headers = {**self._headers, "Content-Type": "application/json"}
        return await self._exchange.ask_json(
            "POST", f"{self._url}/ocr", headers=headers, body=lambda: json.dumps(request).encode()
        )

    async def _remove(self, file_id: str) -> None:
        try:
            await self._exchange.ask("DELETE", f"{self._url}/files/{file_id}", headers=self._headers)
        except Unreadable:
            # The document was read; that a copy stays there for a while changes nothing about its text.
            return
