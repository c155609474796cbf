"""Cut the bytes of a server-sent event stream into the payloads of its events, wherever the bytes were
cut."""

_LINE_LIMIT = 8 * 1024 * 1024
_MARK = b"data:"


class EventSplitter:
    """Collects bytes and gives the payload of each complete `data:` line.

    Works on bytes, so half a UTF-8 character waits for its other half. Providers of this kind of stream put
    one JSON text on one line; comments and other fields are passed over.
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the payloads that are complete now; raise ValueError when a line does not end."""
        if self._rest:
            data = self._rest + data
        lines = data.replace(b"\r", b"\n").split(b"\n") if b"\r" in data else data.split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > _LINE_LIMIT:
            self._rest = b""
            raise ValueError("The provider sent a line that does not end")
        return [line[5:].strip() for line in lines if line.startswith(_MARK)]

    def finish(self) -> list[bytes]:
        """Return the payload of a last line without line end, if there is one."""
        rest, self._rest = self._rest, b""
        return [rest[5:].strip()] if rest.startswith(_MARK) else []
