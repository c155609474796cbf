"""The metrics that a PromQL expression speaks of."""

import re

_MODIFIERS = r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)"
_KEYWORDS = {"and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring", "inf", "nan"}
_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"


def metrics_in(expression: str) -> set[str]:
    """Return names that are neither functions, labels, durations nor words of the language."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", expression)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", bare)
    bare = re.sub(_MODIFIERS, "", bare)
    bare = re.sub(r"\b\d[\w.]*|\$\w+", "", bare)
    called = set(re.findall(rf"{_NAME}(?=\s*\()", bare))
    return {name for name in re.findall(_NAME, bare) if name.lower() not in _KEYWORDS} - called
