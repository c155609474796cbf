"""Numbers of spreadsheets as people see them: dates are numbers there, and fractions have noise."""

import re
from datetime import datetime, timedelta
from typing import Any

from owui_rag.adapters.extraction.markup import SHEETS

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no time zones
DAYS_BEFORE_1904 = 1462
# The 31st of December 9999, whatever the days count from.
_LAST_DAY = 2_958_465 - DAYS_BEFORE_1904
# Numbers of the built-in formats of dates and times.
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def date_styles(styles: Any) -> frozenset[int]:
    """Return the indexes of cell styles that show a number as a date or time."""
    custom = {
        int(element.get("numFmtId", "0")): element.get("formatCode", "")
        for element in styles.iter(f"{SHEETS}numFmt")
    }
    found = set()
    formats = styles.find(f"{SHEETS}cellXfs")
    for index, style in enumerate(formats if formats is not None else ()):
        number = int(style.get("numFmtId", "0"))
        code = _LITERAL.sub("", custom.get(number, "")).lower()
        if number in _BUILT_IN_DATES or (
            code and code != "general" and any(mark in code for mark in "ymdhs")
        ):
            found.add(index)
    return frozenset(found)


def shown(value: str, *, is_date: bool, days_missing: int = 0) -> str:
    """Return a stored number as text: a date as ISO 8601, else at most 12 significant digits.

    `days_missing` are those from 1900 to the first day of the workbook.
    """
    try:
        number = float(value)
    except ValueError:
        return value
    if is_date and 0 <= number <= _LAST_DAY:
        moment = _EPOCH + timedelta(days_missing, round(number * 86_400))
        if number < 1:
            return moment.strftime("%H:%M:%S")
        return moment.strftime("%Y-%m-%d %H:%M:%S").removesuffix(" 00:00:00")
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else f"{number:.12g}"
