"""A browser on a Playwright server runs the scripts of a page and returns what it became."""

from importlib.util import find_spec
from typing import Any

from owui_chassis.errors import Invalid, ServiceError, Unavailable

from owui_rag.adapters.web.answers import Answer
from owui_rag.adapters.web.guard import Ask, EgressGuard
from owui_rag.domain.web_pages import FetchedPage

_MAXIMUM_REQUESTS = 200
_BROWSED = ("text/html", "application/xhtml+xml")
_UNNEEDED = frozenset({"image", "media", "font", "websocket", "eventsource", "ping", "manifest"})


async def load(values: Any, guard: EgressGuard, url: str) -> FetchedPage:
    """Return the page as HTML; raise Invalid without a server or the package, or another ServiceError.

    The browser has no network of its own for this: what it asks for is fetched here, through the guard.
    """
    if not values.playwright_ws_url:
        raise Invalid(
            "Playwright needs PLAYWRIGHT_WS_URL; set it in the admin settings.", "web_not_configured"
        )
    if find_spec("playwright") is None:
        raise Invalid(
            "The package playwright is not installed in the rag service; choose another WEB_LOADER_ENGINE.",
            "web_not_configured",
        )
    first = await guard.fetch(url)
    if not first.content_type.lower().startswith(_BROWSED):
        return FetchedPage(first.url, first.content_type, first.body)
    content, title = await _browse(values, _Network(guard, first))
    body = content.encode("utf-8", "replace")
    if len(body) > values.web_page_max_bytes:
        raise Invalid("The page is too large.", "page_too_large")
    return FetchedPage(first.url, "text/html; charset=utf-8", body, title)


async def _browse(values: Any, network: "_Network") -> tuple[str, str]:
    """Let the browser show a page; return what it became and its title."""
    from playwright.async_api import Error, async_playwright

    milliseconds = float(values.playwright_timeout)
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect(values.playwright_ws_url, timeout=milliseconds)
            try:
                # Service workers and sockets would speak past the routes.
                context = await browser.new_context(accept_downloads=False, service_workers="block")
                await context.route("**/*", network.answer)
                await context.route_web_socket("**/*", network.close)
                page = await context.new_page()
                await page.goto(network.first.url, timeout=milliseconds)
                return await page.content(), await page.title()
            finally:
                await browser.close()
    except Error:
        raise Unavailable("The Playwright server did not bring the page.", "page_unavailable") from None


class _Network:
    """What a page in the browser can reach: what the guard fetches, a bounded number of times."""

    def __init__(self, guard: EgressGuard, first: Answer) -> None:
        self.first = first
        self._guard = guard
        self._left = _MAXIMUM_REQUESTS
        self._given = False

    async def answer(self, route: Any) -> None:
        """Answer one request of the browser, or refuse it."""
        request = route.request
        if not self._given and request.url == self.first.url:
            self._given = True
            await self._fulfil(route, self.first)
            return
        self._left -= 1
        if self._left < 0 or request.resource_type in _UNNEEDED or request.method not in {"GET", "POST"}:
            await route.abort()
            return
        kind = request.headers.get("content-type")
        ask = Ask({"Content-Type": kind} if kind else {}, request.post_data_buffer)
        try:
            await self._fulfil(route, await self._guard.fetch(request.url, ask))
        except ServiceError:
            await route.abort()

    @staticmethod
    async def _fulfil(route: Any, answer: Answer) -> None:
        # The browser comes without cookies, so a script learns nothing that it could not fetch elsewhere.
        headers = {"Content-Type": answer.content_type, "Access-Control-Allow-Origin": "*"}
        await route.fulfill(status=200, headers=headers, body=answer.body)

    @staticmethod
    async def close(socket: Any) -> None:
        """Refuse a web socket."""
        await socket.close()
