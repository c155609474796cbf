"""A MinerU server of one's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from owui_rag.adapters.extraction.engines.answers import written
from owui_rag.adapters.extraction.engines.exchange import Exchange
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.domain.documents import Document

_NAMES = {"enable_formula": "formula_enable", "enable_table": "table_enable", "language": "lang_list"}
_OWN = frozenset({"enable_ocr", "model_version", "page_ranges"})


class LocalMinerUExtractor:
    """Port Extractor: POST /file_parse answers JSON with results.<name>.md_content."""

    def __init__(
        self, exchange: Exchange, url: str, key: str, params: Mapping[str, Any], limits: Limits
    ) -> None:
        self._exchange = exchange
        self._url = f"{url.rstrip('/')}/file_parse"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._fields = {
            "return_md": "true",
            "parse_method": "ocr" if params.get("enable_ocr") else "auto",
            **{_NAMES.get(name, name): _plain(value) for name, value in params.items() if name not in _OWN},
        }
        self._limits = limits

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file as Markdown; raise Unreadable."""

        def form() -> aiohttp.FormData:
            data = aiohttp.FormData(self._fields)
            data.add_field(
                "files", file.open("rb"), filename=name, content_type=content_type or "application/pdf"
            )
            return data

        async with self._exchange.within_time():
            answer = await self._exchange.ask_json("POST", self._url, headers=self._headers, body=form)
        results = answer.get("results") if isinstance(answer, dict) else None
        first = next(iter(results.values()), None) if isinstance(results, dict) else None
        text = first.get("md_content") if isinstance(first, dict) else None
        if not isinstance(text, str):
            self._exchange.refuse("its answer has no text")
        return written(text, self._limits, engine="mineru", is_markdown=True)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
