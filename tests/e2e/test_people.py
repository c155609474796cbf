"""A second person joins: sign-up, approval, a model to use, and a role that changes."""

import re

from owui_testkit.fake_provider import FakeProvider
from playwright.async_api import expect

from .fixtures import MODEL, SECOND_MODEL, OpenWindow
from .installation import PASSWORD, Installation

NAME, EMAIL = "Alan Turing", "alan@example.com"


class TestSecondPerson:
    async def test_a_stranger_signs_up_is_approved_and_chats(
        self, installation: Installation, provider: FakeProvider, open_window: OpenWindow
    ) -> None:
        admin = await open_window(installation.base_url, await installation.administrator())
        await admin.visit("/admin/general")
        await expect(admin.administration.switch("Sign-up")).to_have_attribute("aria-checked", "false")
        await admin.administration.switch("Sign-up").click()
        await admin.page.get_by_role("button", name="Save").click()
        await expect(admin.page.get_by_text("Saved.")).to_be_visible()

        alan = await open_window(installation.base_url)
        await alan.visit()
        await alan.entrance.button("Create an account").click()
        await alan.entrance.sign_up(NAME, EMAIL, PASSWORD)
        await expect(alan.entrance.heading("Almost there")).to_be_visible()
        await expect(alan.page.get_by_text(EMAIL)).to_be_visible()
        await alan.entrance.button("Check again").click()
        await expect(alan.page.get_by_text("still waiting for approval")).to_be_visible()

        await admin.visit("/admin/users")
        await admin.administration.user(NAME).get_by_role("button", name="Approve").click()
        await expect(admin.administration.role_of(NAME)).to_have_value("user")
        await alan.entrance.button("Check again").click()
        await expect(alan.chat.composer).to_be_visible()

        await alan.chat.picker.click()
        await expect(alan.chat.models).to_have_count(1)
        await expect(alan.chat.models).to_contain_text(MODEL)
        await admin.visit("/admin/models")
        await admin.administration.switch(f"Everyone may use {SECOND_MODEL}").click()
        await expect(admin.administration.switch(f"Everyone may use {SECOND_MODEL}")).to_have_attribute(
            "aria-checked", "true"
        )
        await alan.page.reload()
        await alan.chat.picker.click()
        await alan.chat.models.filter(has_text=SECOND_MODEL).click()
        await alan.chat.ask_and_wait("Hello there")
        await expect(alan.chat.text).to_have_text("Hello from the fake provider.")
        assert provider.completions[0].json["model"] == SECOND_MODEL

        # Who may do less is signed out at once, also in windows that are open.
        alan.expect_error("status of 401|WebSocket")
        await admin.visit("/admin/users")
        await admin.administration.role_of(NAME).select_option("pending")
        await expect(alan.entrance.heading("Sign in to")).to_be_visible()
        await expect(alan.page).to_have_title(re.compile("^Sign in to "))
        await expect(alan.page.get_by_text("Hello there")).to_have_count(0)
        await alan.entrance.sign_in(EMAIL, PASSWORD)
        await expect(alan.entrance.heading("Almost there")).to_be_visible()
        await expect(alan.page.get_by_role("navigation")).to_have_count(0)

    async def test_the_administration_is_for_administrators(
        self, installation: Installation, open_window: OpenWindow
    ) -> None:
        person = await installation.person("Edsger Dijkstra")
        window = await open_window(installation.base_url, person)
        await window.visit("/admin/users")
        await expect(window.chat.composer).to_be_visible()
        await expect(window.page).to_have_url(installation.base_url + "/")
        await window.sidebar.column.locator("button[aria-haspopup]").last.click()
        await expect(window.page.get_by_role("button", name="Settings")).to_be_visible()
        await expect(window.page.get_by_text("Administration")).to_have_count(0)
