"""What a model writes, as people see it: Markdown in full, and nothing that runs."""

import re
from pathlib import Path

from owui_testkit.fake_provider import FakeProvider, Gate, Reply
from playwright.async_api import expect

from .window import Window

SAMPLE = (Path(__file__).parent / "sample.md").read_text(encoding="utf-8")
CODE = 'def greet(name: str) -> str:\n    return f"Hello, {name}!"'

HOSTILE = """
Before <script>window.__pwned = 1</script> <img src="x" onerror="window.__pwned = 2">
<img src="/favicon.png" alt="picture" onload="window.__pwned = 8">
<iframe src="javascript:parent.__pwned = 3"></iframe>
<svg onload="window.__pwned = 4"><a href="javascript:window.__pwned = 5"><text y="9">svg</text></a></svg>

<details open ontoggle="window.__pwned = 6"><summary>more</summary>text</details>

[a link](javascript:window.__pwned=7) and <a href="java&#10;script:window.__pwned=7">another</a>

<form action="/api/v1/auths/signout"><button formaction="javascript:window.__pwned = 9">press</button></form>
<style>* { display: none !important }</style>
<div style="position:fixed;inset:0;background:url(https://example.org/beacon)">over everything</div>

After
"""


def in_pieces(text: str, length: int = 7) -> tuple[str, ...]:
    """Cut a text as a model does, without regard to words and marks."""
    return tuple(text[place : place + length] for place in range(0, len(text), length))


class TestMarkdown:
    async def test_code_is_coloured_and_can_be_copied(self, window: Window, provider: FakeProvider) -> None:
        await window.context.grant_permissions(["clipboard-read", "clipboard-write"])
        provider.script(Reply(in_pieces(SAMPLE)))
        await window.chat.ask_and_wait("Show me everything")
        block = window.chat.text.locator(".code-block").first
        await expect(block.locator("code")).to_have_text(CODE, use_inner_text=True)
        await expect(block.locator("code .hljs-keyword").first).to_have_text("def")
        await block.get_by_role("button", name="Copy code").click()
        await expect(block.get_by_text("Copied")).to_be_visible()
        assert (await window.page.evaluate("navigator.clipboard.readText()")).rstrip("\n") == CODE

        await window.chat.act(window.chat.answer, "Copy")
        await expect(window.chat.action(window.chat.answer, "Copied")).to_be_visible()
        assert await window.page.evaluate("navigator.clipboard.readText()") == SAMPLE.strip()

    async def test_tables_lists_and_formulas_are_set(self, window: Window, provider: FakeProvider) -> None:
        provider.script(Reply(in_pieces(SAMPLE)))
        await window.chat.ask_and_wait("Show me everything")
        text = window.chat.text
        await expect(text.get_by_role("heading", name="A greeting")).to_be_visible()
        await expect(text.get_by_role("columnheader")).to_have_text(["Language", "Year"])
        await expect(text.get_by_role("row")).to_have_count(3)
        await expect(text.locator("ol > li")).to_have_count(2)
        await expect(text.locator("ol ul > li")).to_have_text("inside it")
        await expect(text.get_by_role("checkbox")).to_have_count(2)
        await expect(text.locator(".katex-display")).to_have_count(1)
        await expect(text.locator(".katex-html").first).to_be_visible()
        await expect(text.locator("strong")).to_have_text("bold")
        await expect(text.locator("blockquote")).to_contain_text("quoted")
        await expect(text.get_by_role("link", name="a link")).to_have_attribute("target", "_blank")
        await expect(text).to_contain_text("costs $5 and $10")

    async def test_code_is_shown_as_code_while_it_is_written(
        self, window: Window, provider: FakeProvider
    ) -> None:
        gate = Gate()
        provider.script(Reply(("Look:\n\n```python\n", "def greet", gate, "(): ...\n```\n")))
        await window.chat.ask("Write code")
        code = window.chat.text.locator(".code-block code")
        await expect(code).to_have_text("def greet")
        await expect(code.locator(".hljs-keyword")).to_have_text("def")
        gate.open()
        await window.chat.answered()
        await expect(code).to_have_text("def greet(): ...")

    async def test_reasoning_is_folded_away_and_can_be_read(
        self, window: Window, provider: FakeProvider
    ) -> None:
        gate = Gate()
        provider.script(Reply((gate, "It is ", "42."), reasoning=("Let me ", "think about it.")))
        await window.chat.ask("What is the answer?")
        thinking = window.chat.answer.get_by_role("button", name="Thinking…")
        thought = window.chat.answer.get_by_text("Let me think about it.")
        await expect(thinking).to_have_attribute("aria-expanded", "false")
        await expect(thought).to_be_hidden()
        await thinking.click()
        await expect(thought).to_be_visible()
        gate.open()
        await window.chat.answered()
        await expect(window.chat.text.last).to_have_text("It is 42.")

        await window.page.reload()
        await expect(window.chat.text).to_have_text("It is 42.")
        await expect(thought).to_be_hidden()
        await window.chat.answer.get_by_role("button", name=re.compile("^Thought ")).click()
        await expect(thought).to_be_visible()


class TestHostileAnswer:
    async def test_nothing_of_it_runs(self, window: Window, provider: FakeProvider) -> None:
        provider.script(Reply(in_pieces(HOSTILE)))
        await window.chat.ask_and_wait("Attack me")
        await self._is_harmless(window)
        await window.page.reload()
        await self._is_harmless(window)

    async def test_a_question_is_shown_as_it_was_typed(self, window: Window) -> None:
        question = "<b>bold?</b> <img src=x onerror='window.__pwned = 1'>"
        await window.chat.ask_and_wait(question)
        await expect(window.chat.questions).to_have_text(question)
        assert await window.page.evaluate("window.__pwned") is None

    async def _is_harmless(self, window: Window) -> None:
        text = window.chat.text
        await expect(text.get_by_text("After", exact=True)).to_be_visible()
        await expect(text.get_by_alt_text("picture")).to_be_visible()
        await expect(text.locator("script, iframe, form, style, object, embed")).to_have_count(0)
        for words in ("a link", "another"):
            await text.get_by_text(words, exact=True).click()
        await text.get_by_role("button", name="press").click()
        await text.get_by_text("svg", exact=True).click()
        over = await text.get_by_text("over everything").evaluate(
            "element => [getComputedStyle(element).position, getComputedStyle(element).backgroundImage]"
        )
        assert over == ["static", "none"]
        attributes = await text.evaluate(
            "element => [...element.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
        )
        assert [name for name in attributes if name.startswith("on") or name == "formaction"] == []
        assert await window.page.evaluate("window.__pwned") is None
        assert len(window.context.pages) == 1
