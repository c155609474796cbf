"""The command line."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from owui_sync.failures import UsageError
from owui_sync.files import Choice
from owui_sync.synchronize import Manner

Number = TypeVar("Number", int, float)
_MEBIBYTE = 1024 * 1024
_KEY = "OWUI_API_KEY"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; `watch_seconds` is None for one run."""

    folder: Path
    url: str
    knowledge: str
    top: str
    create: bool
    key: str
    choice: Choice
    manner: Manner
    watch_seconds: float | None
    attempts: int
    verbose: bool
    quiet: bool


def parse(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> Options:
    """Read the command line; raise UsageError, or SystemExit(2) with the usage."""
    given = _parser().parse_args(arguments)
    folder: Path = given.folder
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder")
    if not given.url.startswith(("http://", "https://")):
        raise UsageError("--url begins with https:// or http://")
    return Options(
        folder=folder.resolve(),
        url=given.url,
        knowledge=given.knowledge,
        top=given.into,
        create=given.create,
        key=_key(given.key_file, given.env, environ),
        choice=Choice(
            include=tuple(given.include),
            exclude=tuple(given.exclude),
            hidden=given.hidden,
            max_bytes=int(given.max_size * _MEBIBYTE) if given.max_size else None,
        ),
        manner=Manner(
            delete=given.delete,
            allow_empty=given.allow_empty,
            dry_run=given.dry_run,
            jobs=given.jobs,
            reading_seconds=given.reading_timeout,
        ),
        watch_seconds=given.watch,
        attempts=given.attempts,
        verbose=given.verbose,
        quiet=given.quiet,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="owui-sync",
        description="Make a knowledge base hold exactly the files of a folder.",
        epilog="Exit codes: 0 all there, 1 some files failed, 2 wrong usage, key or server.",
    )
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="the folder")
    add("--url", required=True, help="address of the platform, such as https://ai.example.org")
    add("--knowledge", required=True, metavar="NAME_OR_ID", help="the knowledge base")
    add(
        "--into",
        default="",
        metavar="PATH",
        help="a folder of the base that stands for FOLDER; its top if absent",
    )
    add("--create", action="store_true", help="make the base, private, when there is none of this name")
    add("--key-file", type=Path, metavar="FILE", help="a file with the API key")
    add("--env", default=_KEY, metavar="NAME", help=f"the variable with the API key, {_KEY} if absent")
    add("--include", action="append", default=[], metavar="GLOB", help="only such files; may be repeated")
    add("--exclude", action="append", default=[], metavar="GLOB", help="no such files, nor those in the base")
    add("--hidden", action="store_true", help="also files and folders that begin with a dot")
    add("--max-size", type=_positive(float), metavar="MIB", help="leave larger files out")
    end = parser.add_mutually_exclusive_group()
    end.add_argument(
        "--delete", action="store_true", default=True, help="remove what is gone from FOLDER (default)"
    )
    end.add_argument("--keep", dest="delete", action="store_false", help="remove nothing")
    add("--allow-empty", action="store_true", help="an empty FOLDER empties the base")
    add("--dry-run", action="store_true", help="only say what would be done")
    add("--jobs", type=_positive(int), default=4, metavar="N", help="uploads at the same time, 4 if absent")
    add(
        "--attempts",
        type=_positive(int),
        default=6,
        metavar="N",
        help="how often a request is tried, 6 if absent",
    )
    add("--reading-timeout", type=_positive(float), default=3600.0, metavar="SECONDS",
        help="how long to wait for a file to be read, an hour if absent")  # fmt: skip
    add("--watch", type=_positive(float), metavar="SECONDS", help="go on, with so many seconds between runs")
    add("--verbose", action="store_true", help="a line per file")
    add("--quiet", action="store_true", help="no progress line")
    return parser


def _positive(kind: Callable[[str], Number]) -> Callable[[str], Number]:
    def number(text: str) -> Number:
        value = kind(text)
        if value <= 0:
            raise ValueError(text)
        return value

    number.__name__ = "positive number"
    return number


def _key(key_file: Path | None, variable: str, environ: Mapping[str, str]) -> str:
    if key_file is not None:
        try:
            key = key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"The key cannot be read from {key_file}") from None
    else:
        key = environ.get(variable, "").strip()
    if not key:
        raise UsageError(f"No API key: set {variable}, or name a file with --key-file")
    if not key.isascii() or not key.isprintable():
        raise UsageError("The API key holds characters that no key has")
    return key
