"""The lists of a segment's terms as a search uses them, the last ones kept in memory."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from owui_rag.domain.ranking_lexical import SATURATION, discounts

# What an entry costs beside its arrays, about.
_ENTRY_BYTES = 600
_POSTING_BYTES = 7
# To look a small number up is faster than to convert it.
_AS_FLOAT = np.arange(256, dtype=np.float32)


@dataclass(slots=True)
class Listed:
    """A term's list in a segment: in how many documents it occurs, the listed ones, and how often there."""

    frequency: int
    documents: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    _gains: NDArray[np.float32] | None = field(default=None, repr=False)
    _average: float = 0.0

    def gains(self, lengths: NDArray[np.uint16], average: float) -> NDArray[np.float32]:
        """Return BM25 without the rarity for each listed document, `lengths` being those of the segment.

        It is kept until another average length is given, as in a base that has grown.
        """
        if self._gains is None or self._average != average:
            occurrences = _AS_FLOAT[self.counts]
            gained: Any = discounts(lengths[self.documents].astype(np.float32), average)
            # Arithmetic in place: on lists of thousands, what is allocated costs more than what is computed.
            gained += occurrences
            np.divide(occurrences, gained, out=gained)
            gained *= SATURATION + 1
            self._gains, self._average = gained, average
        return self._gains


class KeptLists:
    """The lists used last of segments, which never change; `most` is how many bytes they may take."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lists: OrderedDict[tuple[int, int], Listed | None] = OrderedDict()
        self._bytes = 0

    def has(self, segment: int, term: int) -> bool:
        """Whether it is known which list, if any, a segment has of a term."""
        return (segment, term) in self._lists

    def get(self, segment: int, term: int) -> Listed | None:
        """Return a list that was kept; None for a term that the segment does not have."""
        listed = self._lists[segment, term]
        self._lists.move_to_end((segment, term))
        return listed

    def keep(self, segment: int, term: int, listed: Listed | None) -> None:
        """Keep a list, or that there is none; those that were not used for longest go."""
        if (segment, term) in self._lists:
            return
        self._lists[segment, term] = listed
        self._bytes += _size(listed)
        while self._bytes > self._most:
            _, oldest = self._lists.popitem(last=False)
            self._bytes -= _size(oldest)


def _size(listed: Listed | None) -> int:
    return _ENTRY_BYTES + (0 if listed is None else _POSTING_BYTES * listed.documents.size)
