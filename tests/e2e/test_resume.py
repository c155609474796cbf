"""Windows that are reloaded or lose their connection in the middle of an answer."""

import asyncio

from owui_testkit.fake_provider import FakeProvider, Gate, Pause, Reply
from owui_testkit.fake_provider.reply import Step
from playwright.async_api import expect

from .cable import Cable
from .fixtures import OpenWindow
from .installation import Account, Installation
from .window import Window

COUNT = 240
WORDS = " ".join(f"word{number}" for number in range(COUNT))
STOP_SECONDS = 10.0


def numbered(gate: Gate, before: int = COUNT // 2) -> Reply:
    """An answer of numbered words that flows, waits in its middle for the test, and flows on."""
    steps: list[Step] = []
    for number, word in enumerate(WORDS.split(" ")):
        steps += [gate] if number == before else []
        steps += [Pause(0.005), word if number == COUNT - 1 else f"{word} "]
    return Reply(tuple(steps))


class TestReload:
    async def test_the_answer_flows_on(
        self, window: Window, provider: FakeProvider, installation: Installation, grace: Account
    ) -> None:
        gate = Gate()
        provider.script(numbered(gate))
        await window.chat.ask("Count")
        await expect(window.chat.text).to_contain_text("word20")
        await window.page.reload()
        await expect(window.chat.text).to_contain_text(f"word{COUNT // 2 - 1}")
        await expect(window.chat.stop_button).to_be_visible()
        gate.open()
        await window.chat.answered()
        await expect(window.chat.text).to_have_text(WORDS)
        assert await installation.answers(grace, window.chat.chat_id) == [WORDS]

    async def test_it_can_still_be_stopped(self, window: Window, provider: FakeProvider) -> None:
        provider.script(numbered(Gate(), before=30))
        await window.chat.ask("Count")
        await expect(window.chat.text).to_contain_text("word29")
        await window.page.reload()
        await expect(window.chat.text).to_contain_text("word29")
        await window.chat.stop_button.click()
        await window.chat.answered()
        [asked] = provider.completions
        await asyncio.wait_for(asked.client_left.wait(), STOP_SECONDS)
        await expect(window.chat.text).to_have_text(" ".join(WORDS.split(" ")[:30]))

    async def test_a_second_window_shows_the_same_answer(
        self, window: Window, provider: FakeProvider
    ) -> None:
        gate = Gate()
        provider.script(numbered(gate))
        await window.chat.ask("Count")
        other = await window.another_page()
        await other.page.goto(window.page.url)
        await expect(other.chat.text).to_contain_text(f"word{COUNT // 2 - 1}")
        gate.open()
        for one in (window, other):
            await one.chat.answered()
            await expect(one.chat.text).to_have_text(WORDS)


class TestLostConnection:
    async def test_a_cut_connection_loses_and_doubles_nothing(
        self, installation: Installation, grace: Account, provider: FakeProvider, open_window: OpenWindow
    ) -> None:
        async with Cable(installation.base_url) as cable:
            window = await open_window(cable.base_url, grace)
            window.expect_error("WebSocket|ERR_CONNECTION|ERR_EMPTY_RESPONSE")
            await window.visit()
            gate = Gate()
            provider.script(numbered(gate))
            await window.chat.ask("Count")
            await expect(window.chat.text).to_contain_text("word20")
            cable.cut()
            await expect(window.chat.text).to_contain_text(f"word{COUNT // 2 - 1}")
            gate.open()
            await window.chat.answered()
            await expect(window.chat.text).to_have_text(WORDS)

    async def test_an_answer_that_ended_meanwhile_is_complete_after_it(
        self, installation: Installation, grace: Account, provider: FakeProvider, open_window: OpenWindow
    ) -> None:
        async with Cable(installation.base_url) as cable:
            window = await open_window(cable.base_url, grace)
            window.expect_error("WebSocket|ERR_CONNECTION|ERR_EMPTY_RESPONSE")
            await window.visit()
            gate = Gate()
            provider.script(numbered(gate))
            await window.chat.ask("Count")
            await expect(window.chat.text).to_contain_text(f"word{COUNT // 2 - 1}")
            cable.pull_out()
            gate.open()
            [asked] = provider.completions
            await asyncio.wait_for(asked.finished.wait(), STOP_SECONDS)
            await expect(window.page.get_by_text("Connecting again…")).to_be_visible()
            cable.plug_in()
            await window.chat.answered()
            await expect(window.chat.text).to_have_text(WORDS)
            await expect(window.page.get_by_text("Connecting again…")).to_be_hidden()
