"""Documents from the upload to the passage that is found, and to their end without a trace."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from .clients.library import Library
from .clients.people import Person
from .papers import docx_bomb, docx_of, locked_pdf, paragraph, pdf_of, text_of
from .world import World, eventually, numbered

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """What is stored of some files."""

    files: int
    links: int
    contents: int
    chunks: int
    vectors: int
    blobs: int


async def vectors_table(platform: World) -> str:
    """The table with the vectors that answer."""
    [row] = await platform.query("SELECT id FROM rag.embedding_generation WHERE state = 'live'")
    return f"rag.embedding_{row['id']}"


async def contents_of(platform: World, file_ids: list[str]) -> list[int]:
    """The contents behind files, in their order."""
    rows = await platform.query("SELECT id, content_id FROM rag.file WHERE id = ANY($1)", file_ids)
    found = {row["id"]: row["content_id"] for row in rows}
    return [found[file_id] for file_id in file_ids]


async def kept(platform: World, file_ids: list[str], contents: list[int]) -> Kept:
    """Count what is stored of these files and contents, in Postgres and on disk."""
    table = await vectors_table(platform)
    [row] = await platform.query(
        "SELECT (SELECT count(*) FROM rag.file WHERE id = ANY($1)) AS files, "  # noqa: S608 - a table of ours
        "(SELECT count(*) FROM rag.knowledge_file WHERE file_id = ANY($1)) AS links, "
        "(SELECT count(*) FROM rag.content WHERE id = ANY($2)) AS contents, "
        "(SELECT count(*) FROM rag.chunk WHERE content_id = ANY($2)) AS chunks, "
        f"(SELECT count(*) FROM {table} WHERE content_id = ANY($2)) AS vectors",
        file_ids,
        contents,
    )
    return Kept(**dict(row), blobs=len(platform.blobs() & set(file_ids)))


NOTHING = Kept(0, 0, 0, 0, 0, 0)


class TestFromUploadToPassage:
    async def test_a_text_is_read_and_the_stream_of_its_status_tells_so(
        self, platform: World, ada: Person
    ) -> None:
        library = Library(ada.rest)
        text = text_of("the diary of Ada")
        file_id = await library.upload("diary.md", text.encode(), "text/markdown")
        states = await library.events(file_id)
        assert states[-1]["status"] == "completed"
        assert {state["status"] for state in states[:-1]} <= {"pending"}
        assert (await library.status(file_id))["status"] == "completed"
        assert (await ada.rest.fetch(f"/api/v1/files/{file_id}/data/content"))["content"] == text
        base = await library.base("Diaries")
        await library.add(base, file_id)
        for number in (0, 7, 11):
            passages = await library.find(paragraph("the diary of Ada", number)[:60], base, k=3)
            found, about = passages[0]
            assert f"Entry {number} of" in found
            assert text[about["start_index"] : about["end_index"]] == found
            assert (about["file_id"], about["name"]) == (file_id, "diary.md")

    async def test_passages_of_a_pdf_know_their_page_and_those_of_a_word_document_their_place(
        self, platform: World, ada: Person
    ) -> None:
        library = Library(ada.rest)
        pages = [
            f"The {name} was built in the year 19{n}0."
            for n, name in enumerate(("ferry", "crane", "dock"), 1)
        ]
        paper = await library.upload("harbour.pdf", pdf_of(*pages), "application/pdf")
        letter = await library.upload(
            "letter.docx", docx_of("Dear Grace,", "the zeppelin lands at noon."), ""
        )
        states = await library.settled(paper, letter)
        assert [state["status"] for state in states] == ["completed", "completed"]
        base = await library.base("Harbour")
        await library.add(base, paper, letter)
        about = [
            meta for found, meta in await library.find("When was the crane built?", base) if "crane" in found
        ]
        assert about[0]["page"] == 2, about
        found, meta = (await library.find("When does the zeppelin land?", f"file-{letter}"))[0]
        text = (await ada.rest.fetch(f"/api/v1/files/{letter}/data/content"))["content"]
        assert "zeppelin" in found
        assert text[meta["start_index"] : meta["end_index"]] == found

    async def test_downloads_come_whole_in_parts_or_not_at_all_when_known(self, ada: Person) -> None:
        content = bytes(range(256)) * 4096
        file_id = await Library(ada.rest).upload("bytes.bin", content, "application/x-thing", process="false")
        path = f"/api/v1/files/{file_id}/content"
        whole = await ada.rest.get(path)
        assert (whole.status, whole.body) == (200, content)
        assert whole.headers["Accept-Ranges"] == "bytes"
        etag = whole.headers["ETag"]
        for header, start, end in (
            ("bytes=100-299", 100, 300),
            ("bytes=-5", -5, None),
            ("bytes=1048000-", 1048000, None),
        ):
            part = await ada.rest.get(path, headers={"Range": header, "If-Range": etag})
            assert (part.status, part.body) == (206, content[start:end]), header
            assert part.headers["Content-Range"].endswith(f"/{len(content)}")
        assert (await ada.rest.get(path, headers={"Range": "bytes=9999999-"})).status == 416
        assert (await ada.rest.get(path, headers={"Range": "bytes=0-1", "If-Range": '"x"'})).status == 200
        known = await ada.rest.get(path, headers={"If-None-Match": etag})
        assert (known.status, known.body) == (304, b"")
        head = await ada.rest.call("HEAD", path)
        assert (head.status, head.headers["Content-Length"]) == (200, str(len(content)))


class TestStoredOnce:
    async def test_a_changed_text_has_only_its_changes_embedded(self, platform: World, ada: Person) -> None:
        library = Library(ada.rest)
        label = f"the log of {ada.id}"
        file_id = await library.read("log.txt", text_of(label).encode())
        table, [content] = await vectors_table(platform), await contents_of(platform, [file_id])
        before = await kept(platform, [file_id], [content])
        assert before.chunks == before.vectors > 6
        # A vector that no engine makes: where it shows up again, it was copied.
        mark = "(array_fill(0::real, ARRAY[383]) || 1::real)::halfvec"
        await platform.query(f"UPDATE {table} SET embedding = {mark} WHERE content_id = $1", content)  # noqa: S608
        changed = text_of(label).replace("Entry 11 of", "Entry eleven, rewritten, of")
        await ada.rest.send(f"/api/v1/files/{file_id}/data/content/update", {"content": changed})
        await library.settled(file_id)
        [now] = await contents_of(platform, [file_id])
        assert now != content
        after = await kept(platform, [file_id], [now])
        assert after.chunks == after.vectors
        [row] = await platform.query(
            f"SELECT count(*) AS made FROM {table} WHERE content_id = $1 AND embedding <> {mark}",  # noqa: S608
            now,
        )
        assert 1 <= row["made"] <= 2
        assert await kept(platform, [], [content]) == NOTHING
        assert "rewritten" in (await library.find("Entry eleven rewritten", f"file-{file_id}"))[0][0]

    async def test_equal_texts_of_different_people_are_stored_once_and_stay_for_the_other(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        text = text_of(f"a paper that {ada.id} shares").encode()
        hers, his = Library(ada.rest), Library(bob.rest)
        first, second = await hers.read("paper.txt", text), await his.read("copy of paper.txt", text)
        contents = await contents_of(platform, [first, second])
        assert contents[0] == contents[1]
        assert (await kept(platform, [first, second], contents)).contents == 1
        await ada.rest.delete(f"/api/v1/files/{first}")
        left = await kept(platform, [first, second], contents)
        assert (left.files, left.contents, left.blobs) == (1, 1, 1)
        assert left.chunks == left.vectors > 0
        assert (await his.find("Entry 3", f"file-{second}"))[0]
        await bob.rest.delete(f"/api/v1/files/{second}")
        assert await kept(platform, [first, second], contents) == NOTHING


class TestErasure:
    async def test_nothing_is_left_of_a_file_a_base_or_a_person(self, platform: World, ada: Person) -> None:
        library = Library(ada.rest)
        ids = [await library.upload(f"{n}.txt", text_of(f"{ada.id} {n}", 4).encode()) for n in range(4)]
        await library.settled(*ids)
        contents = await contents_of(platform, ids)
        base, other = await library.base("One"), await library.base("Two")
        await library.add(base, *ids[:3])
        await library.add(other, *ids[1:])
        assert (await ada.rest.delete(f"/api/v1/files/{ids[0]}")).status == 200
        assert await kept(platform, ids[:1], contents[:1]) == NOTHING
        assert "Entry" not in (await library.ask(f"Entry 1 of {ada.id} 0", f"file-{ids[0]}")).body.decode()
        # A base takes no files along: they belong to their owner.
        assert (await ada.rest.delete(f"/api/v1/knowledge/{base}/delete")).status == 200
        left = await kept(platform, ids[1:], contents[1:])
        assert (left.files, left.links, left.contents, left.blobs) == (3, 3, 3, 3)
        assert await platform.query("SELECT 1 FROM rag.knowledge_content WHERE knowledge_id = $1", base) == []
        await ada.rest.send(f"/api/v1/knowledge/{other}/file/remove", {"file_id": ids[3]})
        assert await kept(platform, ids[3:], contents[3:]) == NOTHING
        await platform.admin.rest.delete(f"/api/v1/users/{ada.id}")

        async def gone() -> bool:
            return await kept(platform, ids, contents) == NOTHING

        await eventually(gone, "the files of a deleted account to go")
        rows = await platform.query("SELECT 1 FROM rag.knowledge WHERE user_id = $1", ada.id)
        assert rows == []


class TestPoison:
    async def test_fails_with_a_reason_while_others_are_read(self, ada: Person) -> None:
        library = Library(ada.rest)
        poison = [
            await library.upload("locked.pdf", locked_pdf(), "application/pdf"),
            await library.upload("bomb.docx", docx_bomb(), "application/octet-stream"),
            await library.upload("broken.pdf", b"%PDF-1.7 and nothing more", "application/pdf"),
            await library.upload("empty.txt", b"  \n "),
        ]
        good = [
            await library.upload(f"good {n}.txt", text_of(f"{ada.id} good {n}", 1).encode()) for n in range(3)
        ]
        failed, read = await library.settled(*poison), await library.settled(*good)
        assert [state["status"] for state in read] == ["completed"] * 3
        assert [state["status"] for state in failed] == ["failed"] * 4
        assert len({state["error"] for state in failed}) >= 3
        assert "password" in failed[0]["error"].lower(), failed[0]


class TestLargeUploads:
    async def test_the_answer_that_is_written_meanwhile_is_whole(self, platform: World, ada: Person) -> None:
        part, digest = bytes(range(256)) * 4096, hashlib.sha256()

        async def body() -> AsyncIterator[bytes]:
            for _ in range(100):
                digest.update(part)
                yield part

        answer = numbered("beside", 100, delay=0.05)
        platform.provider.script(answer)
        async with ada.socket() as socket:
            task_id = await ada.ask(await ada.converse(), socket.sid)
            await socket.wait(lambda: task_id in socket.tasks and bool(socket.tasks[task_id].parts))
            upload = Library(ada.rest).upload("large.bin", body(), "application/x-thing", process="false")
            file_id, task = await asyncio.gather(upload, socket.ended(task_id, 60))
        assert task.faults == []
        assert task.text == answer.text
        path = f"/api/v1/files/{file_id}"
        head = await ada.rest.call("HEAD", f"{path}/content")
        assert head.headers["Content-Length"] == str(100 * MEBIBYTE)
        [row] = await platform.query("SELECT blob_hash FROM rag.file WHERE id = $1", file_id)
        assert row["blob_hash"] == digest.digest()
        assert (await ada.rest.delete(path)).status == 200
        assert file_id not in platform.blobs()
