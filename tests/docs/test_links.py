"""Every link inside the repository leads to a file, and to a heading where it names one."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from .pages import INSTALL, Page, page, pages


def broken(of: Page) -> list[str]:
    """Return the links of a page that lead nowhere."""
    found = []
    for link in of.links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (of.path.parent / unquote(parts.path)).resolve() if parts.path else of.path
        if not target.exists():
            found.append(link)
        elif parts.fragment and (target.suffix != ".md" or parts.fragment not in page(target).anchors):
            found.append(f"{link} (no such heading)")
    return found


@pytest.mark.parametrize("one", pages(), ids=lambda one: one.name)
def test_links_lead_somewhere(one: Page) -> None:
    assert not broken(one)


def test_every_way_to_install_is_reached_from_the_first_page() -> None:
    first = page(INSTALL / "README.md")
    linked = {(INSTALL / urlsplit(link).path).resolve() for link in first.links}
    assert not {path.name for path in INSTALL.glob("*.md")} - {path.name for path in linked} - {"README.md"}


@pytest.mark.parametrize("link", ["missing.md", "README.md#no-such-heading", "#no-such-heading"])
def test_a_broken_link_is_noticed(tmp_path: Path, link: str) -> None:
    (tmp_path / "README.md").write_text("# A heading", encoding="utf-8")
    one = Page(tmp_path / "one.md", f"# One\n\nSee [this]({link}) and [that](README.md#a-heading).\n")
    assert [found.split()[0] for found in broken(one)] == [link]
