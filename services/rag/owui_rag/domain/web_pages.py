"""What comes from the web: a fetched page and a result of a search."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class WebResult:
    """One result of a search; title and snippet are plain text."""

    title: str
    url: str
    snippet: str
