"""What comes from the web: a fetched page and a result of a search."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_TITLE = re.compile(rb"<title[^>]*>([^<]{1,2000})</title", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# A title stands at the beginning, before all scripts that care for their visitors.
_LOOKED_AT = 256 * 1024
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it arrived.

    `url` is where it came from at last, `content_type` as the server said it (charset included), `title`
    empty where only the body knows it; `metadata` such as description or language.
    """

    url: str
    content_type: str
    body: bytes
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What to call it: its title, or the host it came from."""
        title = self.title or self._title_in_body()
        return " ".join(title.split())[:_LONGEST_NAME] or urlsplit(self.url).netloc

    @property
    def is_html(self) -> bool:
        """Whether it is a page for browsers, whatever its address ends in."""
        return "html" in self.content_type.lower()

    def _title_in_body(self) -> str:
        if not self.is_html:
            return ""
        found = _TITLE.search(self.body[:_LOOKED_AT])
        charset = _CHARSET.search(self.content_type)
        try:
            return html.unescape(found[1].decode(charset[1] if charset else "utf-8")) if found else ""
        except (LookupError, UnicodeDecodeError):
            # The body may name its encoding further inside: its host is a better name than garbage.
            return ""


@dataclass(frozen=True, slots=True)
class WebResult:
    """One result of a search; title and snippet are plain text."""

    title: str
    url: str
    snippet: str
