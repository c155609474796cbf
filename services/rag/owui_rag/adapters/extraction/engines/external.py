"""An engine of the administrator's own, by the protocol of this ecosystem."""

from pathlib import Path
from urllib.parse import quote

from owui_rag.adapters.extraction.engines.answers import paged, written
from owui_rag.adapters.extraction.engines.exchange import Exchange
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.domain.documents import Document


class ExternalExtractor:
    """Port Extractor: PUT /process with the bytes answers {page_content, metadata}, or a list for pages."""

    def __init__(self, exchange: Exchange, url: str, key: str, limits: Limits) -> None:
        self._exchange = exchange
        self._url = f"{url.rstrip('/')}/process"
        self._key = key
        self._limits = limits

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file; raise Unreadable."""
        headers = {"Content-Type": content_type or "application/octet-stream", "X-Filename": quote(name)}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        async with self._exchange.within_time():
            answer = await self._exchange.ask_json(
                "PUT", self._url, headers=headers, body=lambda: file.open("rb")
            )
        parts = answer if isinstance(answer, list) else [answer]
        texts = [part.get("page_content") if isinstance(part, dict) else None for part in parts]
        if not texts or not all(isinstance(text, str) for text in texts):
            self._exchange.refuse("its answer has no page_content")
        pages = [str(text) for text in texts]
        if isinstance(answer, list):
            return paged(pages, self._limits, engine="external")
        metadata = answer.get("metadata")
        title = metadata.get("title", "") if isinstance(metadata, dict) else ""
        return written(pages[0], self._limits, engine="external", is_markdown=True, title=str(title))
