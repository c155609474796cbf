"""The answer of a model as it grows, and the form in which it is stored."""

import html
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Block:
    """Text of one kind that arrived without the other kind in between; times are seconds of a monotonic
    clock."""

    reasoning: bool
    began: float
    parts: list[str] = field(default_factory=list)
    ended: float | None = None

    @property
    def text(self) -> str:
        """The whole text; its pieces are joined once and kept joined."""
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0] if self.parts else ""


class Answer:
    """Text and reasoning in the order in which they came, after what the message held before."""

    def __init__(self, clock: Callable[[], float], before: str = "") -> None:
        self._clock = clock
        self.before = before
        self.blocks: list[Block] = []
        self.length = 0

    def append(self, text: str, *, reasoning: bool) -> None:
        """Add text."""
        self.length += len(text)
        if self.blocks and self.blocks[-1].reasoning is reasoning:
            self.blocks[-1].parts.append(text)
            return
        now = self._clock()
        if self.blocks:
            self.blocks[-1].ended = now
        self.blocks.append(Block(reasoning, now, [text]))

    def close(self) -> None:
        """Say that no more text comes."""
        if self.blocks and self.blocks[-1].ended is None:
            self.blocks[-1].ended = self._clock()

    @property
    def plain(self) -> str:
        """The answer without its reasoning."""
        return self.before + "".join(block.text for block in self.blocks if not block.reasoning)

    def serialise(self) -> str:
        """Return the content as it is stored: reasoning folded away in <details>, then the answer."""
        return self.before + "".join(map(_serialise, self.blocks))


def _serialise(block: Block) -> str:
    if not block.reasoning:
        return block.text
    lines = html.escape(block.text.strip(), quote=False).splitlines() or [""]
    quoted = "\n".join(f"> {line}" for line in lines)
    if block.ended is None:
        return (
            f'<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n{quoted}\n</details>\n'
        )
    seconds = round(block.ended - block.began)
    summary = f"<summary>Thought for {seconds} seconds</summary>"
    return f'<details type="reasoning" done="true" duration="{seconds}">\n{summary}\n{quoted}\n</details>\n'
