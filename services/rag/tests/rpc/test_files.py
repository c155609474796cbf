"""Files: what their owners do with them, and what nobody else can."""

import json

import pytest
from owui.rag.v1 import file_service_pb2 as pb
from owui_chassis.errors import Exhausted, Forbidden, Invalid, NotFound


def rename(file, name):
    return pb.RenameFileRequest(id=file.id, filename=name)


class TestOwners:
    async def test_see_the_public_shape(self, world, new_person):
        ada = new_person()
        file = await world.upload(ada, b"Hello there", "a/b/Notes.MD", metadata=b'{"from": "tests"}')
        assert (file.filename, file.user_id, file.HasField("path")) == ("Notes.MD", ada.user_id, False)
        row = await world.row(ada, file.id)
        data, meta = json.loads(row.data), json.loads(row.meta)
        assert data == {"status": "completed", "progress": 1.0, "content": "Hello there"}
        assert meta == {
            "name": "Notes.MD",
            "content_type": "text/markdown",
            "size": 11,
            "data": {"from": "tests"},
            "collection_name": f"file-{file.id}",
        }
        assert len(row.hash) == 64
        assert not row.access_control
        assert await world.download(ada, file.id) == b"Hello there"

    async def test_list_their_own_newest_first(self, world, new_person):
        ada, bob = new_person(), new_person()
        first, second = await world.upload(ada, b"one", "one.txt"), await world.upload(ada, b"two", "two.txt")
        await world.upload(bob, b"three", "three.txt")
        listed = await world.call(ada, world.files.ListFiles, pb.ListFilesRequest())
        assert {file.id for file in listed.items} == {first.id, second.id}
        assert sorted(json.loads(file.data)["content"] for file in listed.items) == ["one", "two"]
        bare = await world.call(ada, world.files.ListFiles, pb.ListFilesRequest(content=False, page=1))
        assert all("content" not in json.loads(file.data) for file in bare.items)
        assert not (await world.call(ada, world.files.ListFiles, pb.ListFilesRequest(page=2))).items

    async def test_search_with_wildcards(self, world, new_person):
        ada, bob = new_person(), new_person()
        for name in ("report_1.txt", "report-2.txt", "other.txt"):
            await world.upload(ada, name.encode(), name)
        await world.upload(bob, b"bob", "report_9.txt")

        async def found(pattern, **more):
            answer = await world.call(
                ada, world.files.SearchFiles, pb.SearchFilesRequest(filename=pattern, **more)
            )
            return sorted(file.filename for file in answer.items)

        assert await found("REPORT*") == ["report-2.txt", "report_1.txt"]
        assert await found("report_?.txt") == ["report_1.txt"]
        assert len(await found("*", limit=2)) == 2
        for pattern in ("nothing*", "%", "report"):
            assert await found(pattern) == []

    async def test_change_name_metadata_and_text(self, world, new_person):
        ada = new_person()
        file = await world.upload(ada, b"first text")
        renamed = await world.call(ada, world.files.RenameFile, rename(file, "../new\x00 name?.txt"))
        assert renamed.file.filename == "new_ name_.txt"
        request = pb.UpdateFileMetadataRequest(id=file.id, metadata=b'{"a": 1}')
        assert json.loads((await world.call(ada, world.files.UpdateFileMetadata, request)).file.meta)[
            "data"
        ] == {"a": 1}
        request = pb.UpdateFileTextRequest(id=file.id, content="second text")
        assert (await world.call(ada, world.files.UpdateFileText, request)).content == "second text"
        read = await world.call(ada, world.files.GetFileText, pb.GetFileTextRequest(id=file.id))
        assert read.content == "second text"
        assert "given_text" not in json.loads((await world.row(ada, file.id)).data)
        for metadata in (b"[]", b"{", b'{"a": "\\u0000"}'):
            request = pb.UpdateFileMetadataRequest(id=file.id, metadata=metadata)
            with pytest.raises(Invalid):
                await world.call(ada, world.files.UpdateFileMetadata, request)

    @pytest.mark.parametrize("text", ["", " \n"])
    async def test_keep_their_text_when_none_is_given(self, world, new_person, text):
        ada = new_person()
        file = await world.upload(ada, b"first text")
        request = pb.UpdateFileTextRequest(id=file.id, content=text)
        with pytest.raises(Invalid):
            await world.call(ada, world.files.UpdateFileText, request)
        assert json.loads((await world.row(ada, file.id)).data) == {
            "status": "completed", "progress": 1.0, "content": "first text",
        }  # fmt: skip

    async def test_learn_why_a_file_was_not_read(self, world, new_person):
        ada = new_person()
        world.worker.at_once = False
        try:
            file = await world.upload(ada, b"secret")
        finally:
            world.worker.at_once = True

        async def status():
            answer = await world.call(ada, world.files.GetFileStatus, pb.GetFileStatusRequest(id=file.id))
            return answer.status, answer.state, answer.error

        assert await status() == ("pending", "pending", "")
        await world.worker.fail(file.id, "This document is encrypted")
        assert await status() == ("failed", "failed", "This document is encrypted")
        assert json.loads((await world.row(ada, file.id)).data)["error"] == "This document is encrypted"

    async def test_delete_everything_of_a_file(self, world, new_person):
        ada = new_person()
        file = await world.upload(ada, b"a text that nobody else has")
        key = next(key for key in await world.blobs() if key.endswith(file.id))
        await world.delete(ada, file.id)
        assert key not in await world.blobs()
        assert await world.count("content", "text = 'a text that nobody else has'") == 0
        assert await world.count("chunk", "text = 'a text that nobody else has'") == 0
        with pytest.raises(NotFound):
            await world.row(ada, file.id)
        with pytest.raises(NotFound):
            await world.delete(ada, file.id)

    async def test_keep_a_text_that_another_file_has_too(self, world, new_person):
        ada, bob = new_person(), new_person()
        one, other = await world.upload(ada, b"the same text"), await world.upload(bob, b"the same text")
        assert await world.count("content", "text = 'the same text'") == 1
        await world.delete(ada, one.id)
        assert json.loads((await world.row(bob, other.id)).data)["content"] == "the same text"
        await world.delete(bob, other.id)
        assert await world.count("content", "text = 'the same text'") == 0


class TestOthers:
    async def test_find_nothing_without_access(self, world, new_person):
        ada, bob = new_person(), new_person(groups=("staff",))
        file = await world.upload(ada, b"private words")
        calls = [
            (world.files.GetFile, pb.GetFileRequest(id=file.id)),
            (world.files.GetFileStatus, pb.GetFileStatusRequest(id=file.id)),
            (world.files.GetFileText, pb.GetFileTextRequest(id=file.id)),
            (world.files.UpdateFileText, pb.UpdateFileTextRequest(id=file.id, content="mine")),
            (world.files.RenameFile, rename(file, "mine")),
            (world.files.UpdateFileMetadata, pb.UpdateFileMetadataRequest(id=file.id, metadata=b"{}")),
            (world.files.UpdateFileAccess, pb.UpdateFileAccessRequest(id=file.id)),
            (world.files.DeleteFile, pb.DeleteFileRequest(id=file.id)),
        ]
        for method, request in calls:
            with pytest.raises(NotFound, match="We could not find what you're looking for"):
                await world.call(bob, method, request)
        with pytest.raises(NotFound):
            await world.download(bob, file.id)
        with pytest.raises(Forbidden):
            await world.call(bob, world.files.DeleteAllFiles, pb.DeleteAllFilesRequest())
        assert json.loads((await world.row(ada, file.id)).data)["content"] == "private words"

    async def test_read_or_write_as_far_as_the_owner_says(self, world, new_person):
        ada, reader, writer = new_person(), new_person(groups=("readers",)), new_person()
        file = await world.upload(ada, b"shared words")
        control = {"read": {"group_ids": ["readers"]}, "write": {"user_ids": [writer.user_id]}}
        request = pb.UpdateFileAccessRequest(id=file.id, access_control=json.dumps(control).encode())
        answer = await world.call(ada, world.files.UpdateFileAccess, request)
        assert json.loads(answer.file.access_control) == control
        assert await world.download(reader, file.id) == b"shared words"
        for method, forbidden in (
            (world.files.RenameFile, rename(file, "x")),
            (world.files.DeleteFile, pb.DeleteFileRequest(id=file.id)),
            (world.files.UpdateFileAccess, request),
        ):
            with pytest.raises(NotFound):
                await world.call(reader, method, forbidden)
        await world.call(writer, world.files.RenameFile, rename(file, "better.txt"))
        with pytest.raises(NotFound):
            # Only the owner says who may use it.
            await world.call(writer, world.files.UpdateFileAccess, request)
        assert (await world.row(reader, file.id)).filename == "better.txt"
        bad = pb.UpdateFileAccessRequest(id=file.id, access_control=b'{"read": {"group_ids": "all"}}')
        with pytest.raises(Invalid):
            await world.call(ada, world.files.UpdateFileAccess, bad)

    async def test_who_administrate_see_all_unless_told_otherwise(self, world, start, new_person):
        ada, root = new_person(), new_person("admin")
        file = await world.upload(ada, b"words for administrators")
        assert (await world.row(root, file.id)).id == file.id
        listed = await world.call(root, world.files.ListFiles, pb.ListFilesRequest())
        assert file.id in {each.id for each in listed.items}
        strict = await start(BYPASS_ADMIN_ACCESS_CONTROL="false")
        with pytest.raises(NotFound):
            await strict.row(root, file.id)
        assert not (await strict.call(root, strict.files.ListFiles, pb.ListFilesRequest())).items


class TestQuotas:
    async def test_limit_number_and_sum(self, start, new_person):
        world = await start(
            RAG_USER_MAX_FILES="2",
            RAG_USER_MAX_TOTAL_SIZE="1",
            RAG_FILE_MAX_SIZE="1",
            RAG_GROUP_QUOTAS='{"heavy": {"max_files": 3, "max_total_size": 2}}',
        )
        ada, heavy = new_person(), new_person(groups=("heavy",))
        one = await world.upload(ada, b"1")
        await world.upload(ada, b"2")
        with pytest.raises(Exhausted, match="2 files"):
            await world.upload(ada, b"3")
        await world.delete(ada, one.id)
        await world.upload(ada, b"3")
        with pytest.raises(Invalid, match="MiB"):
            await world.upload(heavy, b"x" * (1024 * 1024 + 1))
        await world.upload(heavy, b"x" * (1024 * 1024))
        await world.upload(heavy, b"y" * (1024 * 1024))
        with pytest.raises(Exhausted):
            await world.upload(heavy, b"z")
        blobs = await world.blobs()
        assert len(blobs) == 4

    async def test_refuse_extensions_that_are_not_allowed(self, start, new_person):
        world = await start(RAG_ALLOWED_FILE_EXTENSIONS="txt, .md")
        ada = new_person()
        await world.upload(ada, b"fine", "a.MD")
        for name in ("a.exe", "txt", "a.txt.exe"):
            with pytest.raises(Invalid, match="allowed"):
                await world.upload(ada, b"fine", name)


class TestTypes:
    @pytest.mark.parametrize(
        ("said", "data", "expected"),
        [
            (("picture.txt", "text/plain"), b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "image/png"),
            (("page.txt", "text/plain"), b"  <!DOCTYPE html><script>alert(1)</script>", "text/html"),
            (("data.json", "text/html"), b'{"a": 1}', "application/json"),
            (("unknown.zzz", "text/x-thing"), b"words", "text/x-thing"),
            (("unknown.zzz", "application/x-evil"), b"words", "text/plain"),
            (("binary.bin", "text/plain"), b"\0\1\2\3", "application/octet-stream"),
        ],
    )
    async def test_come_from_the_bytes(self, world, new_person, said, data, expected):
        name, claimed = said
        file = await world.upload(new_person(), data, name, content_type=claimed, process=False)
        assert json.loads(file.meta)["content_type"] == expected
