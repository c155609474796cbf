"""Pictures: the text in them."""

from collections.abc import Iterator
from typing import Any

from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.ocr import recognizer
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document, Unreadable

# Two pages of A3 in colour at 400 dots per inch; unpacked, each point takes three bytes.
_MOST_POINTS = 100_000_000
_LONGEST_SIDE = 4000


def read(source: Source) -> Document:
    """Return the recognised text; raise Unreadable where nothing can recognise it."""
    eyes = recognizer()
    if eyes is None:
        raise Unreadable(
            "Text in pictures can be read only where text recognition (OCR) is installed or an extraction "
            "engine with OCR is connected.",
            "unsupported",
        )
    manuscript = Manuscript(source.limits)
    for picture in _pictures(source, manuscript):
        manuscript.add(eyes(picture))
    return manuscript.document(format="image")


def _pictures(source: Source, manuscript: Manuscript) -> Iterator[Any]:
    """Give the pages of a TIFF, each begun in the manuscript; of what moves the first picture."""
    import numpy as np
    from PIL import Image, ImageOps

    # It only warns of what we refuse.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(source.path) as image:
        count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
        for index in range(min(count, source.limits.ocr_pages)):
            image.seek(index)
            if count > 1:
                manuscript.begin_page()
            if image.width * image.height > _MOST_POINTS:
                raise Unreadable(
                    f"The picture has {image.width:,} by {image.height:,} points, too many to be read.",
                    "too_large",
                )
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            # The engine takes colours in the order blue, green, red.
            yield np.ascontiguousarray(np.asarray(upright)[:, :, ::-1])
