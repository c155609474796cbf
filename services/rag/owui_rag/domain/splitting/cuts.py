"""The places at which a text is best cut: after a paragraph rather than a sentence rather than a word."""

import regex

from owui_rag.domain.splitting.graphemes import boundary_before
from owui_rag.domain.splitting.headings import Headings

_ABBREVIATED = (
    r"(?<!\b(?:\p{Lu}|Dr|Mr|Mrs|Ms|Prof|St|No|Nr|Fig|Eq|vs|cf|ca|al|bzw|usw|etc|e\.g|i\.e|z\.B|d\.h)\.)"
)
_OPENING = r"[\"'“‘«(\[¿¡]{0,2}[\p{Lu}\p{Lt}\p{Lo}\d]"
_SENTENCE = (
    rf"(?:(?<=[.!?…؟।][\"'”’»)\]]{{0,3}}){_ABBREVIATED}[ \t\n]+(?={_OPENING})"
    r"|(?<=[。！？｡][」』）”’]{0,2})(?=[^。！？」』）”’]))"
)
_PARAGRAPH = r"\n[ \t\r\f\v]*\n[ \t\r\f\v\n]*"
_LINE = r"[\n\r\f\v\x85\u2028\u2029]+"
_CLAUSE = r"(?:(?<=[,;:])\s+|(?<=[，、；：]))"
_WORD = r"\s+"

_WRAPPED_SAMPLE = 100_000  # characters that show how the lines of a text are used
_TERMINATORS = frozenset(".!?:;…。！？")


def _last(pattern: str) -> regex.Pattern[str]:
    return regex.compile(f"(?r){pattern}")


class Cuts:
    """Chooses the places at which one text is cut."""

    def __init__(self, text: str, headings: Headings) -> None:
        self._text = text
        self._headings = headings
        # In text whose lines were broken to fit a width a line's end says less than a sentence's.
        order = (_SENTENCE, _LINE) if is_wrapped(text[:_WRAPPED_SAMPLE]) else (_LINE, _SENTENCE)
        self._levels = _LEVELS[order]

    def best(self, start: int, low: int, high: int) -> int:
        """Return where to cut the part from `start`: at best from `low` to `high`, else before `low`.

        Returns `start` where only a grapheme longer than `high - start` could be torn.
        """
        cut = self._headings.last_start(max(low, start + 1), high)
        if cut is None:
            cut = self._search(max(low, start + 1), high) or self._search(start + 1, low)
        if cut is None:
            return boundary_before(self._text, high, start)
        alone = self._headings.left_alone(self._text, start, cut)
        return boundary_before(self._text, alone if alone is not None else cut, start)

    def resume(self, earliest: int, cut: int) -> int:
        """Return where the piece after a cut begins: at a good place from `earliest`, else at the cut."""
        if earliest >= cut or self._headings.begins(cut):
            return cut
        heading = self._headings.last_start(earliest, cut)
        if heading is not None:
            return heading
        for pattern in (_FIRST_SENTENCE, _FIRST_WORD):
            found = pattern.search(self._text, earliest, cut)
            if found is not None and found.end() < cut:
                return int(found.end())
        return earliest if _FIRST_WORD.search(self._text, earliest, cut) is None else cut

    def _search(self, low: int, high: int) -> int | None:
        for level in self._levels:
            found = level.search(self._text, low, high)
            if found is not None:
                return int(found.end())
        return None


_FIRST_SENTENCE = regex.compile(f"{_SENTENCE}|{_LINE}")
_FIRST_WORD = regex.compile(_WORD)
_LEVELS = {
    order: tuple(_last(pattern) for pattern in (_PARAGRAPH, *order, _CLAUSE, _WORD))
    for order in ((_SENTENCE, _LINE), (_LINE, _SENTENCE))
}


def is_wrapped(sample: str) -> bool:
    """Whether lines were broken to fit a width: most are nearly full and go on in the next.

    Rows of a table may be nearly full too, but begin all alike.
    """
    lines = [line.rstrip() for line in sample.split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < 10:
        return False
    width = lengths[int(len(lengths) * 0.95)]
    if not 40 <= width <= 140:
        return False
    full = [line for line in lines if len(line) >= width * 0.75]
    going_on = sum(line[0].islower() for line in full)
    beginnings = len({line.split(None, 1)[0] for line in full})
    open_ended = sum(line[-1] not in _TERMINATORS and line[0] not in "-*+|#" for line in full)
    return (
        len(full) >= len(lengths) * 0.5
        and open_ended >= len(full) * 0.7
        and going_on >= len(full) * 0.25
        and beginnings >= min(len(full) * 0.2, 5)
    )
