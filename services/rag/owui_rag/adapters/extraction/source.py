"""A document to be read."""

from dataclasses import dataclass, field
from pathlib import Path

from owui_rag.adapters.extraction.limits import Limits
from owui_rag.domain.documents import Unreadable


@dataclass(frozen=True, slots=True)
class Source:
    """A file with the name and type its owner gave it, and the limits of its reading.

    `images` says whether pictures inside a PDF are recognised too.
    """

    path: Path
    name: str
    content_type: str = ""
    limits: Limits = field(default_factory=Limits)
    images: bool = False

    @property
    def extension(self) -> str:
        """The last extension of the name in lower case, without its dot."""
        return Path(self.name).suffix.lower().lstrip(".")

    @property
    def charset(self) -> str | None:
        """The encoding that its type names, as in "text/html; charset=koi8-r"."""
        _, _, value = self.content_type.lower().partition("charset=")
        return value.split(";")[0].strip(" \"'") or None

    def read(self) -> bytes:
        """Return all bytes; raise Unreadable when they cannot fit the limits anyway."""
        # No character takes more than four bytes in what is read whole.
        if self.path.stat().st_size > self.limits.characters * 4:
            raise too_much_text(self.limits)
        return self.path.read_bytes()


def too_much_text(limits: Limits) -> Unreadable:
    """Return the refusal of a document with more text than is kept."""
    return Unreadable(
        f"The document has more than {limits.characters:,} characters of text. Split it into several files.",
        "too_much_text",
    )


def broken(what: str) -> Unreadable:
    """Return the refusal of a document that is damaged; `what` names its format, such as "PDF"."""
    return Unreadable(f"The file is damaged, or its content is not {what}.", "broken")


def encrypted(what: str) -> Unreadable:
    """Return the refusal of a document that asks for a password."""
    return Unreadable(
        f"The {what} document is protected by a password. Remove the password and upload it again.",
        "encrypted",
    )
