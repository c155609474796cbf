"""The pages before the chat: first account, sign-in, sign-up, waiting for approval."""

from playwright.async_api import Locator, Page


class Entrance:
    """The card in the middle of the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.email = page.get_by_label("Email")
        self.password = page.get_by_label("Password", exact=True)
        self.name = page.get_by_label("Name", exact=True)
        self.failure = page.get_by_role("alert")
        self.notice = page.get_by_role("main").get_by_role("status")
        self.sign_in_button = page.get_by_role("button", name="Sign in", exact=True)

    def heading(self, text: str) -> Locator:
        """The title of the card."""
        return self.page.get_by_role("heading", name=text)

    def button(self, text: str) -> Locator:
        """A button of the card."""
        return self.page.get_by_role("button", name=text, exact=True)

    async def sign_in(self, email: str, password: str) -> None:
        """Fill in the form and send it."""
        await self.email.fill(email)
        await self.password.fill(password)
        await self.sign_in_button.click()

    async def sign_up(self, name: str, email: str, password: str, button: str = "Create account") -> None:
        """Fill in the form of a new account and send it."""
        await self.name.fill(name)
        await self.email.fill(email)
        await self.password.fill(password)
        await self.button(button).click()
