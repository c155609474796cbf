"""Texts to be uploaded: English words as often as in English, a topic to each file, the same at each run."""

from __future__ import annotations

from functools import cache

import numpy as np
from owui_rag.adapters.embedding.builtin import VOCABULARY

# The vocabulary of BERT lists whole words by how often they are used, from "the" on.
_MOST_FREQUENT = "the"
# The offset of Zipf's law, which flattens the most frequent words, as in real text.
_OFFSET = 2.7
_TOPIC_WORDS, _TOPIC_SHARE = 150, 0.25
# Names and compounds, which an embedding model reads in pieces.
_COMPOUND_SHARE = 0.03
_COMMON = 300  # words that are of no topic


@cache
def vocabulary() -> list[str]:
    """Words by their rank."""
    words = VOCABULARY.read_text(encoding="utf-8").split("\n")
    found = (word for word in words[words.index(_MOST_FREQUENT) :] if word.isascii() and word.isalpha())
    return [word for word in found if len(word) > 1 or word in {"a", "i"}]


@cache
def _steps() -> np.ndarray:
    weights = 1 / (np.arange(1, len(vocabulary()) + 1) + _OFFSET)
    return np.cumsum(weights / weights.sum())


def text_of(number: int, size: int) -> str:
    """The text of file `number`, of exactly `size` bytes of ASCII: sentences in paragraphs under a title."""
    random = np.random.default_rng([20_261_123, number])
    words = vocabulary()
    topic = random.integers(_COMMON, len(words), _TOPIC_WORDS)
    paragraphs = [f"File {number:04d}: {words[topic[0]]} and {words[topic[1]]}"]
    length = len(paragraphs[0])
    while length < size:
        sentences = [_sentence(random, words, topic) for _ in range(random.integers(1, 4))]
        paragraphs.append(" ".join(sentences))
        length += len(paragraphs[-1]) + 2
    return "\n\n".join(paragraphs)[: size - 1] + "\n"


def _sentence(random: np.random.Generator, words: list[str], topic: np.ndarray) -> str:
    count = int(random.integers(6, 25))
    ranks = np.searchsorted(_steps(), random.random(count))
    of_topic = random.random(count) < _TOPIC_SHARE
    ranks[of_topic] = random.choice(topic, int(of_topic.sum()))
    said = [words[rank] for rank in ranks]
    for place in np.flatnonzero(random.random(count) < _COMPOUND_SHARE):
        said[place] += words[int(random.integers(_COMMON, len(words)))]
    return " ".join(said).capitalize() + "."


def question_about(text: str, seed: int) -> str:
    """4 to 10 words that stand near each other in a text, the frequent ones among them."""
    random = np.random.default_rng([7, seed])
    words = text.split()
    start = int(random.integers(0, max(1, len(words) - 60)))
    count = int(random.integers(4, 11))
    return " ".join(random.choice(words[start : start + 60], count, replace=False)).replace(".", "") + "?"


def passage_of(text: str, seed: int, characters: int) -> str:
    """A stretch of a text long enough to be found by its words and its vector alike."""
    start = int(np.random.default_rng([9, seed]).integers(0, len(text) - characters))
    return " ".join(text[start : start + characters].split())
