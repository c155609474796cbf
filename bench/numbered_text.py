"""The numbered text the stub provider speaks, so that a lost, doubled or reordered token is seen."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache


def token(number: int) -> str:
    """The text of token `number`, about as long as one of English text; no edge a server could strip."""
    return f" {number}," if number else "0,"


class NumberedText:
    """The whole answer of `count` tokens, and where each token ends in it."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.ends: list[int] = []
        parts, length = [token(number) for number in range(count)], 0
        for part in parts:
            length += len(part)
            self.ends.append(length)
        self.text = "".join(parts)

    def complete_tokens(self, length: int) -> int:
        """How many tokens are whole in the first `length` characters."""
        return bisect_right(self.ends, length)


@cache
def numbered_text(count: int) -> NumberedText:
    """The answer of `count` tokens, made once."""
    return NumberedText(count)
