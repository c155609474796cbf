"""A browser window that remembers what went wrong in it."""

import re
from pathlib import Path

from playwright.async_api import BrowserContext, ConsoleMessage, Page

from .screens.administration import Administration
from .screens.chat import Chat
from .screens.entrance import Entrance
from .screens.settings import Settings
from .screens.sidebar import Sidebar


class Window:
    """One page in a browser context of its own, with the screens that it may show."""

    def __init__(self, context: BrowserContext, page: Page, base_url: str) -> None:
        self.context = context
        self.page = page
        self.base_url = base_url
        self.entrance = Entrance(page)
        self.chat = Chat(page)
        self.sidebar = Sidebar(page)
        self.settings = Settings(page)
        self.administration = Administration(page)
        self._errors: list[str] = []
        self._expected: list[str] = []
        self.watch(page)

    def watch(self, page: Page) -> None:
        """Collect the errors of a page."""
        page.on("console", self._take)
        page.on("pageerror", lambda error: self._errors.append(f"uncaught: {error}"))

    def expect_error(self, pattern: str) -> None:
        """Accept console errors that match, such as those that the browser writes for a refusal."""
        self._expected.append(pattern)

    @property
    def unexpected_errors(self) -> list[str]:
        """What the console said that the test did not announce."""
        return [error for error in self._errors if not any(re.search(p, error) for p in self._expected)]

    async def visit(self, path: str = "/") -> None:
        """Open a page of the platform."""
        await self.page.goto(self.base_url + path)

    async def another_page(self) -> "Window":
        """Open a second page of the same person."""
        page = await self.context.new_page()
        other = Window(self.context, page, self.base_url)
        other._errors, other._expected = self._errors, self._expected
        return other

    def _take(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._errors.append(f"{message.text} ({message.location.get('url', '')})")


class Records:
    """What is kept of failed tests: a picture and a trace of every window."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, test: str, windows: list[Window]) -> None:
        """Write them; windows that are closed already leave none."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w-]+", "_", test)
        for number, window in enumerate(windows, 1):
            for place, page in enumerate(window.context.pages, 1):
                await page.screenshot(path=self._folder / f"{name}-{number}.{place}.png")
            await window.context.tracing.stop(path=self._folder / f"{name}-{number}.zip")
