"""Write the tables of the chart's README from the comments of values.yaml; `--check` only compares."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).resolve().parent.parent / "charts" / "open-webui"
README = CHART / "README.md"
BEGIN, END = "<!-- begin: written by tools/chart_readme.py -->", "<!-- end -->"
LONG = 60  # characters; longer defaults are looked up in values.yaml


@dataclass
class Section:
    """A part of values.yaml: its title, its introduction, and a comment for each key, empty where none is."""

    title: str
    text: str = ""
    comments: dict[str, str] = field(default_factory=dict)


def sections(text: str) -> Iterator[Section]:
    """Read the sections of values.yaml; what stands before the first has the empty title."""
    section = Section("")
    path: list[tuple[int, str]] = []
    comment: list[str] = []
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("# @section "):
            yield section
            section, comment = Section(bare.removeprefix("# @section ")), []
        elif bare.startswith("# "):
            comment.append(bare.removeprefix("# "))
        elif found := re.match(r"( *)([\w.-]+):", line):
            indent = len(found[1])
            path = [*(step for step in path if step[0] < indent), (indent, found[2])]
            section.comments[".".join(step[1] for step in path)] = told(comment)
            comment = []
        else:
            if comment and not section.comments:
                section.text = " ".join(comment)
            comment = []
    yield section


def told(comment: list[str]) -> str:
    """Return what a comment says to readers: from its last `--` on."""
    marks = [index for index, line in enumerate(comment) if line.startswith("-- ")]
    return " ".join(comment[marks[-1] :]).removeprefix("-- ") if marks else ""


def value_at(values: dict[str, Any], key: str) -> Any:
    """Return the default at a dotted key; raise KeyError where there is none."""
    for step in key.split("."):
        values = values[step]
    return values


def rows(section: Section, values: dict[str, Any]) -> Iterator[str]:
    """Return the rows of a section: what has a comment, and the values below what has none."""
    for key, comment in section.comments.items():
        parents = [key[: match.start()] for match in re.finditer(r"\.", key)]
        try:
            value = value_at(values, key)
        except (KeyError, TypeError):
            continue  # an item of a list
        if any(explains(section, values, parent) for parent in parents):
            continue
        if comment or not isinstance(value, dict) or not value:
            yield f"| `{key}` | {default(value)} | {comment.replace('|', chr(92) + '|')} |"


def explains(section: Section, values: dict[str, Any], key: str) -> bool:
    """Say whether the comment of a mapping holds for all that is in it: when nothing in it has one."""
    inner = [comment for name, comment in section.comments.items() if name.startswith(f"{key}.")]
    return bool(section.comments.get(key)) and isinstance(value_at(values, key), dict) and not any(inner)


def default(value: Any) -> str:
    """Return a default as it stands in a table."""
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if len(text) <= LONG else "see values.yaml"


def tables() -> str:
    """Return all sections with their tables."""
    text = (CHART / "values.yaml").read_text(encoding="utf-8")
    values = yaml.safe_load(text)
    lines = []
    for section in sections(text):
        if section.title:
            lines += [f"### {section.title}", "", section.text, "", "| key | default | |", "|---|---|---|"]
            lines += [*rows(section, values), ""]
    return "\n".join(lines).rstrip()


def renewed(text: str) -> str:
    """Return the README with the tables of today."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{tables()}\n\n{END}{tail}"


def main() -> int:
    """Write the README, or compare it."""
    now = README.read_text(encoding="utf-8")
    if renewed(now) == now:
        return 0
    if "--check" in sys.argv[1:]:
        sys.stderr.write(f"{README.name} of the chart is stale: run `make docs`\n")
        return 1
    README.write_text(renewed(now), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
