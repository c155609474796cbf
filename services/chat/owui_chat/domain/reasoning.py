"""Tell a model's reasoning from its answer when the model marks it with tags inside its text."""

from collections.abc import Sequence

DEFAULT_TAGS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<reason>", "</reason>"),
    ("<reasoning>", "</reasoning>"),
    ("<thought>", "</thought>"),
    ("<Thought>", "</Thought>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("◁think▷", "◁/think▷"),
)
Tags = Sequence[tuple[str, str]]


class ReasoningSplitter:
    """Splits text that arrives in pieces into answer and reasoning.

    An opening tag counts only where no answer text came before it: models begin with their reasoning, and an
    answer that talks about such tags stays whole.
    """

    def __init__(self, tags: Tags = DEFAULT_TAGS) -> None:
        self._tags = tags
        self._close = ""
        self._held = ""
        self._trimmed = ""
        self._open = bool(tags)

    def feed(self, text: str) -> list[tuple[str, bool]]:
        """Return (text, is reasoning) pairs; what may be part of a tag is held back."""
        if not self._open and not self._close:
            return [(text, False)]
        found: list[tuple[str, bool]] = []
        self._held += text
        while self._held:
            before = self._held
            self._step(found)
            if self._held == before:
                break
        return found

    def finish(self) -> list[tuple[str, bool]]:
        """Return what was held back, because no tag came."""
        held, self._held = self._held, ""
        if self._open and not self._close:
            held = held.lstrip(self._trimmed)
        return [(held, bool(self._close))] if held else []

    def _step(self, found: list[tuple[str, bool]]) -> None:
        if self._close:
            self._inside(found)
        elif self._open:
            self._before(found)
        else:
            found.append((self._held, False))
            self._held = ""

    def _before(self, found: list[tuple[str, bool]]) -> None:
        """Look for an opening tag where the answer has not begun."""
        start = self._held.lstrip()
        for opening, closing in self._tags:
            if start.startswith(opening):
                self._held = start[len(opening) :]
                self._close = closing
                return
        if start and not any(opening.startswith(start) for opening, _ in self._tags):
            self._open = False
            found.append((self._held.lstrip(self._trimmed), False))
            self._held = ""

    def _inside(self, found: list[tuple[str, bool]]) -> None:
        """Look for the closing tag; give all that cannot belong to it."""
        at = self._held.find(self._close)
        if at >= 0:
            if at:
                found.append((self._held[:at], True))
            self._held = self._held[at + len(self._close) :]
            self._close = ""
            # The empty lines between reasoning and answer belong to neither.
            self._trimmed = "\n"
            return
        keep = _partial(self._held, self._close)
        if len(self._held) > keep:
            cut = len(self._held) - keep
            found.append((self._held[:cut], True))
            self._held = self._held[cut:]


def _partial(text: str, tag: str) -> int:
    """Return how many characters at the end of `text` may be the beginning of `tag`."""
    for length in range(min(len(text), len(tag) - 1), 0, -1):
        if tag.startswith(text[-length:]):
            return length
    return 0
