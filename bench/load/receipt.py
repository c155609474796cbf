"""What one stream brought: the arrival of each token, the bytes it took, and whether the text is exact."""

from __future__ import annotations

from bench.numbered_text import numbered_text


class WrongTextError(Exception):
    """A token was lost, doubled, reordered or changed."""


class Receipt:
    """The record of one stream of `count` tokens; `name` is how the provider knows it."""

    def __init__(self, name: str, count: int) -> None:
        self.name = name
        self.expected = numbered_text(count)
        self.arrivals: list[float] = []
        self.wire_bytes: list[int] = []
        self.length = 0
        self.error: str | None = None
        self.finished = False

    def append(self, text: str, now: float, wire: int = 0) -> None:
        """Takes a piece that continues the text; `wire` is the count of bytes received so far."""
        if not self.expected.text.startswith(text, self.length):
            self._refuse(text)
        self._advance(self.length + len(text), now, wire)

    def replace(self, text: str, now: float, wire: int = 0) -> None:
        """Takes the whole text so far."""
        if len(text) < self.length or not self.expected.text.startswith(text):
            self._refuse(text[-60:])
        self._advance(len(text), now, wire)

    def _advance(self, length: int, now: float, wire: int) -> None:
        new = self.expected.complete_tokens(length) - len(self.arrivals)
        self.arrivals.extend([now] * new)
        self.wire_bytes.extend([wire] * new)
        self.length = length

    def _refuse(self, text: str) -> None:
        near = self.expected.text[max(0, self.length - 20) : self.length + 20]
        self.error = f"{self.name}: got {text[:60]!r} at character {self.length}, near {near!r}"
        raise WrongTextError(self.error)

    def finish(self) -> None:
        """Says that the stream ended; an end before the last token is an error."""
        self.finished = True
        if self.error is None and self.length != len(self.expected.text):
            self.error = f"{self.name}: ended after {len(self.arrivals)} of {self.expected.count} tokens"

    def added_latencies(self, sends: list[float]) -> list[float]:
        """Seconds between the provider's sending and the arrival, per token."""
        return [arrival - sent for arrival, sent in zip(self.arrivals, sends, strict=False)]
