"""How long a part of a text is: in characters or in tokens."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Protocol

# Gives the position at which each token of a text begins, in order.
TokenStarts = Callable[[str], Sequence[int]]

# A tokenizer may take any unbroken run of letters for one unknown token; English has 4 to 5 characters each.
_CHARACTERS_PER_TOKEN = 12


class Ruler(Protocol):
    """Measures parts of one text."""

    def reach(self, start: int, amount: int) -> int:
        """Return the end of the longest part from `start` that is not longer than `amount`."""

    def back(self, end: int, amount: int) -> int:
        """Return the start of the longest part up to `end` that is not longer than `amount`."""

    def tokens(self, start: int, end: int) -> int:
        """Return the number of tokens of a part, estimated where there is no tokenizer."""


class CharacterRuler:
    """Measures characters; its tokens are a quarter of the bytes, near to what common tokenizers count."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reach(self, start: int, amount: int) -> int:
        """Return the end of the longest part from `start` that is not longer than `amount`."""
        return min(start + amount, len(self._text))

    def back(self, end: int, amount: int) -> int:
        """Return the start of the longest part up to `end` that is not longer than `amount`."""
        return max(end - amount, 0)

    def tokens(self, start: int, end: int) -> int:
        """Return the estimated number of tokens."""
        return -(-len(self._text[start:end].encode("utf-8", "replace")) // 4)


class TokenRuler:
    """Measures the tokens of the whole text; one that a part begins in the middle of counts with it."""

    def __init__(self, text: str, starts: TokenStarts) -> None:
        self._length = len(text)
        self._starts = array("q", starts(text))

    def reach(self, start: int, amount: int) -> int:
        """Return the end of the longest part from `start` that is not longer than `amount`."""
        first = bisect_left(self._starts, start)
        # A part that begins inside a token spends one on it.
        amount -= 0 if first < len(self._starts) and self._starts[first] == start else 1
        end = self._starts[first + amount] if first + amount < len(self._starts) else self._length
        return min(max(end, start + 1), start + max(amount, 1) * _CHARACTERS_PER_TOKEN, self._length)

    def back(self, end: int, amount: int) -> int:
        """Return the start of the longest part up to `end` that is not longer than `amount`."""
        if amount <= 0 or not self._starts:
            return end
        first = max(bisect_left(self._starts, end) - amount, 0)
        return max(min(self._starts[first], end), end - amount * _CHARACTERS_PER_TOKEN)

    def tokens(self, start: int, end: int) -> int:
        """Return the number of tokens that begin in a part, at least 1."""
        return max(bisect_left(self._starts, end) - bisect_left(self._starts, start), 1)
