"""Reading one document in this process: the table of formats, and what their failures mean."""

from collections.abc import Callable
from importlib import import_module

from owui_rag.adapters.extraction.kinds import kind_of
from owui_rag.adapters.extraction.source import Source, broken
from owui_rag.domain.documents import Document, Unreadable

# A reader is `read(source) -> Document` in the module of this name; it is imported when it is needed, since
# a process reads one document and most libraries take longer to import than the document to read.
READERS = {
    "text": "plain",
    "markdown": "plain",
    "table": "table",
    "json": "structured",
    "notebook": "structured",
    "transcript": "transcript",
    "html": "html",
    "xml": "xml",
    "pdf": "pdf",
    "docx": "docx",
    "pptx": "pptx",
    "xlsx": "xlsx",
    "ole": "ole",
    "open_document": "open_document",
    "epub": "epub",
    "rtf": "rtf",
    "mail": "mail",
    "image": "image",
}
# Read by Python code alone: no parser in C that a document could make crash.
HARMLESS = frozenset({"text", "markdown", "table", "json", "notebook"})

_NO_MEMORY = 2  # XML_ERR_NO_MEMORY


def read_document(source: Source, kind: str | None = None) -> Document:
    """Return the text of a document; raise Unreadable, whatever a parser raised."""
    try:
        kind = kind or kind_of(source)
        if kind not in READERS:
            raise _unsupported(source)
        module = import_module(f"owui_rag.adapters.extraction.formats.{READERS[kind]}")
        read: Callable[[Source], Document] = module.read
        document = read(source)
    except Unreadable:
        raise
    except MemoryError:
        raise _too_much_memory(source) from None
    except RecursionError:
        raise Unreadable("The parts of the document are nested too deeply.", "broken") from None
    except Exception as error:
        # Parsers raise whatever they like on damaged files; libxml2 says so when memory is what it lacks.
        if getattr(error, "code", None) == _NO_MEMORY:
            raise _too_much_memory(source) from None
        raise broken(source.extension.upper() or "readable") from error
    if not document.text.strip():
        raise Unreadable("The document has no text.", "empty")
    return document


def _too_much_memory(source: Source) -> Unreadable:
    return Unreadable(
        f"Reading the document takes more than {source.limits.memory_mb} MB of memory.", "too_much_memory"
    )


def _unsupported(source: Source) -> Unreadable:
    what = f"Files of type .{source.extension}" if source.extension else "Files of this type"
    return Unreadable(
        f"{what} cannot be read. Convert them to PDF, an Office format or text, or connect an extraction "
        "engine that reads them.",
        "unsupported",
    )
