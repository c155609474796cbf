"""DuckDuckGo's page for browsers without scripts; it has no interface for programs and needs no key."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree, html
from owui_chassis.errors import Exhausted

from owui_rag.adapters.web.results import result
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("DuckDuckGo", hint="it takes this service for a robot; wait, or choose another engine")
_RESULT = "//div[contains(concat(' ', @class, ' '), ' result ')][not(contains(@class, 'result--ad'))]"
_LINK = ".//a[contains(concat(' ', @class, ' '), ' result__a ')]"
_SNIPPET = ".//*[contains(concat(' ', @class, ' '), ' result__snippet ')]"
_CHALLENGE = "//*[contains(@class, 'anomaly-modal') or @id='challenge-form']"


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://html.duckduckgo.com/html/",
        # It shows nothing to clients that do not look like a browser.
        headers={
            "Accept": "text/html",
            "Referer": "https://html.duckduckgo.com/",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        },
        form={"q": query, "b": "", "kl": ""},
    )
    return read_results(await http.read(VENDOR, request))[:count]


def read_results(page: bytes) -> list[WebResult]:
    """Read the page of results; raise Exhausted when it asks whether a person is there."""
    try:
        tree = html.fromstring(page, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.LxmlError, ValueError):
        raise VENDOR.garbage() from None
    if tree.xpath(_CHALLENGE):
        raise Exhausted("DuckDuckGo answers no more requests for now.", "web_rate_limited")
    found = []
    for box in tree.xpath(_RESULT):
        links, snippets = box.xpath(_LINK), box.xpath(_SNIPPET)
        if links and (address := _address(links[0].get("href", ""))):
            text = snippets[0].text_content() if snippets else ""
            found.append(result(links[0].text_content(), address, text))
    if not found and not tree.xpath("//*[contains(@class, 'no-results') or @id='links']"):
        raise VENDOR.garbage()
    return found


def _address(href: str) -> str:
    """Return where a link leads: it passes through a counter that names its aim as a parameter."""
    try:
        parts = urlsplit(href if not href.startswith("//") else f"https:{href}")
    except ValueError:
        return ""
    if parts.netloc.endswith("duckduckgo.com"):
        return next(iter(parse_qs(parts.query).get("uddg", ())), "")
    return href
