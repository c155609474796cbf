"""The process that reads one document; by hand: `python -m owui_rag.adapters.extraction.reader FILE`.

With a path it prints what was read. With `--answer` it takes a request as JSON on its input, binds itself to
the limits of the request, and answers a line of JSON and then the text.
"""

import json
import os
import sys
from pathlib import Path

from owui_rag.adapters.extraction.limits import Limits, confine
from owui_rag.adapters.extraction.reading import read_document
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document, Unreadable


def main() -> int:
    """Answer a request, or print what was read from the file on the command line."""
    if sys.argv[1:] == ["--answer"]:
        _answer()
        return 0
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)  # noqa: T201 - a command speaks to its user
        return 2
    return _show(Path(sys.argv[1]))


def _answer() -> None:
    # Whatever a library prints must not get into the answer.
    output = os.dup(1)
    os.dup2(2, 1)
    request = json.load(sys.stdin.buffer)
    limits = Limits(**request["limits"])
    source = Source(
        Path(request["path"]), request["name"], request["content_type"], limits, request["images"]
    )
    confine(limits)
    try:
        document = read_document(source)
        head = {
            "title": document.title,
            "pages": document.pages,
            "is_markdown": document.is_markdown,
            "metadata": dict(document.metadata),
        }
        text = document.text.encode("utf-8", "replace")
    except Unreadable as error:
        head, text = {"message": error.message, "reason": error.reason, "passing": error.passing}, b""
    with open(output, "wb") as answer:
        answer.write(json.dumps(head).encode() + b"\n" + text)


def _show(path: Path) -> int:
    try:
        document = read_document(Source(path, path.name))
    except Unreadable as error:
        print(f"{error.reason}: {error.message}", file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    _print(document)
    return 0


def _print(document: Document) -> None:
    lines = [f"{name}: {value}" for name, value in document.metadata.items()]
    print(f"title: {document.title}", f"characters: {len(document.text)}", *lines, sep="\n")  # noqa: T201
    print(f"pages begin at: {', '.join(map(str, document.pages)) or 'no pages'}\n")  # noqa: T201
    print(document.text)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
