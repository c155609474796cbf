"""The page of a chat: messages, composer, model picker."""

import re

from playwright.async_api import Locator, Page, expect


class Chat:
    """One chat and what a person does in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.composer = page.get_by_role("textbox", name="Message", exact=True)
        self.send_button = page.get_by_role("button", name="Send", exact=True)
        self.stop_button = page.get_by_role("button", name="Stop", exact=True)
        self.questions = page.get_by_role("article", name="Your message")
        self.answers = page.get_by_role("article", name=re.compile("^Answer of"))
        self.picker = page.get_by_role("main").locator("header button[aria-haspopup]")
        self.models = page.get_by_role("listbox", name="Models").get_by_role("option")
        self.notice = page.get_by_role("main").locator("form + p")
        self.editor = page.get_by_role("textbox", name="Edit the message")

    @property
    def answer(self) -> Locator:
        """The last answer."""
        return self.answers.last

    @property
    def text(self) -> Locator:
        """The text of the last answer."""
        return self.answer.locator(".prose")

    @property
    def chat_id(self) -> str:
        """The id in the address."""
        return self.page.url.rsplit("/c/", 1)[1]

    async def ask(self, text: str) -> None:
        """Write a message and send it."""
        await expect(self.picker).not_to_have_text("No model")
        await self.composer.fill(text)
        await self.send_button.click()
        await self.page.wait_for_url("**/c/*")

    async def ask_and_wait(self, text: str) -> None:
        """Write a message and wait until its answer is complete."""
        count = await self.answers.count()
        await self.ask(text)
        await expect(self.answers).to_have_count(count + 1)
        await self.answered()

    async def answered(self) -> None:
        """Wait until nothing is being written."""
        await expect(self.answer).to_have_attribute("aria-busy", "false")
        await expect(self.stop_button).to_be_hidden()

    def action(self, message: Locator, name: str) -> Locator:
        """A button below a message."""
        return message.get_by_role("button", name=name, exact=True)

    async def act(self, message: Locator, name: str) -> None:
        """Press a button below a message, which shows when the mouse is over it."""
        await message.hover()
        await self.action(message, name).click()

    async def confirm(self, action: str) -> None:
        """Agree to the question that is asked."""
        await self.page.get_by_role("dialog").get_by_role("button", name=action, exact=True).click()
