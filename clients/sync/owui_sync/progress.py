"""Tells a person, or a log, how far a run has come."""

import sys
import time
from collections import Counter
from typing import TextIO

from owui_sync.plan import Work
from owui_sync.synchronize import Outcome

_WORDS = ("uploaded", "replaced", "moved", "removed")
_EVERY_SECONDS = 0.2


class Progress:
    """One line that is written over on a terminal; one line per file with `verbose`; else only the end."""

    def __init__(self, stream: TextIO | None = None, *, verbose: bool = False, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._verbose = verbose
        self._live = not verbose and not quiet and self._stream.isatty()
        self._total = 0
        self._written = 0.0
        self.counts: Counter[str] = Counter()

    def planned(self, work: Work) -> None:
        """A run begins."""
        self.counts.clear()
        self._total = len(work.moves) + len(work.uploads) + len(work.removals)

    def done(self, what: str, path: str) -> None:
        """Something was done with a file."""
        self.counts[what] += 1
        if self._verbose:
            print(f"{what:<9} {path}", file=self._stream)
        elif self._live and time.monotonic() - self._written > _EVERY_SECONDS:
            self._written = time.monotonic()
            so_far = sum(self.counts.values())
            self._stream.write(f"\r\x1b[K{so_far} of {self._total}: {_short(path)}")
            self._stream.flush()

    def failed(self, path: str, reason: str) -> None:
        """A file is not as it should be."""
        self._clear()
        print(f"failed    {path}: {reason}", file=self._stream)

    def end(self, outcome: Outcome, *, dry_run: bool) -> None:
        """Write the summary of a run."""
        self._clear()
        if dry_run:
            _show_plan(outcome.work, self._stream)
        for path, reason in sorted(outcome.passed_over.items()):
            print(f"left out  {path}: {reason}", file=self._stream)
        parts = [f"{self.counts[word]} {word}" for word in _WORDS if self.counts[word]]
        if dry_run:
            parts = ["nothing was changed"]
        parts += [f"{len(outcome.failed)} failed"] if outcome.failed else []
        print(f"{outcome.files} files: {', '.join(parts) or 'nothing to do'}", file=self._stream)

    def _clear(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")


def _show_plan(work: Work, stream: TextIO) -> None:
    for move in work.moves:
        print(f"move      {move.source} to {move.target}", file=stream)
    for entry in work.uploads:
        print(f"{'replace' if entry.file_id else 'upload':<9} {entry.path}", file=stream)
    for entry in work.removals:
        print(f"remove    {entry.path}", file=stream)


def _short(path: str, width: int = 60) -> str:
    return path if len(path) <= width else f"…{path[1 - width :]}"
