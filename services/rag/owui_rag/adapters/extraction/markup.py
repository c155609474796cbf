"""XML and its namespaces, read without entities, DTDs or the network."""

import posixpath
import re
from typing import Any
from urllib.parse import unquote

from lxml import etree

from owui_rag.adapters.extraction.archive import Archive

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SLIDES = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
# Sheets are too large to be renamed as a whole, see `parse`.
SHEETS = "{*}"
RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"

# What makes a parser safe: an entity stays a reference, nothing is fetched, nothing may be deeper or longer
# than any honest document.
SAFE = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}


# Office has other names for the same things in what it calls "Strict Open XML".
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_USUAL = rb"http://schemas.openxmlformats.org/\1/2006/"


def parse(data: bytes) -> Any:
    """Return the root element; raise lxml.etree.XMLSyntaxError."""
    return etree.fromstring(
        _STRICT.sub(_USUAL, data), etree.XMLParser(**SAFE, remove_comments=True, remove_pis=True)
    )


def relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return the parts that a part of an Office document refers to: id to (kind, name of the entry)."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.names:
        return {}
    found = {}
    for relation in parse(archive.read(path)).iter(f"{PACKAGE}Relationship"):
        target = unquote(relation.get("Target", ""))
        if relation.get("TargetMode") != "External":
            full = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], full)
    return found


def main_part(archive: Archive, usual: str) -> str:
    """Return the name of the part that an Office document begins with; `usual` where it does not say."""
    parts = (part for kind, part in relations(archive, "").values() if kind == "officeDocument")
    return next((part for part in parts if part in archive.names), usual)


def properties(archive: Archive, path: str = "docProps/core.xml") -> dict[str, str]:
    """Return title and author as an Office document states them."""
    if path not in archive.names:
        return {}
    root = parse(archive.read(path))
    title = next((element.text for element in root.iter(f"{DUBLIN_CORE}title")), None)
    author = next((element.text for element in root.iter(f"{DUBLIN_CORE}creator")), None)
    return {"title": title or "", "author": author or ""}
