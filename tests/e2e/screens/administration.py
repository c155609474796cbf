"""The pages for administrators."""

from playwright.async_api import Locator, Page


class Administration:
    """Users, connections, models and general settings."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.editor = page.get_by_role("dialog").filter(has_text="connection")
        self.verified = self.editor.get_by_role("status")
        self.failure = self.editor.get_by_role("alert")

    def connections(self, title: str) -> Locator:
        """The connections of one kind."""
        return self.page.get_by_role("region", name=title)

    async def describe_connection(self, url: str, key: str = "") -> None:
        """Fill in the form of a connection."""
        await self.editor.get_by_label("Address").fill(url)
        await self.editor.get_by_label("API key").fill(key)

    async def press(self, name: str) -> None:
        """Press a button of the connection's form."""
        await self.editor.get_by_role("button", name=name, exact=True).click()

    def user(self, name: str) -> Locator:
        """The line of an account."""
        return self.page.get_by_role("row").filter(has_text=name)

    def switch(self, label: str) -> Locator:
        """A switch."""
        return self.page.get_by_role("switch", name=label)

    def role_of(self, name: str) -> Locator:
        """The choice of an account's role."""
        return self.page.get_by_label(f"Role of {name}")
