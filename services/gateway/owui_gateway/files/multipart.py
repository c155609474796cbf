"""Takes a multipart body apart while it arrives (RFC 7578); of a part nothing but its head is kept."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import unquote

_MOST_HEAD_BYTES = 16 * 1024
_MOST_PARTS = 1000
_LONGEST_BOUNDARY = 200
_PARAMETER = re.compile(r';\s*([a-z0-9!#$&.^_|~-]+\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)', re.IGNORECASE)
# What browsers write in names for a quotation mark and line breaks, and nothing else.
_BROWSER_ESCAPES = (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"))


class BrokenForm(Exception):
    """The body is no form that can be read; the message says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """The head of a part; `filename` is None where the part is no file."""

    name: str
    filename: str | None
    content_type: str


def boundary_of(content_type: str) -> bytes:
    """Return the boundary that a Content-Type header names; raise BrokenForm."""
    kind, _, rest = content_type.partition(";")
    if kind.strip().lower() != "multipart/form-data":
        raise BrokenForm("The body has to be a form, sent as multipart/form-data")
    boundary = _parameters(f";{rest}").get("boundary", "")
    if not boundary or len(boundary) > _LONGEST_BOUNDARY or not boundary.isascii():
        raise BrokenForm("The form names no boundary between its parts")
    return boundary.encode()


class Multipart:
    """A form; `next_part` and `read` are called in turn, each reads as much as it needs."""

    def __init__(self, pieces: AsyncIterator[bytes], boundary: bytes) -> None:
        self._pieces = pieces
        self._delimiter = b"\r\n--" + boundary
        # So that the first delimiter, before which there is no line, looks like all others.
        self._buffer = bytearray(b"\r\n")
        self._in_part = True
        self._parts = 0

    async def next_part(self) -> Part | None:
        """Return the head of the next part, skipping what is left of the current one; None at the end."""
        while await self.read():
            pass
        while len(self._buffer) < 2:
            await self._more()
        if self._buffer.startswith(b"--"):
            # What follows means nothing, but the connection can serve the next request only when it is read.
            async for _ in self._pieces:
                pass
            return None
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise BrokenForm(f"The form has more than {_MOST_PARTS} parts")
        head = await self._head()
        self._in_part = True
        return _part(head)

    async def read(self) -> bytes:
        """Return more of the current part, b"" at its end; raise BrokenForm when the body ends before it."""
        while self._in_part:
            found = self._buffer.find(self._delimiter)
            # What could be the beginning of a delimiter waits for more.
            ready = found if found >= 0 else len(self._buffer) - len(self._delimiter) + 1
            if ready > 0:
                content = bytes(memoryview(self._buffer)[:ready])
                del self._buffer[:ready]
                return content
            if found == 0:
                del self._buffer[: len(self._delimiter)]
                self._in_part = False
            else:
                await self._more()
        return b""

    async def _head(self) -> bytes:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > _MOST_HEAD_BYTES:
                raise BrokenForm("The head of a part is too large")
            await self._more()
        head = bytes(self._buffer[:end])
        # The line break before a delimiter may be the one that ends the head.
        del self._buffer[: end + 4]
        line, _, rest = head.partition(b"\r\n")
        if line.strip(b" \t"):
            raise BrokenForm("There is something behind the boundary of a part")
        return rest

    async def _more(self) -> None:
        piece = await anext(self._pieces, None)
        if piece is None:
            raise BrokenForm("The form ends in the middle")
        self._buffer += piece


def _part(head: bytes) -> Part:
    lines: dict[str, str] = {}
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        lines[name.strip().lower().decode("latin-1")] = _text(value.strip())
    disposition, _, rest = lines.get("content-disposition", "").partition(";")
    if disposition.strip().lower() != "form-data":
        raise BrokenForm("A part of the form does not say what it is")
    parameters = _parameters(f";{rest}")
    return Part(parameters.get("name", ""), _filename(parameters), lines.get("content-type", ""))


def _filename(parameters: dict[str, str]) -> str | None:
    extended = parameters.get("filename*", "")
    if extended.lower().startswith("utf-8'"):
        return unquote(extended.partition("'")[2].partition("'")[2])
    return parameters.get("filename")


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(text):
        plain: str = value
        if value.startswith('"'):
            # Other backslashes are those of paths on Windows, which nobody escapes.
            plain = value[1:-1].replace('\\"', '"')
            for escaped, meant in _BROWSER_ESCAPES:
                plain = plain.replace(escaped, meant)
        found.setdefault(name.lower(), plain)
    return found


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
