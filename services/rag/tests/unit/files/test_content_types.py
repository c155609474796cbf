"""What kind of thing some bytes are."""

import pytest
from owui_rag.domain.content_types import content_type_of

PDF = b"%PDF-1.7\n1 0 obj"


class TestContentTypeOf:
    @pytest.mark.parametrize(
        "beginning",
        [
            b"BMW sold more cars than in the year before.",
            b"ID3 tags stand at the beginning of a recording.",
            b"MZ are the initials of Mark Zbikowski.",
            b"GIF89a is how a picture begins, says this note.",
            b"%!PS begins a program that draws pages.",
            "BMW verkaufte für Käufer".encode("latin-1"),
        ],
    )
    def test_a_text_that_begins_like_a_picture_is_a_text(self, beginning: bytes) -> None:
        assert content_type_of(beginning, "txt", "image/bmp") == "text/plain"

    @pytest.mark.parametrize(
        ("beginning", "kind"),
        [
            (b"BM\x36\x10\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00", "image/bmp"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a\x01\x00\x01\x00\x80\x00\x00", "image/gif"),
            (PDF, "application/pdf"),
            (rb"{\rtf1\ansi text}", "application/rtf"),
        ],
    )
    def test_bytes_decide_whatever_the_name_says(self, beginning: bytes, kind: str) -> None:
        assert content_type_of(beginning, "txt", "text/plain") == kind
