"""Tokenizers that measure pieces of text."""

import hashlib
import os
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from owui_rag.adapters.embedding.builtin import VOCABULARY
from owui_rag.domain.splitting.rulers import TokenStarts

_PART = 100_000  # characters that are tokenized at a time, which bounds memory


@lru_cache(maxsize=4)
def tokenizer_of(path: str, encoding: str, cache: str) -> tuple[str, TokenStarts]:
    """Return a tokenizer with a name that no other has.

    That is the file at `path`, else tiktoken's encoding where both are there already, else the tokenizer of
    the built-in embedding model. Nothing is downloaded. Raises OSError or ValueError for a wrong path.
    """
    if path:
        from tokenizers import Tokenizer

        content = Path(path).read_bytes()
        try:
            named = Tokenizer.from_str(content.decode())
        except Exception as error:
            # The library raises nothing more special than this.
            raise ValueError(f"{path} is no tokenizer.json") from error
        named.no_truncation()
        named.no_padding()
        return f"file-{hashlib.sha256(content).hexdigest()[:12]}", _of_tokenizers(named)
    if encoding and cache and find_spec("tiktoken") is not None and any(Path(cache).glob("*")):
        return _tiktoken(encoding, cache)
    from tokenizers import BertWordPieceTokenizer

    return "minilm", _of_tokenizers(BertWordPieceTokenizer(str(VOCABULARY), lowercase=True))


def _of_tokenizers(encoder: Any) -> TokenStarts:
    def starts(text: str) -> Sequence[int]:
        found = array("q")
        for begin, part in _parts(text):
            encoded = encoder.encode(part, add_special_tokens=False)
            found.extend(begin + start for start, _ in encoded.offsets)
        return found

    return starts


def _tiktoken(encoding: str, cache: str) -> tuple[str, TokenStarts]:
    import tiktoken  # type: ignore[import-not-found,unused-ignore]  # not a dependency, used where it is

    os.environ["TIKTOKEN_CACHE_DIR"] = cache
    known = tiktoken.get_encoding(encoding)

    def starts(text: str) -> Sequence[int]:
        found = array("q")
        for begin, part in _parts(text):
            _, offsets = known.decode_with_offsets(known.encode_ordinary(part))
            found.extend(begin + offset for offset in offsets)
        return found

    return f"tiktoken-{encoding}", starts


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Give parts of a text and where they begin, cut at white space, which no token spans from the left."""
    begin = 0
    while begin < len(text):
        end = min(begin + _PART, len(text))
        if end < len(text):
            gap = max(text.rfind(" ", begin, end), text.rfind("\n", begin, end))
            end = gap if gap > begin else end
        yield begin, text[begin:end]
        begin = end
