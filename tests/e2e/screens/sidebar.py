"""The column with the chats."""

from playwright.async_api import Locator, Page


class Sidebar:
    """The history, its menus, search and the account."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.column = page.get_by_role("navigation", name="Chats")
        self.new_chat = self.column.get_by_role("link", name="New chat").last
        self.chats = self.column.locator("a[href^='/c/']")
        self.search_field = page.get_by_role("combobox", name="Search chats")
        self.found = page.get_by_role("listbox", name="Chats").get_by_role("option")

    def chat(self, title: str) -> Locator:
        """The line of a chat."""
        return self.column.get_by_role("link", name=title, exact=True)

    async def choose(self, title: str, option: str) -> None:
        """Open the menu of a chat and choose a line of it."""
        await self.chat(title).hover()
        await self.column.get_by_role("button", name=f"Options of {title}", exact=True).click()
        menu = self.page.get_by_role("dialog", name="Chat options")
        await menu.get_by_role("button", name=option, exact=True).click()

    async def open_account(self, line: str) -> None:
        """Open the menu of the account and choose a line of it."""
        await self.column.locator("button[aria-haspopup]").last.click()
        menu = self.page.get_by_role("dialog", name="Account")
        await menu.locator("[data-line]", has_text=line).click()
