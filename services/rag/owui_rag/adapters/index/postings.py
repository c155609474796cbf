"""The bytes of a segment: which documents have a term, in blocks by hash, and which chunk a document is.

A segment numbers its documents (chunks) from 0. A block holds, for the terms of one bucket: their number
(uint32), their hashes in order (int64), in how many documents each occurs (uint16), then the listed documents
(uint16) and how often the term occurs there (uint8), term after term. All is little endian. A list has the
best documents first and is cut at LISTED: what follows would not carry a chunk to the top.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from owui_rag.domain.ranking_lexical import gains

DOCUMENTS = 65_535
LISTED = 4_096
_BLOCK_BYTES = 8_192
_TERM_BYTES = 10
_POSTING_BYTES = 3


@dataclass(frozen=True, slots=True)
class Postings:
    """Parallel arrays: a term occurs so often in a document; and the length in terms of each document."""

    terms: NDArray[np.int64]
    documents: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    lengths: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class ChunkMap:
    """Which chunk of which content each document is, and how many terms it has."""

    chunks: NDArray[np.int64]
    contents: NDArray[np.int64]
    lengths: NDArray[np.uint16]
    _hidden: dict[tuple[int, ...], NDArray[np.intp]] = field(default_factory=dict, compare=False, repr=False)

    def documents_of(self, contents: Sequence[int]) -> NDArray[np.intp]:
        """Return the documents of these contents; the last answer is kept, as those that are gone stay so."""
        wanted = tuple(contents)
        found = self._hidden.get(wanted)
        if found is None:
            found = np.flatnonzero(np.isin(self.contents, wanted))
            self._hidden.clear()
            self._hidden[wanted] = found
        return found

    def encode(self) -> bytes:
        """Return the bytes kept in the segment's row."""
        return self.chunks.tobytes() + self.contents.tobytes() + self.lengths.tobytes()

    @classmethod
    def decode(cls, stored: bytes) -> "ChunkMap":
        """Read what `encode` wrote."""
        size = len(stored) // 18
        return cls(
            np.frombuffer(stored, "<i8", size),
            np.frombuffer(stored, "<i8", size, 8 * size),
            np.frombuffer(stored, "<u2", size, 16 * size),
        )


def postings_of(documents: Sequence[Mapping[int, int]]) -> Postings:
    """Return the postings of documents, each given as how often which term occurs."""
    sizes = np.fromiter(map(len, documents), np.int64, len(documents))
    total = int(sizes.sum())
    terms = np.fromiter((term for document in documents for term in document), np.int64, total)
    counts = np.fromiter((count for document in documents for count in document.values()), np.int64, total)
    lengths = np.fromiter((sum(document.values()) for document in documents), np.int64, len(documents))
    return Postings(
        terms,
        np.repeat(np.arange(len(documents), dtype=np.uint16), sizes),
        np.minimum(counts, 255).astype(np.uint8),
        np.minimum(lengths, 65_535).astype(np.uint16),
    )


def bucket_count(postings: Postings) -> int:
    """Return a power of two that keeps most blocks near the size that Postgres reads at little cost."""
    expected = postings.terms.size * _POSTING_BYTES + np.unique(postings.terms).size * _TERM_BYTES
    return 1 << max(0, int(expected / _BLOCK_BYTES).bit_length())


def encode_blocks(postings: Postings, buckets: int) -> Iterator[tuple[int, bytes]]:
    """Give the number and the bytes of every bucket that has something."""
    if not postings.terms.size:
        return
    lengths = postings.lengths[postings.documents].astype(np.float32)
    average = float(postings.lengths.mean())
    gain = gains(postings.counts.astype(np.float32), lengths, average)
    bucket = postings.terms & (buckets - 1)
    order = np.lexsort((-gain, postings.terms, bucket))
    terms, bucket = postings.terms[order], bucket[order]
    firsts = np.flatnonzero(np.r_[True, terms[1:] != terms[:-1]])
    sizes = np.diff(np.r_[firsts, terms.size])
    listed = np.arange(terms.size) - np.repeat(firsts, sizes) < LISTED
    documents, counts = postings.documents[order], postings.counts[order]
    edges = np.flatnonzero(np.r_[True, bucket[firsts][1:] != bucket[firsts][:-1]])
    for start, end in zip(edges, np.r_[edges[1:], firsts.size], strict=True):
        low, high = firsts[start], firsts[end] if end < firsts.size else terms.size
        kept = listed[low:high]
        yield int(bucket[low]), b"".join((
            np.uint32(end - start).tobytes(),
            terms[firsts[start:end]].tobytes(),
            sizes[start:end].astype("<u2").tobytes(),
            documents[low:high][kept].tobytes(),
            counts[low:high][kept].tobytes(),
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """One block, read."""

    terms: NDArray[np.int64]
    frequencies: NDArray[np.uint16]
    documents: NDArray[np.uint16]
    counts: NDArray[np.uint8]

    @classmethod
    def decode(cls, stored: bytes) -> "Block":
        """Read the bytes of a block."""
        number = int.from_bytes(stored[:4], "little")
        first = 4 + _TERM_BYTES * number
        total = (len(stored) - first) // _POSTING_BYTES
        return cls(
            np.frombuffer(stored, "<i8", number, 4),
            np.frombuffer(stored, "<u2", number, 4 + 8 * number),
            np.frombuffer(stored, "<u2", total, first),
            np.frombuffer(stored, "u1", total, first + 2 * total),
        )

    def find(self, term: int) -> tuple[int, NDArray[np.uint16], NDArray[np.uint8]] | None:
        """Return in how many documents a term occurs, the listed ones and how often; None when in none."""
        place = int(self.terms.searchsorted(term))
        if place == self.terms.size or self.terms[place] != term:
            return None
        start = int(self.listed[:place].sum(dtype=np.int64))
        part = slice(start, start + int(self.listed[place]))
        return int(self.frequencies[place]), self.documents[part], self.counts[part]

    @property
    def listed(self) -> NDArray[np.uint16]:
        """How many documents are listed for each term."""
        return np.minimum(self.frequencies, np.uint16(LISTED))


def first_term(stored: bytes) -> int:
    """Return the first term of a block, which tells the bucket of all of them."""
    return int.from_bytes(stored[4:12], "little", signed=True)


def decode_postings(blocks: Sequence[bytes], lengths: NDArray[np.uint16]) -> Postings:
    """Return the postings of a whole segment from its blocks."""
    read = [Block.decode(block) for block in blocks] or [Block.decode(bytes(4))]
    return Postings(
        np.concatenate([np.repeat(block.terms, block.listed) for block in read]),
        np.concatenate([block.documents for block in read]),
        np.concatenate([block.counts for block in read]),
        lengths,
    )
