"""Reads the Cranfield collection from a folder that the caller names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FILES = ("cran.all.1400", "cran.qry", "cranqrel")


@dataclass(frozen=True)
class Collection:
    """Documents by name, questions in order, and for each question the gain of its right documents."""

    documents: dict[str, str]
    questions: list[str]
    gains: list[dict[str, float]]


def read_collection(folder: Path) -> Collection:
    """Read the three files; questions are numbered by their order, as the judgements number them."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise SystemExit(f"{folder} has no {', '.join(missing)}: it has to hold the Cranfield collection")
    documents = {}
    for number, fields in _records(folder / "cran.all.1400"):
        documents[number] = f"{fields.get('T', '')}\n{fields.get('W', '')}".strip() or "(empty)"
    questions = [fields["W"] for _, fields in _records(folder / "cran.qry")]
    gains: list[dict[str, float]] = [{} for _ in questions]
    for line in (folder / "cranqrel").read_text(encoding="utf-8").splitlines():
        parts = line.split()
        # Grade 1 is the best, 4 the lowest, -1 means not relevant.
        if len(parts) >= 3 and int(parts[2]) >= 1:
            gains[int(parts[0]) - 1][parts[1]] = 5.0 - int(parts[2])
    return Collection(documents, questions, gains)


def _records(path: Path) -> list[tuple[str, dict[str, str]]]:
    records = []
    for part in re.split(r"^\.I +", path.read_text(encoding="utf-8", errors="replace"), flags=re.MULTILINE)[
        1:
    ]:
        number, _, rest = part.partition("\n")
        fields: dict[str, str] = {}
        for section in re.split(r"^\.(?=[TABW]\s*$)", rest, flags=re.MULTILINE)[1:]:
            fields[section[0]] = " ".join(section[1:].split())
        records.append((number.strip(), fields))
    return records
