"""Understand what a person typed into the search of conversations."""

import re
from dataclasses import dataclass

_FILTER = re.compile(r'(?<!\S)(tag|folder|pinned|archived|shared):("[^"]*"|\S*)', re.IGNORECASE)
# Scripts that are written without spaces: each character is searched on its own, as the index holds it.
_UNSPACED = re.compile(r"([぀-ヿ㐀-鿿가-힯])")
_PART = re.compile(r"[^\W_]+")
_WORDS = 16
_WORD_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for; None means that a filter was not given."""

    words: tuple[str, ...]
    tags: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    pinned: bool | None = None
    archived: bool | None = None
    shared: bool | None = None

    @property
    def title_patterns(self) -> list[str]:
        """LIKE patterns that a title has to match, all of them."""
        return ["%" + re.sub(r"([\\%_])", r"\\\1", word) + "%" for word in self.words]

    @property
    def terms(self) -> str:
        """A tsquery that a message has to match; empty when no word can be looked up."""
        return " & ".join(filter(None, map(_term, self.words)))


def parse_search(text: str) -> Search:
    """Split the text into filters (tag:x folder:"my folder" pinned:true …) and words."""
    values: dict[str, list[str]] = {}
    for match in _FILTER.finditer(text):
        values.setdefault(match[1].lower(), []).append(match[2].strip('"'))
    words = _FILTER.sub(" ", text).split()[:_WORDS]
    return Search(
        words=tuple(word[:_WORD_LENGTH] for word in words),
        tags=tuple(tag_identifier(name) for name in values.get("tag", ()) if name),
        folders=tuple(name.lower().replace("_", " ") for name in values.get("folder", ()) if name),
        pinned=_flag(values.get("pinned")),
        archived=_flag(values.get("archived")),
        shared=_flag(values.get("shared")),
    )


def _term(word: str) -> str:
    """Return the tsquery for one word: its parts, or the whole where the index keeps a host or number
    together."""
    parts = [f"'{part}':*" for part in _PART.findall(_UNSPACED.sub(r"\1 ", word.lower()))]
    if not parts:
        return ""
    joined = " & ".join(parts)
    if len(parts) == 1 or _UNSPACED.search(word):
        return joined
    whole = word.lower().strip(".,;:!?\"'()[]").replace("\\", "").replace("'", "")
    return f"(({joined}) | '{whole}':*)" if whole else joined


def tag_identifier(name: str) -> str:
    """Return the identifier of a tag: its name in lower case with underscores for spaces."""
    return name.strip().lower().replace(" ", "_")


def _flag(values: list[str] | None) -> bool | None:
    return None if not values else values[-1].lower() != "false"
