"""MinerU's cloud: a place for the file is asked for, the result is a ZIP file with Markdown."""

import asyncio
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from owui_rag.adapters.extraction.engines.answers import written
from owui_rag.adapters.extraction.engines.exchange import Exchange
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.domain.documents import Document

_POLL_SECONDS = 3.0
_WORKING = frozenset({"waiting-file", "uploading", "pending", "running", "converting"})


class CloudMinerUExtractor:
    """Port Extractor."""

    def __init__(
        self, exchange: Exchange, url: str, key: str, params: Mapping[str, Any], limits: Limits, *,
        poll_seconds: float = _POLL_SECONDS,
    ) -> None:  # fmt: skip
        self._exchange = exchange
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._params = params
        self._limits = limits
        self._poll_seconds = poll_seconds

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file as Markdown; raise Unreadable."""
        async with self._exchange.within_time():
            batch, upload = await self._begin(name)
            # The signed address takes the bytes alone: it neither gets the key nor allows a content type.
            await self._exchange.ask("PUT", upload, body=lambda: file.open("rb"), is_typed=False)
            packed = await self._exchange.ask("GET", await self._result(batch))
        text = await asyncio.to_thread(self._markdown, packed.body)
        return written(text, self._limits, engine="mineru", is_markdown=True)

    async def _begin(self, name: str) -> tuple[str, str]:
        described: dict[str, Any] = {"name": name, "is_ocr": bool(self._params.get("enable_ocr", False))}
        if self._params.get("page_ranges"):
            described["page_ranges"] = self._params["page_ranges"]
        shared = {
            key: self._params[key]
            for key in ("enable_formula", "enable_table", "language", "model_version")
            if key in self._params
        }
        request = json.dumps({"files": [described], **shared}).encode()
        data = await self._data("POST", "file-urls/batch", request)
        batch, addresses = data.get("batch_id"), data.get("file_urls")
        if not isinstance(batch, str) or not batch.replace("-", "").isalnum():
            self._exchange.refuse("it did not take the file")
        if not isinstance(addresses, list) or not addresses or not isinstance(addresses[0], str):
            self._exchange.refuse("it gave no place for the file")
        return batch, addresses[0]

    async def _result(self, batch: str) -> str:
        while True:
            data = await self._data("GET", f"extract-results/batch/{batch}")
            results = data.get("extract_result")
            first = results[0] if isinstance(results, list) and results else {}
            state = first.get("state") if isinstance(first, dict) else None
            if state == "done" and isinstance(first.get("full_zip_url"), str):
                return str(first["full_zip_url"])
            if state not in _WORKING and first:
                self._exchange.refuse(first.get("err_msg") or f"state {state}")
            await asyncio.sleep(self._poll_seconds)

    async def _data(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        answer = await self._exchange.ask_json(
            method, f"{self._url}/{path}", headers=self._headers, body=(lambda: body) if body else None
        )
        if (
            not isinstance(answer, dict)
            or answer.get("code") != 0
            or not isinstance(answer.get("data"), dict)
        ):
            self._exchange.refuse(
                answer.get("msg") if isinstance(answer, dict) else "its answer makes no sense"
            )
        return dict(answer["data"])

    def _markdown(self, packed: bytes) -> str:
        most = self._limits.characters * 4
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                names = [name for name in archive.namelist() if name.endswith(".md")]
                best = next((name for name in names if name.endswith("full.md")), names[0] if names else None)
                if best is None:
                    self._exchange.refuse("its answer has no text")
                with archive.open(best) as entry:
                    return entry.read(most + 1).decode("utf-8", "replace")
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
            self._exchange.refuse("its answer is no ZIP file")
