"""What fetched pages are called."""

import pytest
from owui_rag.domain.web_pages import FetchedPage

HTML = "text/html; charset=utf-8"


def page(body: bytes = b"", content_type: str = HTML, title: str = "") -> FetchedPage:
    return FetchedPage("https://www.example.com:8443/a/b.php?c=d", content_type, body, title)


class TestName:
    @pytest.mark.parametrize(
        ("body", "content_type", "name"),
        [
            (b"<html><head><title>Ships &amp;\n  sails</title>", HTML, "Ships & sails"),
            (b"<TITLE lang=en>Ships</TITLE>", "text/html", "Ships"),
            (
                "<title>\u041a\u043e\u0442</title>".encode("koi8-r"),
                "text/html; charset=KOI8-R",
                "\u041a\u043e\u0442",
            ),
            ("<title>\u041a\u043e\u0442</title>".encode("koi8-r"), "text/html", "www.example.com:8443"),
            (b"<title>x</title>", "text/html; charset=klingon", "www.example.com:8443"),
            (b"<title> </title>", HTML, "www.example.com:8443"),
            (b"<title></title>", HTML, "www.example.com:8443"),
            (b"%PDF <title>no page</title>", "application/pdf", "www.example.com:8443"),
            (b" " * 300_000 + b"<title>too late</title>", HTML, "www.example.com:8443"),
        ],
    )
    def test_is_the_title_or_the_host(self, body: bytes, content_type: str, name: str) -> None:
        assert page(body, content_type).name == name

    def test_that_was_told_goes_before(self) -> None:
        assert page(b"<title>inside</title>", title="told").name == "told"

    def test_has_an_end(self) -> None:
        assert len(page(b"<title>" + b"x" * 1999 + b"</title>").name) == 200
