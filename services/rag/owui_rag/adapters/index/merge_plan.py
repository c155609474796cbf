"""Which segments of a base become one, so that a question reads few and no content is copied often."""

from collections.abc import Sequence
from dataclasses import dataclass

# A merging of so many takes some seconds and a hundred megabytes of a worker.
MERGED_CHUNKS = 50_000
# Fewer new contents with fewer chunks are as cheap to read one by one.
NEW_CONTENTS = 4
NEW_CHUNKS = 500
# A segment is written anew when this part of its contents is gone, or when any is gone for so long.
GONE_PART = 0.2
GONE_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class MergedSegment:
    """A merged segment: its chunks, its contents, how many of these are gone and since when the first is."""

    id: int
    chunks: int
    contents: int
    gone: int
    gone_seconds: float


@dataclass(frozen=True, slots=True)
class NewContent:
    """A content of the base that no merged segment has yet."""

    id: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Write one segment with these new contents and what is left of these segments."""

    contents: tuple[int, ...]
    segments: tuple[int, ...]


def plan_merge(segments: Sequence[MergedSegment], new: Sequence[NewContent]) -> Plan | None:
    """Return the next merging of a base, None when there is nothing worth it.

    Segments up to twice the size of what is merged are taken in, so that the copies of a chunk grow with the
    logarithm of the base. `new` holds only contents that fit into a segment.
    """
    stale = [one for one in segments if _is_stale(one)]
    due = len(new) >= NEW_CONTENTS or sum(content.chunks for content in new) >= NEW_CHUNKS
    if not due and not stale:
        return None
    taken: list[int] = []
    total = 0
    for content in new:
        if total + content.chunks > MERGED_CHUNKS:
            break
        taken.append(content.id)
        total += content.chunks
    absorbed: list[int] = []
    for one in sorted(segments, key=lambda segment: (not _is_stale(segment), segment.chunks)):
        fits = total + one.chunks <= MERGED_CHUNKS
        if fits and (_is_stale(one) or (due and one.chunks <= 2 * total)):
            absorbed.append(one.id)
            total += one.chunks
    return Plan(tuple(taken), tuple(absorbed)) if absorbed or due else None


def _is_stale(segment: MergedSegment) -> bool:
    return segment.gone > 0 and (
        segment.gone >= GONE_PART * segment.contents or segment.gone_seconds >= GONE_SECONDS
    )
