"""The numbered sources of an answer: passages of one document stand together, the best document is first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# What a text that cannot be read at all by a tokenizer here costs: close for English, generous for others.
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document, or all of it.

    `document` tells documents apart: the id of a file, an address. `start` and `end` are its place in the
    text of the file in characters, None for what is no file. `item` is what it was found through, `base_id`
    the knowledge base if it was found in one.
    """

    document: str
    name: str
    text: str
    tokens: int
    item: Mapping[str, Any] = field(default_factory=dict)
    file_id: str = ""
    base_id: str = ""
    address: str = ""
    page: int | None = None
    start: int | None = None
    end: int | None = None
    headings: tuple[str, ...] = ()
    score: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A document with what was taken from it; in the prompt its number is its place in the list, from 1."""

    passages: tuple[Passage, ...]

    @property
    def name(self) -> str:
        """The name people know it by."""
        return self.passages[0].name


def tokens_of(text: str) -> int:
    """Return about how many tokens a text has."""
    return len(text) // _CHARACTERS_PER_TOKEN + 1


def within(passages: Iterable[Passage], budget: int) -> tuple[list[Passage], int]:
    """Return those passages, the first ones first, that have room together, and the tokens that are left."""
    taken = []
    for passage in passages:
        if passage.tokens <= budget:
            taken.append(passage)
            budget -= passage.tokens
    return taken, budget


def shortened(text: str, budget: int) -> str:
    """Return the beginning of a text, cut between paragraphs, lines or words, with at most so many tokens."""
    limit = (budget - 1) * _CHARACTERS_PER_TOKEN
    if len(text) <= limit:
        return text
    beginning = text[: max(0, limit)]
    for border in ("\n\n", "\n", " "):
        at = beginning.rfind(border)
        # A border far from the end would cost more than it is worth.
        if at > limit // 2:
            return beginning[:at]
    return beginning


def numbered(passages: Sequence[Passage]) -> list[Source]:
    """Put the passages of each document together; documents in the order of their best passage."""
    groups: dict[str, dict[tuple[Any, ...], Passage]] = {}
    for passage in passages:
        group = groups.setdefault(passage.document, {})
        group.setdefault((passage.start, passage.end, passage.text), passage)
    return [
        Source(tuple(sorted(group.values(), key=lambda one: one.start or 0))) for group in groups.values()
    ]


def public(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """Return the sources as the public interface shows them, in the order of their numbers."""
    labels: dict[str, str] = {}
    for source in sources:
        first = source.passages[0]
        # Clients tell documents apart by this: two of one name need two.
        label = first.address or first.name
        labels[first.document] = first.document if label in labels.values() else label
    return [_public(source, labels[source.passages[0].document]) for source in sources]


def _public(source: Source, label: str) -> dict[str, Any]:
    passages = source.passages
    found: dict[str, Any] = {
        "source": dict(passages[0].item),
        "document": [passage.text for passage in passages],
        "metadata": [_facts(passage, label) for passage in passages],
    }
    if all(passage.score is not None for passage in passages):
        found["distances"] = [passage.score for passage in passages]
    return found


def _facts(passage: Passage, label: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": passage.name, "source": label, **passage.facts}
    if passage.file_id:
        facts["file_id"] = passage.file_id
    if passage.start is not None:
        facts |= {"start_index": passage.start, "end_index": passage.end}
    if passage.page is not None:
        facts["page"] = passage.page
    if passage.headings:
        facts["headings"] = list(passage.headings)
    return facts
