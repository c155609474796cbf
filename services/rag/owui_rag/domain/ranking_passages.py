"""From single chunks to passages: neighbours joined, and no more than a budget of tokens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from owui_rag.domain.ranking import Hit

# An estimate for texts that no tokenizer has counted.
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a content's text: chunk number `ordinal`, from `start` to `end`."""

    content_id: int
    ordinal: int
    start: int
    end: int
    text: str
    page: int | None
    tokens: int


def widen(hits: Sequence[Hit], around: Iterable[Stretch], reach: int) -> list[Hit]:
    """Return the hits, each with the chunks up to `reach` before and after it in its text.

    What belongs to a better hit already is not repeated: hits whose stretches touch become one, with the
    place and score of the better.
    """
    pieces: dict[int, dict[int, Stretch]] = {}
    for stretch in around:
        pieces.setdefault(stretch.content_id, {})[stretch.ordinal] = stretch
    taken: dict[int, list[list[int]]] = {}
    order: list[tuple[Hit, list[int]]] = []
    for hit in hits:
        span = [hit.ordinal - reach, hit.ordinal + reach]
        former = next(
            (one for one in taken.get(hit.content_id, []) if span[0] <= one[1] + 1 and one[0] <= span[1] + 1),
            None,
        )
        if former is not None:
            former[:] = [min(former[0], span[0]), max(former[1], span[1])]
        else:
            taken.setdefault(hit.content_id, []).append(span)
            order.append((hit, span))
    return [_joined(hit, span, pieces.get(hit.content_id, {})) for hit, span in order]


def _joined(hit: Hit, span: list[int], pieces: dict[int, Stretch]) -> Hit:
    parts = [pieces[ordinal] for ordinal in range(max(0, span[0]), span[1] + 1) if ordinal in pieces]
    if not parts:
        return hit
    text, end = parts[0].text, parts[0].end
    for part in parts[1:]:
        # Chunks overlap, or leave out white space between them.
        text += part.text[end - part.start :] if part.start <= end else f"\n{part.text}"
        end = max(end, part.end)
    tokens = max(hit.tokens, len(text) // CHARACTERS_PER_TOKEN)
    return replace(hit, text=text, start=parts[0].start, end=end, page=parts[0].page, tokens=tokens)


def within_budget(hits: Sequence[Hit], budget: int) -> tuple[list[Hit], bool]:
    """Return the first hits that together have at most `budget` tokens, and whether any was left out.

    What does not fit is passed over for what does; the very first is cut if it does not fit alone.
    """
    kept: list[Hit] = []
    left = budget
    shortened = False
    for hit in hits:
        tokens = hit.tokens or max(1, len(hit.text) // CHARACTERS_PER_TOKEN)
        if tokens <= left:
            kept.append(hit)
            left -= tokens
            continue
        shortened = True
        if not kept and left > 0:
            kept.append(cut(hit, tokens, left))
            left = 0
    return kept, shortened


def cut(hit: Hit, tokens: int, budget: int) -> Hit:
    """Return the beginning of a passage of `tokens` that has about `budget` of them."""
    characters = max(1, len(hit.text) * budget // tokens)
    return replace(hit, text=hit.text[:characters], end=hit.start + characters, tokens=budget)
