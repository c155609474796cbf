"""What the formats of e-mail have in common: a head, a body, attachments."""

from collections.abc import Sequence

from owui_rag.adapters.extraction.manuscript import Manuscript


def add_message(
    manuscript: Manuscript,
    head: Sequence[tuple[str, str]],
    plain: str,
    html: bytes,
    attachments: Sequence[str],
) -> None:
    """Add a message; its HTML only where there is no plain text."""
    manuscript.add("\n".join(f"{name}: {' '.join(value.split())}" for name, value in head if value))
    if plain.strip():
        manuscript.add(plain)
    elif html.strip():
        from owui_rag.adapters.extraction.formats.html import add_page

        add_page(manuscript, html)
    names = [name for name in attachments if name]
    manuscript.add(f"Attachments: {', '.join(names)}" if names else "")
