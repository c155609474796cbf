"""What people do with answers: stop, repeat, branch, change, delete, go on."""

import asyncio

import pytest_asyncio
from owui_testkit.fake_provider import FakeProvider, Gate, Reply
from playwright.async_api import expect

from .installation import Account, Installation
from .window import Window

STOP_SECONDS = 10.0


class TestStop:
    async def test_it_ends_the_request_and_keeps_what_arrived(
        self, window: Window, provider: FakeProvider, installation: Installation, grace: Account
    ) -> None:
        provider.script(Reply(("one ", "two ", "three", Gate(), " four")))
        await window.chat.ask("Count")
        await expect(window.chat.text).to_have_text("one two three")
        await window.chat.stop_button.click()
        await window.chat.answered()
        [asked] = provider.completions
        await asyncio.wait_for(asked.client_left.wait(), STOP_SECONDS)
        await expect(window.chat.text).to_have_text("one two three")
        assert await installation.answers(grace, window.chat.chat_id) == ["one two three"]
        await window.page.reload()
        await expect(window.chat.text).to_have_text("one two three")

    async def test_another_question_can_be_asked_at_once(
        self, window: Window, provider: FakeProvider
    ) -> None:
        provider.script(Reply(("half", Gate())), Reply(("whole",)))
        await window.chat.ask("First")
        await expect(window.chat.text).to_have_text("half")
        await window.chat.stop_button.click()
        await window.chat.ask_and_wait("Second")
        await expect(window.chat.answers.locator(".prose")).to_have_text(["half", "whole"])


class TestVersions:
    async def test_regenerating_keeps_both_answers(self, window: Window, provider: FakeProvider) -> None:
        provider.script(Reply(("first answer",)), Reply(("second answer",)))
        await window.chat.ask_and_wait("A question")
        await window.chat.act(window.chat.answer, "Regenerate")
        await expect(window.chat.text).to_have_text("second answer")
        await window.chat.answered()
        versions = window.chat.answer.get_by_role("group", name="Versions of this message")
        await expect(versions).to_have_text("2/2")
        await versions.get_by_role("button", name="Previous version").click()
        await expect(window.chat.text).to_have_text("first answer")
        await expect(versions).to_have_text("1/2")
        await window.page.reload()
        await expect(window.chat.text).to_have_text("first answer")
        await versions.get_by_role("button", name="Next version").click()
        await expect(window.chat.text).to_have_text("second answer")

    async def test_changing_a_question_starts_a_branch(self, window: Window, provider: FakeProvider) -> None:
        provider.script(Reply(("about cats",)), Reply(("more of cats",)), Reply(("about dogs",)))
        await window.chat.ask_and_wait("Cats?")
        await window.chat.ask_and_wait("More?")
        first = window.chat.questions.first
        await window.chat.act(first, "Edit")
        await window.chat.editor.fill("Dogs?")
        await window.page.get_by_role("button", name="Send", exact=True).first.click()
        await expect(window.chat.text).to_have_text("about dogs")
        await window.chat.answered()
        await expect(window.chat.questions).to_contain_text(["Dogs?"])
        assert [message["content"] for message in provider.completions[-1].json["messages"]] == ["Dogs?"]
        versions = first.get_by_role("group", name="Versions of this message")
        await expect(versions).to_have_text("2/2")
        await first.hover()
        await versions.get_by_role("button", name="Previous version").click()
        await expect(window.chat.answers.locator(".prose")).to_have_text(["about cats", "more of cats"])


class TestChanges:
    @pytest_asyncio.fixture(loop_scope="session")
    async def answered(self, window: Window, provider: FakeProvider) -> Window:
        """A chat with one answer."""
        provider.script(Reply(("The first half,",)), Reply((" and the second half.",)))
        await window.chat.ask_and_wait("Tell me")
        return window

    async def test_an_answer_is_corrected_in_its_place(
        self, answered: Window, installation: Installation, grace: Account
    ) -> None:
        await answered.chat.act(answered.chat.answer, "Edit")
        await answered.chat.editor.fill("What I **really** wanted.")
        async with answered.page.expect_response("**/api/v1/chats/*"):
            await answered.page.get_by_role("button", name="Save", exact=True).click()
        await expect(answered.chat.text).to_have_text("What I really wanted.")
        assert await installation.answers(grace, answered.chat.chat_id) == ["What I **really** wanted."]

    async def test_an_answer_is_continued(self, answered: Window, provider: FakeProvider) -> None:
        await answered.chat.act(answered.chat.answer, "Continue")
        await expect(answered.chat.text).to_have_text("The first half, and the second half.")
        await answered.chat.answered()
        await expect(answered.chat.answers).to_have_count(1)
        assert provider.completions[-1].json["messages"][-1] == {
            "role": "assistant",
            "content": "The first half,",
        }
        await answered.page.reload()
        await expect(answered.chat.text).to_have_text("The first half, and the second half.")

    async def test_an_answer_is_deleted_and_asked_for_again(self, answered: Window) -> None:
        await answered.chat.act(answered.chat.answer, "Delete")
        async with answered.page.expect_response("**/api/v1/chats/*"):
            await answered.chat.confirm("Delete")
        await expect(answered.chat.answers).to_have_count(0)
        await answered.page.reload()
        await expect(answered.chat.questions).to_have_count(1)
        await expect(answered.chat.answers).to_have_count(0)
        await answered.page.get_by_role("button", name="Get an answer").click()
        await expect(answered.chat.text).to_have_text("and the second half.")


class TestProviderErrors:
    async def test_the_reason_is_shown_and_kept(self, window: Window, provider: FakeProvider) -> None:
        refusal = b'{"error":{"message":"The quota of this key is used up","type":"quota"}}'
        provider.script(Reply.error(429, refusal))
        await window.chat.ask_and_wait("Hello")
        problem = window.chat.answer.get_by_role("alert")
        await expect(problem).to_contain_text("The quota of this key is used up")
        await window.page.reload()
        await expect(problem).to_contain_text("The quota of this key is used up")
