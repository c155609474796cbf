"""Apache Tika's server."""

from pathlib import Path
from urllib.parse import quote

from owui_rag.adapters.extraction.engines.answers import written
from owui_rag.adapters.extraction.engines.exchange import Exchange
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.domain.documents import Document


class TikaExtractor:
    """Port Extractor: PUT /tika/text answers JSON with the text under X-TIKA:content."""

    def __init__(self, exchange: Exchange, url: str, limits: Limits, *, images: bool) -> None:
        self._exchange = exchange
        self._url = f"{url.rstrip('/')}/tika/text"
        self._limits = limits
        self._images = images

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file; raise Unreadable."""
        headers = {
            "Accept": "application/json",
            "Content-Type": content_type or "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        }
        if self._images:
            headers["X-Tika-PDFextractInlineImages"] = "true"
        async with self._exchange.within_time():
            answer = await self._exchange.ask_json(
                "PUT", self._url, headers=headers, body=lambda: file.open("rb")
            )
        text = answer.get("X-TIKA:content") if isinstance(answer, dict) else None
        if not isinstance(text, str):
            self._exchange.refuse("its answer has no text")
        title = answer.get("dc:title") or ""
        return written(
            text,
            self._limits,
            engine="tika",
            is_markdown=False,
            title=title if isinstance(title, str) else "",
        )
