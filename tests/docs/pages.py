"""Reads pages of documentation: links, headings, and what stands in them as code."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALL = ROOT / "docs" / "install"
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_GENERATED = {"node_modules", ".terraform"}


@dataclass(frozen=True)
class Block:
    """A block of code and its language."""

    language: str
    text: str


@dataclass(frozen=True)
class Page:
    """A page of Markdown."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The path in the repository."""
        return str(self.path.relative_to(ROOT))

    @property
    def blocks(self) -> list[Block]:
        """The blocks of code, without their indentation."""
        return [
            Block(language, re.sub(f"^{indent}", "", text, flags=re.MULTILINE))
            for indent, language, text in _FENCE.findall(self.text)
        ]

    @property
    def prose(self) -> str:
        """The page without its blocks of code."""
        return _FENCE.sub("", self.text)

    @property
    def spans(self) -> list[str]:
        """What stands in single backticks, with line breaks made spaces."""
        return [" ".join(span.split()) for span in _SPAN.findall(self.prose)]

    @property
    def code(self) -> list[str]:
        """All that is shown as code, however long."""
        return self.spans + [block.text for block in self.blocks]

    @property
    def links(self) -> list[str]:
        """Where the page leads to."""
        return _LINK.findall(_SPAN.sub("code", self.prose))

    @property
    def anchors(self) -> set[str]:
        """The names of the headings, as web pages of repositories make them."""
        found: set[str] = set()
        for heading in _HEADING.findall(self.prose):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
            slug = re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")
            number = 0
            name = slug
            while name in found:
                number += 1
                name = f"{slug}-{number}"
            found.add(name)
        return found


@cache
def page(path: Path) -> Page:
    """Read a page once."""
    return Page(path, path.read_text(encoding="utf-8"))


def pages() -> list[Page]:
    """Return all pages that people are led to."""
    paths = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    paths += [path for top in ("charts", "deploy") for path in (ROOT / top).rglob("README.md")]
    return [page(path) for path in sorted(paths) if not _GENERATED & set(path.parts)]


def install_pages() -> list[Page]:
    """Return the pages that tell how to install the platform."""
    return [page(path) for path in sorted(INSTALL.glob("*.md"))]


def shell_lines(of: Page) -> list[str]:
    """Return commands, each in one line, without what is a remark to people."""
    found = [span for span in of.spans if " " in span]
    for block in of.blocks:
        if block.language in {"sh", "bash"}:
            found += re.sub(r"\\\n\s*", " ", block.text).splitlines()
    return [re.sub(r"(^|\s)#.*$", "", line).strip() for line in found]
