"""owui-sync against the whole platform: a folder and a base become, and stay, the same."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest_asyncio

from .clients.people import Person
from .world import World


class Folder:
    """A folder and the base that it is kept the same as."""

    def __init__(self, root: Path, platform: World, owner: Person, key: str) -> None:
        self.root = root
        self.platform = platform
        self.owner = owner
        self.key = key

    def write(self, path: str, words: str) -> None:
        """Write a file."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(words, encoding="utf-8")

    async def sync(self, *arguments: str) -> tuple[int, str]:
        """Run the program; return its exit code and what it wrote."""
        process = await self.begin(*arguments)
        output, _ = await asyncio.wait_for(process.communicate(), 120)
        assert process.returncode is not None
        return process.returncode, output.decode()

    async def begin(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start the program."""
        command = [sys.executable, "-m", "owui_sync", str(self.root), "--url", self.platform.base_url]
        return await asyncio.create_subprocess_exec(
            *command,
            *("--knowledge", self.root.name, "--verbose", *arguments),
            env={"PATH": os.environ["PATH"], "OWUI_API_KEY": self.key},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def base(self) -> dict[str, Any]:
        """Return the base."""
        found = await self.owner.rest.call("GET", f"/api/v1/knowledge/search?query={self.root.name}")
        [item] = found.json["items"]
        return dict(item)

    async def members(self) -> dict[str, dict[str, Any]]:
        """Return the files of the base by path."""
        base, members, page = await self.base(), {}, 1
        while True:
            path = f"/api/v1/knowledge/{base['id']}/files?page={page}"
            items = (await self.owner.rest.call("GET", path)).json["items"]
            if not items:
                return members
            for item in items:
                path = f"{item['folder']}/{item['filename']}".lstrip("/")
                assert path not in members, "two files at one path"
                members[path] = item
            page += 1


@pytest_asyncio.fixture(loop_scope="session")
async def folder(platform: World, ada: Person, tmp_path: Path) -> Folder:
    """A folder of Ada's."""
    root = tmp_path / f"Handbook-{ada.id[:8]}"
    root.mkdir()
    return Folder(root, platform, ada, await ada.api_key())


class TestSync:
    async def test_a_base_follows_its_folder(self, folder: Folder) -> None:
        folder.write("birds/Möwe.txt", "Gulls eat fish from the sea.")
        folder.write("birds/owl.md", "# Owls\n\nOwls hunt mice at night.")
        folder.write("rules.txt", "An absence of three days needs no note.")
        code, output = await folder.sync("--create")
        assert code == 0, output
        first = await folder.members()
        assert set(first) == {"birds/Möwe.txt", "birds/owl.md", "rules.txt"}
        assert {item["data"]["status"] for item in first.values()} == {"completed"}

        (folder.root / "birds/owl.md").rename(folder.root / "nachteule.md")
        folder.write("rules.txt", "An absence of five days needs no note.")
        (folder.root / "birds/Möwe.txt").unlink()
        code, output = await folder.sync()
        assert code == 0, output
        assert "1 replaced, 1 moved, 1 removed" in output
        second = await folder.members()
        assert set(second) == {"nachteule.md", "rules.txt"}
        assert second["nachteule.md"]["id"] == first["birds/owl.md"]["id"]
        gone = await folder.owner.rest.call("GET", f"/api/v1/files/{first['birds/Möwe.txt']['id']}")
        assert gone.status == 404
        assert (await folder.sync())[1].strip().endswith("2 files: nothing to do")

        base = await folder.base()
        body = {"collection_names": [base["id"]], "query": "how many days may I be absent", "k": 1}
        found = await folder.owner.rest.call("POST", "/api/v1/retrieval/query/collection", body)
        assert "five days" in found.json["documents"][0][0]

    async def test_what_was_killed_goes_on(self, folder: Folder) -> None:
        for number in range(40):
            folder.write(f"{number % 4}/{number}.txt", f"Fact {number} is about the number {number}.")
        process = await folder.begin("--create", "--jobs", "2")
        assert process.stdout is not None
        seen = [await process.stdout.readline() for _ in range(10)]
        assert all(line.startswith(b"uploaded") for line in seen)
        process.kill()
        await process.communicate()
        code, output = await folder.sync("--jobs", "8")
        assert code == 0, output
        members = await folder.members()
        assert len(members) == 40
        assert {item["data"]["status"] for item in members.values()} == {"completed"}

    async def test_what_cannot_be_read_is_told(self, folder: Folder) -> None:
        folder.write("good.txt", "This can be read.")
        folder.write("bad.pdf", "%PDF-1.7 and nothing that a PDF has")
        code, output = await folder.sync("--create")
        assert code == 1, output
        assert "failed    bad.pdf: " in output
        assert set(await folder.members()) == {"good.txt", "bad.pdf"}

    async def test_a_stranger_is_refused(self, folder: Folder, bob: Person) -> None:
        folder.write("good.txt", "This can be read.")
        assert (await folder.sync("--create"))[0] == 0
        stranger = Folder(folder.root, folder.platform, bob, await bob.api_key())
        for name in (folder.root.name, (await folder.base())["id"]):
            code, output = await stranger.sync("--knowledge", name)
            assert (code, "There is no knowledge base" in output) == (2, True), output
        assert set(await folder.members()) == {"good.txt"}
