"""Reading what a test wrote."""

from collections.abc import Callable
from pathlib import Path

import pytest
from owui_rag.adapters.extraction.limits import Limits
from owui_rag.adapters.extraction.reading import read_document
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

Read = Callable[..., Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads bytes under a name in this process."""

    def read_bytes(content: bytes, name: str, content_type: str = "", **limits: int) -> Document:
        path = tmp_path / "upload"
        path.write_bytes(content)
        return read_document(Source(path, name, content_type, Limits(**limits)))

    return read_bytes
