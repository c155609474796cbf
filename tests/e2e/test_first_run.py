"""The first minutes of an installation: administrator, demonstration model, a real provider."""

import os
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from owui_local.stack import Stack
from owui_local.surroundings import REPOSITORY
from owui_testkit.fake_provider import FakeProvider
from playwright.async_api import expect

from .fixtures import MODEL, PROVIDER_KEY, SECOND_MODEL, OpenWindow
from .installation import ADMIN_EMAIL, ADMIN_NAME, PASSWORD, Installation
from .window import Window

PICTURE = REPOSITORY / "docs" / "images" / "chat.png"
PICTURE_QUESTION = "Write a Python function that reverses a string, and explain it in one sentence."
PICTURE_CHATS = [
    "Questions for the planning meeting",
    "A packing list for four days in Lisbon",
    "Polite reminder to a supplier",
    "How tides work",
    "Regular expressions for dates",
    "Names for a reading group",
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fresh() -> AsyncIterator[Installation]:
    """A platform that nobody has used yet, with the demonstration model."""
    async with Installation(Stack("one-process", demo_model=True)) as started:
        yield started


class TestFirstRun:
    async def test_a_stranger_becomes_administrator_and_chats_with_a_real_model(
        self, fresh: Installation, open_window: OpenWindow
    ) -> None:
        window = await open_window(fresh.base_url)
        await window.visit()
        await expect(window.entrance.heading("Welcome to")).to_be_visible()
        await window.entrance.sign_up(ADMIN_NAME, ADMIN_EMAIL, PASSWORD, "Create administrator account")

        await expect(window.page.get_by_role("heading", name=re.compile("^Good .*, Ada$"))).to_be_visible()
        await expect(window.chat.notice).to_contain_text("small demonstration model")
        where = window.chat.notice.get_by_role("link", name="Admin → Connections")
        await expect(where).to_have_attribute("href", "/admin/connections")

        question = "What is the capital of France?"
        await window.chat.ask(question)
        await expect(window.chat.questions).to_have_text(question)
        await expect(window.chat.text).to_have_text(re.compile(r"\w{3,}"))
        await window.chat.answered()
        answer = await window.chat.text.inner_text()
        assert len(answer.split()) >= 3

        line = window.sidebar.chats.first
        await expect(line).not_to_have_text("New Chat")
        title = (await line.inner_text()).strip()
        assert title
        await expect(window.page).to_have_title(re.compile(f"^{re.escape(title)} · "))

        await window.page.reload()
        await expect(window.chat.text).to_have_text(answer, use_inner_text=True)
        await expect(window.chat.questions).to_have_text(question)
        await expect(window.sidebar.chat(title)).to_have_attribute("aria-current", "page")

        if os.environ.get("UPDATE_SCREENSHOTS") == "1":
            await take_picture(window, fresh)


class TestConnections:
    @pytest.fixture
    def real_provider(self, provider: FakeProvider) -> FakeProvider:
        """What the administrator adds in place of the demonstration model."""
        return provider

    async def test_an_administrator_replaces_the_demonstration_model(
        self, fresh: Installation, real_provider: FakeProvider, open_window: OpenWindow
    ) -> None:
        window = await open_window(fresh.base_url, await fresh.administrator())
        await window.visit("/admin/connections")
        pages, group = window.administration, window.administration.connections("OpenAI-compatible")
        await group.get_by_role("button", name="Add connection").click()

        window.expect_error(r"status of (400|401|502|503|504).*/verify")
        await pages.describe_connection("http://127.0.0.1:9/v1", PROVIDER_KEY)
        await pages.press("Verify")
        await expect(pages.failure).to_contain_text("127.0.0.1:9")
        await pages.describe_connection(real_provider.base_url, "a wrong key")
        await pages.press("Verify")
        await expect(pages.failure).to_contain_text("refuses the key (401)")
        await pages.describe_connection(real_provider.base_url, PROVIDER_KEY)
        await pages.press("Verify")
        await expect(pages.verified).to_have_text("The provider answers and offers 2 models.")
        await pages.press("Save")
        await expect(group.get_by_text(real_provider.base_url)).to_be_visible()
        await expect(group.get_by_text("Key set")).to_be_visible()

        await window.visit("/")
        await expect(window.chat.picker).to_contain_text(re.compile("fake|second"))
        await window.chat.picker.click()
        await expect(window.chat.models).to_have_text([re.compile(MODEL), re.compile(SECOND_MODEL)])
        await window.chat.models.filter(has_text=SECOND_MODEL).click()
        await expect(window.chat.notice).to_have_text("Models make mistakes. Check what matters.")
        await window.chat.ask_and_wait("Hello there")
        await expect(window.chat.text).to_have_text("Hello from the fake provider.")
        assert real_provider.completions[0].json["model"] == SECOND_MODEL


async def take_picture(window: Window, fresh: Installation) -> None:
    """Write the picture of the README: what the demonstration model really answered."""
    admin = await fresh.administrator()
    await fresh.call("DELETE", f"/api/v1/chats/{window.chat.chat_id}", token=admin.token)
    await fresh.store_chats(admin, PICTURE_CHATS)
    await window.visit()
    await window.chat.ask_and_wait(PICTURE_QUESTION)
    line = window.sidebar.chats.first
    await expect(line).not_to_have_text("New Chat")
    # So small a model finds odd titles.
    await window.sidebar.choose((await line.inner_text()).strip(), "Rename")
    await window.page.keyboard.type("Reversing a string in Python")
    await window.page.keyboard.press("Enter")
    # Without the mouse over a message and without a caret.
    await window.page.mouse.move(1270, 790)
    await window.chat.composer.blur()
    await window.page.screenshot(path=PICTURE)
