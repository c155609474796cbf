"""Plain text, Markdown and source code."""

from owui_rag.adapters.extraction.formats.encoding import decode
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

_MARKDOWN = frozenset({"md", "markdown", "mdx", "mkd"})


def read(source: Source) -> Document:
    """Return the text as it is."""
    text, encoding = decode(source.read(), source.charset)
    is_markdown = source.extension in _MARKDOWN or source.content_type.startswith("text/markdown")
    manuscript = Manuscript(source.limits)
    manuscript.add(_without_front_matter(text) if is_markdown else text)
    return manuscript.document(
        is_markdown=is_markdown, format="markdown" if is_markdown else "text", encoding=encoding
    )


def _without_front_matter(text: str) -> str:
    """Leave the dashes of a YAML header out, which would make its last line a heading."""
    if not text.startswith("---\n"):
        return text
    header, mark, rest = text[4:].partition("\n---\n")
    return f"{header}\n\n{rest}" if mark and len(header) < 4000 else text
