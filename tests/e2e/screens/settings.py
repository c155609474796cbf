"""The dialog with a person's own settings."""

from playwright.async_api import Locator, Page


class Settings:
    """Appearance, profile, password and API keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialog = page.get_by_role("dialog", name="Settings")
        self.keys = self.dialog.get_by_role("list", name="API keys").get_by_role("listitem")
        self.new_key = self.dialog.get_by_role("status").locator("code")

    async def show(self, section: str) -> None:
        """Turn to a section."""
        await self.dialog.get_by_role("tab", name=section).click()

    async def close(self) -> None:
        """Close the dialog."""
        await self.dialog.get_by_role("button", name="Close").click()

    def field(self, label: str) -> Locator:
        """An input line."""
        return self.dialog.get_by_label(label, exact=True)

    def button(self, name: str) -> Locator:
        """A button."""
        return self.dialog.get_by_role("button", name=name, exact=True)

    def toast(self, text: str) -> Locator:
        """A notice above the page."""
        return self.page.get_by_text(text)
