"""From text to index terms: words in every script, without small words, reduced to their stems, as hashes."""

import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b
from itertools import pairwise

import regex
import Stemmer

from owui_rag.adapters.index.stop_words import STOP_WORDS, language_of

LANGUAGES = ("simple", *sorted(STOP_WORDS))
_ASCII_WORD = regex.compile(r"[a-z0-9]+")
_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
# Scripts that put no space between words are read as overlapping pairs of characters.
_UNSPACED = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}"
    r"\p{Script=Khmer}\p{Script=Myanmar}]+"
)
# Longer ones are keys, hashes and encoded bytes: their beginning tells them apart well enough.
_WORD_CHARACTERS = 64
_SAMPLE_WORDS = 1_000
_KNOWN_WORDS = 150_000
_stemmers: dict[str, Stemmer.Stemmer] = {}
_stemming = threading.Lock()


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, in order."""
    if text.isascii():
        words: list[str] = _ASCII_WORD.findall(text.lower())
        return words
    folded = unicodedata.normalize("NFKC", text).casefold()
    found = []
    for word in _WORD.findall(folded):
        if word.isascii() or not _UNSPACED.search(word):
            found.append(word)
        else:
            found.extend(_pairs(word))
    return found


def _pairs(word: str) -> Iterable[str]:
    end = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > end:
            yield word[end : run.start()]
        letters, end = run.group(), run.end()
        yield from ([letters] if len(letters) == 1 else map("".join, pairwise(letters)))
    if end < len(word):
        yield word[end:]


class _Terms(dict[str, int]):
    """The terms of the words of a language; what is not known yet is worked out when it is looked up."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> int:
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        term = self[word] = _term_of(word, self._language)
        return term


@cache
def _terms(language: str) -> _Terms:
    return _Terms(language)


def term_of(word: str, language: str) -> int:
    """Return the signed 64-bit hash of a word's stem, 0 for a word that is not indexed."""
    return _terms(language)[word]


def _term_of(word: str, language: str) -> int:
    if word in STOP_WORDS.get(language, ()):
        return 0
    stem = word[:_WORD_CHARACTERS]
    if language != "simple":
        # A stemmer keeps state while it works.
        with _stemming:
            if language not in _stemmers:
                _stemmers[language] = Stemmer.Stemmer(language, 0)
            stem = _stemmers[language].stemWord(stem)
    if not stem.isascii():
        # Who writes without accents finds what is written with them.
        marked = unicodedata.normalize("NFD", stem)
        stem = "".join(letter for letter in marked if unicodedata.category(letter) != "Mn") or stem
    return int.from_bytes(blake2b(stem.encode(), digest_size=8).digest(), "little", signed=True) or 1


def document_terms(texts: Sequence[str], language: str = "auto") -> tuple[str, list[Counter[int]]]:
    """Return the language used and, for each text, how often which term occurs in it.

    "auto" takes the language that the texts together seem to be written in.
    """
    words = [words_of(text) for text in texts]
    if language not in LANGUAGES:
        sample: list[str] = []
        for some in words:
            sample += some[: _SAMPLE_WORDS - len(sample)]
            if len(sample) >= _SAMPLE_WORDS:
                break
        language = language_of(sample)
    counted = []
    term = _terms(language).__getitem__
    for some in words:
        terms = Counter(map(term, some))
        del terms[0]
        counted.append(terms)
    return language, counted


def query_terms(text: str, languages: Iterable[str]) -> Counter[int]:
    """Return the terms of a question with their weights, in every language that documents were indexed in.

    A question of small words only ("to be or not to be") is asked with them all the same: where the
    documents' language is unknown they are indexed.
    """
    terms: Counter[int] = Counter()
    for word in words_of(text):
        for term in {term_of(word, language) for language in languages} - {0}:
            terms[term] += 1
    return terms
