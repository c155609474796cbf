"""Rows of cells as text."""

from collections.abc import Iterable, Iterator, Sequence

_LONGEST_HEADER = 80


def record_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Give a line per row that says by itself what it means: "name: Ada; born: 1815".

    The first row names the columns when it looks as if it does; else cells are set apart by bars.
    """
    tidy = (tuple(" ".join(cell.split()) for cell in row) for row in rows)
    first, second = _next_filled(tidy), _next_filled(tidy)
    if first is None:
        return
    if second is None or not _is_header(first):
        yield _bare(first)
        if second is not None:
            yield _bare(second)
        yield from (_bare(row) for row in tidy if any(row))
        return
    yield _named(first, second)
    yield from (_named(first, row) for row in tidy if any(row))


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; the first row is its header. One column becomes plain lines."""
    rows = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    if width <= 1 or len(rows) == 1:
        return "\n".join(_bare(row) for row in rows)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _next_filled(rows: Iterator[tuple[str, ...]]) -> tuple[str, ...] | None:
    return next((row for row in rows if any(row)), None)


def _is_header(row: Sequence[str]) -> bool:
    names = [cell for cell in row if cell]
    return (
        len(names) >= 2
        and len(set(names)) == len(names)
        and all(len(name) <= _LONGEST_HEADER and not _is_number(name) for name in names)
    )


def _is_number(text: str) -> bool:
    return text.strip("+-").replace(".", "").replace(",", "").replace("%", "").isdigit()


def _named(names: Sequence[str], row: Sequence[str]) -> str:
    parts = []
    for index, cell in enumerate(row):
        if cell:
            name = names[index] if index < len(names) else ""
            parts.append(f"{name}: {cell}" if name else cell)
    return "; ".join(parts)


def _bare(row: Sequence[str]) -> str:
    return " | ".join(cell for cell in row if cell)
