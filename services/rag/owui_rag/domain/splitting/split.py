"""Cut a document into pieces of at most one size, each with its exact place in the text."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from owui_rag.domain.documents import Document, Piece
from owui_rag.domain.splitting.cuts import Cuts
from owui_rag.domain.splitting.graphemes import boundary_after, boundary_before, cluster_end, trimmed
from owui_rag.domain.splitting.headings import Headings
from owui_rag.domain.splitting.rulers import CharacterRuler, Ruler, TokenRuler, TokenStarts

# Raised when the same settings cut a text in another way than before, so that contents are known apart.
RULES = 1


@dataclass(frozen=True, slots=True)
class Splitting:
    """How texts are cut.

    `kind` is "" or "character" (structure, then sentences, then words), "token" (the same, measured in
    tokens) or "markdown_header" (never over a heading, unless sections are tiny). `size` and `overlap` count
    characters or tokens. `tokenizer` names what `token_starts` counts with; tokens are estimated without it.
    """

    kind: str = ""
    size: int = 1000
    overlap: int = 100
    tokenizer: str = ""
    token_starts: TokenStarts | None = field(default=None, compare=False, repr=False)

    @property
    def canonical(self) -> str:
        """The splitting as a text that is equal exactly when texts are cut in the same way."""
        kind = self.kind or "character"
        measure = f"/{self.tokenizer or 'estimated'}" if kind == "token" else ""
        return f"{kind}{measure}:{max(self.size, 1)}:{self.usable_overlap}:r{RULES}"

    @property
    def usable_overlap(self) -> int:
        """The overlap, at most half of a piece, since more would store most of the text twice and more."""
        return max(0, min(self.overlap, self.size // 2))


def split(document: Document, how: Splitting) -> list[Piece]:
    """Cut a document; the pieces are in order, none is empty and only white space lies between them.

    A piece is longer than the size only where a single grapheme is. Takes time in proportion to the text.
    """
    text = document.text
    headings = Headings(text, is_markdown=document.is_markdown)
    ruler = _ruler(text, how)
    cuts = Cuts(text, headings)
    sections = [(0, len(text))]
    if how.kind == "markdown_header":
        sections = list(_joined(headings.sections(len(text)), ruler, max(how.size, 1)))
    pieces = []
    for section in sections:
        for start, end in _spans(text, section, ruler, cuts, how):
            page = bisect_right(document.pages, start) or None if document.pages else None
            pieces.append(Piece(start, end, ruler.tokens(start, end), page, headings.path(start)))
    return pieces


def _ruler(text: str, how: Splitting) -> Ruler:
    if how.kind == "token" and how.token_starts is not None:
        return TokenRuler(text, how.token_starts)
    if how.kind == "token":
        # Four characters a token, as the estimate counts ASCII.
        return TokenRuler(text, lambda measured: range(0, len(measured), 4))
    return CharacterRuler(text)


def _joined(sections: list[tuple[int, int]], ruler: Ruler, size: int) -> Iterator[tuple[int, int]]:
    """Join a section that is less than a quarter of the size with what follows it, as far as both fit."""
    waiting: tuple[int, int] | None = None
    for start, end in sections:
        if waiting is None:
            waiting = start, end
        elif waiting[1] <= ruler.reach(waiting[0], size // 4) and end <= ruler.reach(waiting[0], size):
            waiting = waiting[0], end
        else:
            yield waiting
            waiting = start, end
    if waiting is not None:
        yield waiting


def _spans(
    text: str, section: tuple[int, int], ruler: Ruler, cuts: Cuts, how: Splitting
) -> Iterator[tuple[int, int]]:
    """Give the spans of the pieces of a section, white space at their ends left out."""
    start, finish = trimmed(text, *section)
    # What no piece has yet; a piece begins before it by the overlap.
    fresh = start
    while fresh < finish:
        if ruler.reach(start, max(how.size, 1)) >= finish:
            yield start, finish
            return
        cut = cuts.best(start, *_window(start, finish, ruler, max(how.size, 1)))
        if cut <= fresh:
            if start < fresh:
                start = fresh
                continue
            cut = cluster_end(text, start)
        yield trimmed(text, start, cut)
        earliest = boundary_after(text, max(ruler.back(cut, how.usable_overlap), start + 1), start)
        resumed = boundary_before(text, cuts.resume(earliest, cut), start)
        fresh, _ = trimmed(text, cut, finish)
        start = min(trimmed(text, resumed, finish)[0], fresh)


def _window(start: int, finish: int, ruler: Ruler, size: int) -> tuple[int, int]:
    """Return between which places a piece from `start` should end."""
    if finish <= ruler.reach(start, size + size // 2):
        # The rest makes two pieces: better two of a similar length than a long and a tiny one.
        return ruler.reach(start, max(size * 2 // 5, 1)), ruler.reach(start, max(size * 3 // 4, 1))
    return ruler.reach(start, max(size // 2, 1)), ruler.reach(start, size)
