"""A person's own settings."""

import openai
import pytest
from owui_testkit.fake_provider import FakeProvider
from playwright.async_api import expect

from .fixtures import MODEL, OpenWindow
from .installation import PASSWORD, Account, Installation
from .window import Window

NEW_PASSWORD = "another battery staple"
# Notes at every frame whether the page was dark, from the very first one on.
WATCH_FRAMES = """
window.__frames = [];
const note = () => {
    if (document.body) window.__frames.push(document.documentElement.classList.contains('dark'));
    requestAnimationFrame(note);
};
requestAnimationFrame(note);
"""


async def open_settings(window: Window, section: str) -> None:
    """Open the dialog at a section."""
    await window.sidebar.open_account("Settings")
    await window.settings.show(section)


class TestProfile:
    async def test_a_new_name_is_kept(self, window: Window) -> None:
        await open_settings(window, "Profile")
        await window.settings.field("Name").fill("Grace B. Hopper")
        await window.settings.button("Save").click()
        await expect(window.settings.toast("Your profile is saved.")).to_be_visible()
        await window.settings.close()
        await window.page.reload()
        await expect(window.sidebar.column.get_by_text("Grace B. Hopper")).to_be_visible()


class TestPassword:
    async def test_a_new_password_replaces_the_old_one(
        self, window: Window, installation: Installation, grace: Account, open_window: OpenWindow
    ) -> None:
        window.expect_error("status of 40[01]")
        await open_settings(window, "Password")
        await window.settings.field("Current password").fill("not the password")
        await window.settings.field("New password").fill(NEW_PASSWORD)
        await window.settings.button("Change password").click()
        await expect(window.settings.dialog.get_by_role("alert")).to_contain_text("current password is wrong")
        await window.settings.field("Current password").fill(PASSWORD)
        await window.settings.button("Change password").click()
        await expect(window.settings.toast("Your password is changed.")).to_be_visible()
        await window.settings.close()
        await window.chat.ask_and_wait("Am I still signed in?")

        elsewhere = await open_window(installation.base_url)
        elsewhere.expect_error("status of 40[01].*/signin")
        await elsewhere.visit()
        await elsewhere.entrance.sign_in(grace.email, PASSWORD)
        await expect(elsewhere.entrance.failure).to_be_visible()
        await elsewhere.entrance.sign_in(grace.email, NEW_PASSWORD)
        await expect(elsewhere.chat.composer).to_be_visible()


class TestTheme:
    async def test_dark_stays_dark_without_a_flash(self, window: Window) -> None:
        html = window.page.locator("html")
        await open_settings(window, "General")
        await window.settings.dialog.get_by_role("radio", name="Dark").click()
        await expect(html).to_have_class("dark")
        await window.page.add_init_script(WATCH_FRAMES)
        await window.page.reload()
        await expect(window.chat.composer).to_be_visible()
        assert set(await window.page.evaluate("window.__frames")) == {True}
        await open_settings(window, "General")
        await window.settings.dialog.get_by_role("radio", name="Light").click()
        await window.page.reload()
        await expect(window.chat.composer).to_be_visible()
        assert set(await window.page.evaluate("window.__frames")) == {False}

    async def test_the_system_decides_until_one_chooses(
        self, installation: Installation, grace: Account, open_window: OpenWindow
    ) -> None:
        window = await open_window(installation.base_url, grace, color_scheme="dark")
        await window.visit()
        await expect(window.chat.composer).to_be_visible()
        await expect(window.page.locator("html")).to_have_class("dark")
        await window.page.emulate_media(color_scheme="light")
        await expect(window.page.locator("html")).not_to_have_class("dark")


class TestApiKeys:
    async def test_a_key_opens_the_openai_api_until_it_is_deleted(
        self, window: Window, provider: FakeProvider
    ) -> None:
        await open_settings(window, "API keys")
        await window.settings.field("Name").fill("My laptop")
        await window.settings.button("Create").click()
        key = await window.settings.new_key.inner_text()
        await expect(window.settings.keys.filter(has_text="My laptop")).to_contain_text("never used")

        client = openai.AsyncOpenAI(base_url=f"{window.base_url}/openai", api_key=key, max_retries=0)
        async with client:
            message: openai.types.chat.ChatCompletionUserMessageParam = {"role": "user", "content": "Hello"}
            stream = await client.chat.completions.create(model=MODEL, messages=[message], stream=True)
            pieces = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
            assert "".join(pieces) == "Hello from the fake provider."
            assert MODEL in [model.id async for model in client.models.list()]

            await window.settings.button("Delete My laptop").click()
            question = window.page.get_by_role("dialog", name="Delete this key?")
            await question.get_by_role("button", name="Delete").click()
            await expect(window.settings.dialog.get_by_text("No keys yet.")).to_be_visible()
            with pytest.raises(openai.AuthenticationError):
                await client.models.list()
