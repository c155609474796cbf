"""Multipart bodies are read the same however they are cut, and nothing in them confuses the reader."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from owui_gateway.files.multipart import BrokenForm, Multipart, Part, boundary_of

BOUNDARY = b"b-1"
# Bytes that look like what the reader searches for.
TRICKY = st.lists(
    st.sampled_from(
        [b"\r", b"\n", b"-", b"--", b"b-1", b"b", b"\r\n", b"\r\n--", b"\r\n--b-", b"x", b"\x00\xff"]
    )
).map(b"".join)


async def cut(body: bytes, sizes: list[int]) -> AsyncIterator[bytes]:
    begin = 0
    for size in sizes:
        yield body[begin : begin + size]
        begin += size
    yield body[begin:]


async def read(body: bytes, sizes: list[int]) -> list[tuple[Part, bytes]]:
    form, found = Multipart(cut(body, sizes), BOUNDARY), []
    while (part := await form.next_part()) is not None:
        content = b""
        while piece := await form.read():
            content += piece
        found.append((part, content))
    return found


def body_of(contents: list[bytes]) -> bytes:
    head = b'Content-Disposition: form-data; name="n"; filename="f"\r\nContent-Type: a/b\r\n\r\n'
    parts = [b"--b-1\r\n" + head + content + b"\r\n" for content in contents]
    return b"".join(parts) + b"--b-1--\r\n"


class TestMultipart:
    @settings(deadline=None, max_examples=300)
    @given(st.lists(TRICKY, max_size=4), st.lists(st.integers(1, 40), max_size=60))
    async def test_gives_every_part_whatever_the_cuts(self, contents: list[bytes], sizes: list[int]) -> None:
        # A delimiter inside of a part is the one thing that a sender has to avoid.
        contents = [content for content in contents if b"\r\n--b-1" not in b"\r\n" + content + b"\r\n"]
        found = await read(body_of(contents), sizes)
        assert [content for _, content in found] == contents
        assert all(part == Part("n", "f", "a/b") for part, _ in found)

    @settings(deadline=None, max_examples=200)
    @given(st.binary(max_size=200), st.integers(0, 150), st.lists(st.integers(1, 40), max_size=20))
    async def test_never_takes_a_broken_body_for_a_whole_one(
        self, noise: bytes, at: int, sizes: list[int]
    ) -> None:
        whole = body_of([b"content"])
        broken = whole[:at] + noise
        try:
            found = await read(broken, sizes)
        except BrokenForm:
            return
        assert b"\r\n--b-1--" in b"\r\n" + broken
        assert len(found) <= broken.count(b"--b-1")


class TestBoundary:
    @pytest.mark.parametrize(
        ("header", "boundary"),
        [
            ("multipart/form-data; boundary=abc", b"abc"),
            ('Multipart/Form-Data; charset=utf-8; boundary="a b;c"', b"a b;c"),
            ("multipart/form-data;BOUNDARY=----WebKitFormBoundary7M", b"----WebKitFormBoundary7M"),
        ],
    )
    def test_is_found(self, header: str, boundary: bytes) -> None:
        assert boundary_of(header) == boundary

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "multipart/form-data",
            "multipart/mixed; boundary=x",
            "multipart/form-data; boundary=",
            "text/plain",
        ],
    )
    def test_is_missed(self, header: str) -> None:
        with pytest.raises(BrokenForm):
            boundary_of(header)


class TestNames:
    @pytest.mark.parametrize(
        ("written", "name"),
        [
            (b'filename="a.txt"', "a.txt"),
            (b"filename=a.txt", "a.txt"),
            (b'filename="a\\"b.txt"', 'a"b.txt'),
            (b'filename="a%22b%0D%0Ac.txt"', 'a"b\r\nc.txt'),
            ('filename="ü.txt"'.encode(), "ü.txt"),
            ('filename="ü.txt"'.encode("latin-1"), "ü.txt"),
            (b"filename=\"x\"; filename*=UTF-8''%C3%BC.txt", "ü.txt"),
            (b'filename="a;b=c.txt"', "a;b=c.txt"),
            (b"", None),
        ],
    )
    async def test_are_read_as_clients_write_them(self, written: bytes, name: str | None) -> None:
        head = b'Content-Disposition: form-data; name="n"; ' + written
        [(part, _)] = await read(b"--b-1\r\n" + head + b"\r\n\r\nx\r\n--b-1--", [])
        assert part.filename == name
