"""The platform without a mouse, and on a phone."""

import asyncio
import re
from pathlib import Path

import pytest_asyncio
from owui_testkit.fake_provider import FakeProvider, Gate, Reply
from playwright.async_api import Locator, Route, expect

from .fixtures import OpenWindow
from .installation import PASSWORD, Account, Installation
from .window import Window

SAMPLE = (Path(__file__).parent / "sample.md").read_text(encoding="utf-8")
WIDE_CODE = f"\n\n```\n{'a very long line of code ' * 12}\n```\n\n"
WIDE_TABLE = f"|{'wide column|' * 9}\n|{'---|' * 9}\n\n{'x' * 300}\n"
MOST_TABS = 40


async def tab_to(window: Window, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    await target.wait_for()
    for _ in range(MOST_TABS):
        if await target.evaluate("element => element === document.activeElement"):
            return
        await window.page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached by Tab")


class TestKeyboard:
    async def test_a_message_that_is_sent_before_the_models_are_there_goes_when_they_are(
        self, installation: Installation, grace: Account, provider: FakeProvider, open_window: OpenWindow
    ) -> None:
        window = await open_window(installation.base_url, grace)
        sent = asyncio.Event()

        async def late(route: Route) -> None:
            await sent.wait()
            await route.continue_()

        await window.page.route("**/api/models", late)
        provider.script(Reply(("hello",)))
        await window.visit()
        await window.chat.composer.fill("early")
        await window.page.keyboard.press("Enter")
        sent.set()
        await expect(window.chat.questions).to_have_text("early")
        await expect(window.chat.composer).to_have_value("")

    async def test_everything_needed_to_chat_is_reached_by_keys(
        self, installation: Installation, grace: Account, provider: FakeProvider, open_window: OpenWindow
    ) -> None:
        window = await open_window(installation.base_url)
        keyboard = window.page.keyboard
        await window.visit()
        await tab_to(window, window.entrance.email)
        await keyboard.type(grace.email)
        await keyboard.press("Tab")
        await expect(window.entrance.password).to_be_focused()
        await keyboard.type(PASSWORD)
        await keyboard.press("Enter")

        provider.script(Reply(("one two three", Gate())))
        await expect(window.chat.composer).to_be_focused()
        await keyboard.type("First line")
        await keyboard.press("Shift+Enter")
        await keyboard.type("second line")
        await keyboard.press("Enter")
        await expect(window.chat.questions).to_have_text("First line\nsecond line", use_inner_text=True)
        await expect(window.chat.text).to_have_text("one two three")
        await keyboard.press("Escape")
        await window.chat.answered()
        await expect(window.chat.composer).to_be_focused()

        await keyboard.press("Control+Shift+O")
        await expect(window.page).to_have_url(window.base_url + "/")
        await expect(window.chat.composer).to_be_focused()
        await keyboard.press("Control+k")
        await expect(window.sidebar.search_field).to_be_focused()
        await keyboard.press("Enter")
        await expect(window.chat.text).to_have_text("one two three")

    async def test_menus_and_dialogs_give_the_focus_back(
        self, window: Window, installation: Installation, grace: Account
    ) -> None:
        await installation.store_chats(grace, ["A chat"])
        await window.page.reload()
        options = window.page.get_by_role("button", name="Options of A chat")
        await tab_to(window, options)
        await window.page.keyboard.press("Enter")
        await expect(window.page.get_by_role("button", name="Rename")).to_be_focused()
        await window.page.keyboard.press("ArrowDown")
        await expect(window.page.get_by_role("button", name="Pin", exact=True)).to_be_focused()
        await window.page.keyboard.press("Escape")
        await expect(options).to_be_focused()


class TestPhone:
    @pytest_asyncio.fixture(loop_scope="session")
    async def phone(self, installation: Installation, grace: Account, open_window: OpenWindow) -> Window:
        """A small screen that is touched."""
        opened = await open_window(
            installation.base_url,
            grace,
            viewport={"width": 360, "height": 740},
            is_mobile=True,
            has_touch=True,
        )
        await opened.visit()
        return opened

    async def test_one_chats_without_scrolling_sideways(self, phone: Window, provider: FakeProvider) -> None:
        provider.script(Reply((SAMPLE, WIDE_CODE, WIDE_TABLE)))
        await self._fits(phone)
        await phone.chat.ask_and_wait("A question that is long enough for more than one line of a phone")
        await expect(phone.chat.text.get_by_role("table")).to_have_count(2)
        await self._fits(phone)
        await expect(phone.chat.action(phone.chat.answer, "Regenerate")).to_be_visible()

    async def test_the_drawer_leads_to_other_chats(
        self, phone: Window, installation: Installation, grace: Account
    ) -> None:
        await installation.store_chats(grace, ["On the way"])
        await phone.page.reload()
        await expect(phone.sidebar.column).to_have_count(0)
        drawer = phone.page.get_by_role("button", name="Open the sidebar")
        await drawer.tap()
        await phone.sidebar.chat("On the way").tap()
        await expect(phone.chat.questions).to_have_text("About On the way")
        await expect(phone.sidebar.column).to_have_count(0)
        await drawer.tap()
        await phone.page.mouse.click(350, 400)
        await expect(phone.sidebar.column).to_have_count(0)

    async def test_the_administration_fits_too(
        self, installation: Installation, open_window: OpenWindow
    ) -> None:
        admin = await installation.administrator()
        phone = await open_window(
            installation.base_url, admin, viewport={"width": 360, "height": 740}, is_mobile=True
        )
        for path, heading in (("users", "Users"), ("connections", "Connections"), ("models", "Models")):
            await phone.visit(f"/admin/{path}")
            await expect(phone.page.get_by_role("heading", name=re.compile(heading)).first).to_be_visible()
            await expect(phone.page.locator(".skeleton")).to_have_count(0)
            await self._fits(phone)

    async def _fits(self, phone: Window) -> None:
        await expect(phone.page.get_by_role("main")).to_be_visible()
        width = await phone.page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth)"
        )
        assert width <= 360
