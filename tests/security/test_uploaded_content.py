"""Uploads of people who mean harm: documents that run, names that climb, bombs, too much."""

import json

import pytest

from tests.integration.clients.library import Library
from tests.integration.clients.people import Person
from tests.integration.world import World

SCRIPT = b"<script>fetch('/api/v1/auths/')</script>"
ACTIVE = [
    ("page.html", "text/html", b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"),
    ("page.htm", "text/plain", b"<html>" + SCRIPT + b"</html>"),
    ("page.txt", "text/html; charset=utf-8", b"<html>" + SCRIPT + b"</html>"),
    ("page.xhtml", "application/xhtml+xml",
    b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>"),
    ("picture.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"),
    ("picture.png", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"),
    ("data.xml", "text/xml",
    b'<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script>'),
    ("code.js", "text/javascript", b"fetch('/api/v1/auths/')"),
    ("page.mht", "multipart/related", SCRIPT),
    ("nothing", "", SCRIPT),
]  # fmt: skip
INERT = {
    "text/plain", "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp",
    "image/x-icon",
}  # fmt: skip
DEEP = "[" * 50_000 + "]" * 50_000
BOMBS = [
    "[]", "17", "null", "{", '{"a":' * 50_000, '{"a":' + DEEP + "}",
    '{"a": "\\u0000"}', '{"a": "\\ud800"}', '{"a": NaN}',
    json.dumps({"a": "x" * 400_000}), '{"a": 1e999999}', '{"a": 1' + "0" * 5000 + "}",
]  # fmt: skip
CLIMBING = [
    "../../../etc/passwd", "..\\..\\windows\\system.ini", "/etc/passwd", "..", ".", "C:\\boot.ini",
    "a/../../b.txt",
    "%2e%2e%2fetc%2fpasswd", "\u202etxt.exe", "x" * 4000 + ".txt", "con", " ", "a\tb.txt",
    '"; filename="b.html',
]  # fmt: skip
MOST_BYTES = 5_000_000


class TestDownloads:
    @pytest.mark.parametrize(("name", "kind", "content"), ACTIVE, ids=[f"{a} {b!r}" for a, b, _ in ACTIVE])
    async def test_never_run_in_a_browser(self, ada: Person, name: str, kind: str, content: bytes) -> None:
        sent = await Library(ada.rest).try_upload(name, content, kind, process="false")
        assert sent.status == 200, sent
        path = f"/api/v1/files/{sent.json['id']}/content"
        for target in (path, f"{path}/{name}", f"{path}/x.html", f"{path}/html", f"{path}?attachment=false"):
            served = await ada.rest.get(target)
            assert (served.status, served.body) == (200, content), target
            headers = served.headers
            shown = headers["Content-Type"].partition(";")[0]
            assert headers["X-Content-Type-Options"] == "nosniff", target
            assert headers["Content-Security-Policy"].startswith("sandbox"), target
            assert "allow-scripts" not in headers["Content-Security-Policy"], target
            assert headers["Content-Disposition"].startswith("attachment") or shown in INERT, (target, shown)

    async def test_names_add_no_headers(self, ada: Person) -> None:
        name = 'a"\r\nX-Injected: yes\r\n\r\n<script>.txt'
        file_id = await Library(ada.rest).upload("plain.txt", b"plain", process="false")
        await ada.rest.post(f"/api/v1/files/{file_id}/rename", {"filename": name})
        served = await ada.rest.get(f"/api/v1/files/{file_id}/content")
        assert served.status == 200
        assert "X-Injected" not in served.headers
        assert "<script>" not in served.headers["Content-Disposition"]


class TestNames:
    @pytest.mark.parametrize("name", CLIMBING, ids=range(len(CLIMBING)))
    async def test_stay_names(self, platform: World, ada: Person, name: str) -> None:
        library = Library(ada.rest)
        before = {str(path) for path in platform.data_dir.rglob("*.txt")}
        sent = await library.try_upload(name, b"climbing", process="false")
        file_id = (
            sent.json["id"] if sent.status == 200 else await library.upload("a.txt", b"x", process="false")
        )
        renamed = await ada.rest.post(f"/api/v1/files/{file_id}/rename", {"filename": name})
        assert renamed.status in {200, 400}, renamed
        kept = (await ada.rest.fetch(f"/api/v1/files/{file_id}"))["filename"]
        assert not set(kept) & set('/\\\x00\r\n\t"\u202e'), kept
        assert kept not in {"", ".", ".."}
        assert len(kept.encode()) <= 255
        # Bytes are kept under ids, whatever the name is.
        assert file_id in platform.blobs()
        assert {str(path) for path in platform.data_dir.rglob("*.txt")} == before

    @pytest.mark.parametrize(
        "folder", ["../x", "a/../../b", "..\\x", "/../x", "a\x07b", "a/" * 500, "f" * 5000], ids=range(7)
    )
    async def test_of_folders_stay_inside_their_base(self, ada: Person, folder: str) -> None:
        library = Library(ada.rest)
        base = await library.base("Folders")
        file_id = await library.upload("a.txt", f"in a folder {ada.id}".encode(), process="false")
        path = f"/api/v1/knowledge/{base}"
        for answer in (
            await library.try_upload("b.txt", b"b", process="false", knowledge_id=base, folder=folder),
            await ada.rest.post(f"{path}/file/add", {"file_id": file_id, "folder": folder}),
            await ada.rest.post(f"{path}/files/batch/add", [{"file_id": file_id, "folder": folder}]),
            await ada.rest.post(f"{path}/files/move", {"file_ids": [file_id], "folder": folder}),
            await ada.rest.post(f"{path}/folders/rename", {"folder": "a", "new_folder": folder}),
            await ada.rest.post(f"{path}/sync/plan", {"files": [], "folder": folder}),
        ):
            assert answer.status == 400, answer
        assert (await ada.rest.fetch(f"{path}/files"))["items"] == []


class TestBombs:
    @pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
    async def test_in_what_is_said_about_a_file_are_refused(
        self, platform: World, ada: Person, bomb: str
    ) -> None:
        library = Library(ada.rest)
        file_id = await library.upload("a.txt", b"a", process="false")
        counts, blobs = await platform.row_counts(), platform.blobs()
        sent = await library.try_upload("b.txt", b"b", metadata=bomb, process="false")
        answers = [sent]
        for member, path in (("metadata", "metadata/update"), ("access_control", "access/update")):
            body = b'{"%s":%s}' % (member.encode(), bomb.encode())
            headers = {"Content-Type": "application/json"}
            answers.append(
                await ada.rest.call("POST", f"/api/v1/files/{file_id}/{path}", data=body, headers=headers)
            )
        for answer in answers:
            accepted = answer.status == 200 and bomb == "null"
            assert accepted or 400 <= answer.status < 500, answer
        assert sent.status != 200, sent
        assert platform.blobs() == blobs
        assert await platform.row_counts() == counts
        assert (await ada.rest.get(f"/api/v1/files/{file_id}")).status == 200


class TestTooMuch:
    @pytest.mark.parametrize("announced", [True, False])
    async def test_is_refused_and_leaves_nothing(self, platform: World, ada: Person, announced: bool) -> None:
        async def body():  # type: ignore[no-untyped-def]  # an async generator, which aiohttp sends in chunks
            for _ in range(8):
                yield bytes(1_000_000)

        counts, blobs = await platform.row_counts(), platform.blobs()
        content = bytes(8_000_000) if announced else body()
        answer = await Library(ada.rest).try_upload("large.bin", content, "application/x-thing")
        assert answer.status == 413, answer
        assert answer.detail
        assert platform.blobs() == blobs
        assert await platform.row_counts() == counts
        start = {"name": "large.bin", "size": 10 * MOST_BYTES}
        assert (await ada.rest.post("/api/v1/files/direct", start)).status in {400, 413}
