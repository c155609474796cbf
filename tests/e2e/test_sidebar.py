"""The history of chats: changing lines, searching, and loading more of it."""

import re

from playwright.async_api import expect

from .installation import Account, Installation
from .window import Window

PAGE = 60
MANY = 2 * PAGE + 10


class TestLines:
    async def test_a_chat_is_renamed(
        self, window: Window, installation: Installation, grace: Account
    ) -> None:
        await installation.store_chats(grace, ["Old name"])
        await window.page.reload()
        await window.sidebar.choose("Old name", "Rename")
        field = window.page.get_by_label("Title of the chat")
        await expect(field).to_be_focused()
        await field.fill("A better name")
        await field.press("Enter")
        await expect(window.sidebar.chat("A better name")).to_be_visible()
        await window.page.reload()
        await expect(window.sidebar.chats).to_have_text([re.compile("A better name")])

    async def test_a_pinned_chat_stands_above_the_others(
        self, window: Window, installation: Installation, grace: Account
    ) -> None:
        await installation.store_chats(grace, ["First", "Second"])
        await window.page.reload()
        headings = window.sidebar.column.get_by_role("heading")
        await expect(headings).to_have_text(["Today"])
        for title, other in (("First", "Second"), ("Second", "First")):
            await window.sidebar.choose(title, "Pin")
            await expect(headings).to_have_text(["Pinned", "Today"])
            await window.page.reload()
            await expect(window.sidebar.chats).to_have_text([re.compile(title), re.compile(other)])
            await window.sidebar.choose(title, "Unpin")
            await expect(headings).to_have_text(["Today"])

    async def test_deleting_asks_first(
        self, window: Window, installation: Installation, grace: Account
    ) -> None:
        await installation.store_chats(grace, ["To keep", "To delete"])
        await window.page.reload()
        await window.sidebar.chat("To delete").click()
        await expect(window.chat.questions).to_have_text("About To delete")
        await window.sidebar.choose("To delete", "Delete")
        await window.chat.confirm("Cancel")
        await expect(window.sidebar.chat("To delete")).to_be_visible()
        await window.sidebar.choose("To delete", "Delete")
        await window.chat.confirm("Delete")
        await expect(window.sidebar.chat("To delete")).to_be_hidden()
        await expect(window.page).to_have_url(window.base_url + "/")
        await window.page.reload()
        await expect(window.sidebar.chats).to_have_text([re.compile("To keep")])


class TestManyChats:
    async def test_scrolling_loads_all_and_search_finds_any(
        self, window: Window, installation: Installation, grace: Account
    ) -> None:
        titles = [f"Chat number {number}" for number in range(MANY)]
        await installation.store_chats(grace, titles)
        await window.page.reload()
        for count in (PAGE, 2 * PAGE, MANY):
            await expect(window.sidebar.chats).to_have_count(count)
            await window.sidebar.chats.first.hover()
            await window.page.mouse.wheel(0, 100_000)
        shown = await window.sidebar.chats.all_inner_texts()
        assert sorted(title.strip() for title in shown) == sorted(titles)

        await window.page.keyboard.press("Control+k")
        await expect(window.sidebar.search_field).to_be_focused()
        await window.page.keyboard.type("number 128")
        await expect(window.sidebar.found).to_have_text([re.compile("Chat number 128")])
        await window.page.keyboard.press("Enter")
        await expect(window.chat.questions).to_have_text("About Chat number 128")
        await expect(window.sidebar.search_field).to_be_hidden()

    async def test_search_says_when_there_is_nothing(self, window: Window) -> None:
        await expect(window.chat.composer).to_be_visible()
        await window.page.keyboard.press("Control+k")
        await window.page.keyboard.type("no such chat")
        await expect(window.page.get_by_text("Nothing found for “no such chat”.")).to_be_visible()
