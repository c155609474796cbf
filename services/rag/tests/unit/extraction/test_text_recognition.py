"""Text in pictures and scanned pages, read by the real engine (the extra `ocr`, which CI has)."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from owui_rag.adapters.extraction.local import LocalExtractor

pytestmark = pytest.mark.skipif(find_spec("rapidocr") is None, reason="needs the extra `ocr`")
LINES = ("The ferry leaves at seven", "from pier nine.")


def picture(folder: Path, kind: str) -> Path:
    """Write the lines as somebody would scan them, as a picture or a PDF without text."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1000, 300), "white")
    for place, line in enumerate(LINES):
        ImageDraw.Draw(image).text((40, 40 + place * 90), line, fill="black", font=ImageFont.load_default(44))
    path = folder / f"scan.{kind}"
    image.save(path, kind.upper())
    return path


@pytest.mark.parametrize("kind", ["png", "pdf"])
async def test_is_found_within_the_usual_limits(tmp_path: Path, kind: str) -> None:
    document = await LocalExtractor().extract(picture(tmp_path, kind), f"scan.{kind}", "")
    assert [" ".join(line.split()) for line in document.text.splitlines() if line.strip()] == list(LINES)
