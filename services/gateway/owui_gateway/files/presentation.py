"""How a file is shown: inline where nothing in it can run, else as a download; its headers."""

from dataclasses import dataclass
from urllib.parse import quote

_OCTETS = "application/octet-stream"
_PLAIN = "text/plain; charset=utf-8"
# What browsers show without running anything in it; SVG and HTML are none of these.
_INLINE = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
        "image/bmp",
        "image/x-icon",
        "application/pdf",
        "text/plain",
    }
)
# No scripts, no forms, no address of ours: whatever a browser makes of the bytes.
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'"
_LONGEST_TYPE = 200


@dataclass(frozen=True, slots=True)
class View:
    """What a request wants of a file: a download, or its source as plain text."""

    attachment: bool = False
    source: bool = False


def headers_of(name: str, content_type: str, view: View) -> list[tuple[bytes, bytes]]:
    """Return the headers that say what a file is and how it is shown."""
    kind = content_type.partition(";")[0].strip().lower()
    if not _is_type(kind):
        kind = _OCTETS
    inline = not view.attachment and (view.source or kind in _INLINE)
    shown = _PLAIN if view.source or kind == "text/plain" else kind
    headers = [
        (b"content-type", shown.encode()),
        (b"content-disposition", disposition(name, inline=inline)),
        (b"x-content-type-options", b"nosniff"),
    ]
    if inline and kind == "application/pdf":
        # The viewers of browsers do not open a document that is sandboxed; nothing in it reaches our pages.
        headers.append((b"x-frame-options", b"SAMEORIGIN"))
    else:
        headers.append((b"content-security-policy", _SANDBOX.encode()))
    return headers


def disposition(name: str, *, inline: bool) -> bytes:
    """Return a Content-Disposition with a name in any script (RFC 6266, RFC 8187)."""
    plain = "".join(one if " " <= one <= "~" and one not in '"\\%' else "_" for one in name)
    kind = "inline" if inline else "attachment"
    encoded = quote(name.encode("utf-8", "replace"), safe="!#$&+.^_`|~-")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}".encode("latin-1")


def _is_type(kind: str) -> bool:
    printable = kind.isascii() and kind.isprintable() and " " not in kind
    return printable and "/" in kind and len(kind) <= _LONGEST_TYPE
