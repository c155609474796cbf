"""Other XML: its texts, each with the name of its element."""

from lxml import etree

from owui_rag.adapters.extraction.formats.encoding import decode
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.markup import parse
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document


def read(source: Source) -> Document:
    """Return a line "element: text" per text; a file that is not well-formed is kept as the text it is."""
    data = source.read()
    manuscript = Manuscript(source.limits)
    try:
        root = parse(data)
    except etree.XMLSyntaxError:
        manuscript.add(decode(data)[0])
        return manuscript.document(format="text")
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        text = " ".join((element.text or "").split())
        if text:
            manuscript.add(f"{name}: {text}", "\n")
        tail = " ".join((element.tail or "").split())
        if tail:
            manuscript.add(tail, "\n")
    return manuscript.document(format="xml")
