"""Signing in and out."""

import re

from playwright.async_api import expect

from .fixtures import OpenWindow
from .installation import PASSWORD, Account, Installation

READ_CHATS = """token => fetch('/api/v1/chats/?page=1', {headers: {Authorization: `Bearer ${token}`}})
    .then((answer) => answer.status)"""


class TestSignIn:
    async def test_a_wrong_password_is_said_and_the_right_one_lets_in(
        self, installation: Installation, grace: Account, open_window: OpenWindow
    ) -> None:
        window = await open_window(installation.base_url)
        window.expect_error("status of 40[01].*/signin")
        await window.visit()
        await expect(window.entrance.heading("Sign in to")).to_be_visible()
        await window.entrance.sign_in(grace.email, "not the password")
        await expect(window.entrance.failure).to_contain_text("password is wrong")
        await window.entrance.sign_in(grace.email, PASSWORD)
        await expect(window.chat.composer).to_be_focused()
        await window.page.reload()
        await expect(window.chat.composer).to_be_visible()

    async def test_one_comes_back_to_the_chat_that_was_asked_for(
        self, installation: Installation, grace: Account, open_window: OpenWindow
    ) -> None:
        await installation.store_chats(grace, ["Deep link"])
        [chat] = await installation.call("GET", "/api/v1/chats/?page=1", token=grace.token)
        window = await open_window(installation.base_url)
        await window.visit(f"/c/{chat['id']}")
        await window.entrance.sign_in(grace.email, PASSWORD)
        await expect(window.chat.questions).to_have_text("About Deep link")
        await expect(window.page).to_have_url(f"{installation.base_url}/c/{chat['id']}")


class TestSignOut:
    async def test_the_back_button_shows_nothing_private(
        self, installation: Installation, grace: Account, open_window: OpenWindow
    ) -> None:
        await installation.store_chats(grace, ["My secret"])
        window = await open_window(installation.base_url, grace)
        await window.visit()
        await window.sidebar.chat("My secret").click()
        await expect(window.chat.questions).to_have_text("About My secret")
        await window.sidebar.open_account("Sign out")
        await expect(window.entrance.heading("Sign in to")).to_be_visible()
        await window.page.go_back()
        await expect(window.entrance.heading("Sign in to")).to_be_visible()
        await expect(window.page).to_have_title(re.compile("^Sign in to "))
        await expect(window.page.get_by_text("My secret")).to_have_count(0)
        assert await window.page.evaluate("localStorage.getItem('token')") is None

        # The session has ended on the server too, not only here.
        window.expect_error("status of 401")
        status = await window.page.evaluate(READ_CHATS, grace.token)
        assert status == 401
