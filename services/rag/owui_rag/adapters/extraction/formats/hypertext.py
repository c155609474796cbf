"""A tree of HTML as Markdown blocks."""

from typing import Any

from lxml import etree

from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.rows import markdown_table

_UNREADABLE = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "object", "embed",
    "head", "button", "select", "datalist", "input", "textarea", "nav", "aside", "footer", "dialog", "menu",
    "audio", "video", "map",
})  # fmt: skip
_UNREADABLE_ROLES = frozenset({
    "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu",
})  # fmt: skip
_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "header", "blockquote", "ul", "ol", "li", "dl", "dt", "dd",
    "figure", "figcaption", "table", "tr", "address", "details", "summary", "hr", "body", "pre", "h1",
    "h2", "h3", "h4", "h5", "h6", "center", "fieldset", "caption", "form", "legend",
})  # fmt: skip
# A page that marks its main part, and has enough in it, means that part.
_ENOUGH = 250


def add_hypertext(manuscript: Manuscript, root: Any) -> None:
    """Add the readable blocks of a tree; the tree is changed."""
    _remove_unreadable(root)
    _Blocks(manuscript).walk(_main_part(root))


def _remove_unreadable(root: Any) -> None:
    for element in list(root.iter(etree.Element)):
        if element is not root and _is_unreadable(element) and element.getparent() is not None:
            # What follows the element belongs to its parent and stays.
            element.drop_tree()


def _is_unreadable(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        _name(element) in _UNREADABLE
        or (element.get("role") or "").lower() in _UNREADABLE_ROLES
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or "display:none" in style
    )


def _main_part(root: Any) -> Any:
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1 and len("".join(found[0].itertext()).strip()) >= _ENOUGH:
            return found[0]
    return root


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


class _Blocks:
    """Walks a tree without recursion, since pages are as deep as somebody wants them to be."""

    def __init__(self, manuscript: Manuscript) -> None:
        self._manuscript = manuscript
        self._inline: list[str] = []
        self._prefix = ""
        self._separator = "\n\n"
        self._lists: list[int] = []

    def walk(self, root: Any) -> None:
        """Add all blocks under an element."""
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            name = _name(element)
            if event == "end":
                self._leave(name)
                self._inline.append(element.tail or "" if element is not root else "")
            elif name == "pre" or (name == "table" and element.find(".//table") is None):
                self._flush()
                self._manuscript.add(_code(element) if name == "pre" else _table(element))
                walker.skip_subtree()
            else:
                self._enter(name, element)
        self._flush()

    def _enter(self, name: str, element: Any) -> None:
        if name in _BLOCKS:
            self._flush()
        if name in {"ul", "ol"}:
            self._lists.append(0 if name == "ol" else -1)
        elif name == "li":
            self._begin_item()
        elif len(name) == 2 and name[0] == "h" and name[1] in "123456":
            self._prefix = f"{'#' * int(name[1])} "
        elif name == "br":
            self._inline.append("\n")
        elif name == "img":
            self._inline.append(f" {element.get('alt') or ''} ")
        elif name in {"td", "th"}:
            self._inline.append(" ")
        self._inline.append(element.text or "")

    def _leave(self, name: str) -> None:
        if name in _BLOCKS:
            self._flush()
        if name in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._separator = "\n\n"

    def _begin_item(self) -> None:
        mark = "- "
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            mark = f"{self._lists[-1]}. "
        self._prefix = f"{'  ' * min(max(len(self._lists) - 1, 0), 6)}{mark}"

    def _flush(self) -> None:
        lines = (" ".join(line.split()) for line in _collapsed(self._inline).split("\n"))
        text = "\n".join(line for line in lines if line)
        self._inline = []
        if not text:
            return
        is_item = self._prefix.lstrip()[:1] not in {"", "#"}
        self._manuscript.add(self._prefix + text, "\n" if is_item and self._separator == "\n" else "\n\n")
        self._separator = "\n" if is_item else "\n\n"
        self._prefix = ""


def _collapsed(parts: list[str]) -> str:
    # Only <br> breaks a line in HTML; the source's own line ends are spaces.
    return "".join(part if part == "\n" else part.replace("\n", " ").replace("\r", " ") for part in parts)


def _code(element: Any) -> str:
    return f"```\n{''.join(element.itertext()).strip(chr(10))}\n```"


def _table(element: Any) -> str:
    return markdown_table([_cells(row) for row in element.iter("{*}tr")])


def _cells(row: Any) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in row if _name(cell) in {"td", "th"}]
