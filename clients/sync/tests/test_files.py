"""Which files of a folder count."""

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from owui_sync.files import Choice, Digests, open_inside, scan


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)


def found(root: Path, **choice: object) -> list[str]:
    return [file.path for file in scan(root, Choice(**choice)).files]  # type: ignore[arg-type]  # of the test


class TestScan:
    def test_finds_files_in_folders_but_no_hidden_ones(self, tmp_path: Path) -> None:
        write(tmp_path, "a.txt", "in/b.txt", ".git/config", "in/.secret")
        assert found(tmp_path) == ["a.txt", "in/b.txt"]
        assert found(tmp_path, hidden=True) == [".git/config", "a.txt", "in/.secret", "in/b.txt"]

    def test_patterns_name_files_and_folders(self, tmp_path: Path) -> None:
        write(tmp_path, "a.txt", "a.pdf", "in/b.txt", "build/c.txt")
        assert found(tmp_path, include=("*.txt",), exclude=("build",)) == ["a.txt", "in/b.txt"]
        assert found(tmp_path, include=("in/*",)) == ["in/b.txt"]

    def test_links_are_never_followed(self, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        write(outside, "secret.txt")
        root = tmp_path / "root"
        write(root, "a.txt")
        (root / "file.txt").symlink_to(outside / "secret.txt")
        (root / "folder").symlink_to(outside)
        (root / "circle").symlink_to(root)
        folder = scan(root, Choice())
        assert [file.path for file in folder.files] == ["a.txt"]
        assert set(folder.passed_over) == {"file.txt", "folder", "circle"}

    def test_a_folder_that_became_a_link_is_not_read(self, tmp_path: Path) -> None:
        write(tmp_path, "outside/a.txt", "root/in/a.txt")
        [file] = scan(tmp_path / "root", Choice()).files
        (tmp_path / "root/in/a.txt").unlink()
        (tmp_path / "root/in").rmdir()
        (tmp_path / "root/in").symlink_to(tmp_path / "outside")
        with pytest.raises(OSError, match="outside of the folder"):
            open_inside(tmp_path / "root", file)

    def test_empty_and_large_files_are_told(self, tmp_path: Path) -> None:
        write(tmp_path, "a.txt")
        (tmp_path / "empty.txt").touch()
        (tmp_path / "large.bin").write_bytes(b"x" * 100)
        folder = scan(tmp_path, Choice(max_bytes=50))
        assert [file.path for file in folder.files] == ["a.txt"]
        assert folder.passed_over == {"empty.txt": "is empty", "large.bin": "is larger than 50 bytes"}

    def test_names_have_one_spelling(self, tmp_path: Path) -> None:
        write(tmp_path, unicodedata.normalize("NFD", "Möwe/Übersicht.txt"))
        assert found(tmp_path) == ["Möwe/Übersicht.txt"]

    def test_pipes_do_not_count(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        folder = scan(tmp_path, Choice())
        assert (folder.files, folder.passed_over) == ([], {"pipe": "is no file"})

    def test_what_cannot_be_read_keeps_its_place_in_the_base(self, tmp_path: Path) -> None:
        folder = scan(tmp_path / "not there", Choice())
        assert folder.keeps("any/file.txt")
        folder.unreadable = {"in": "Permission denied"}
        assert folder.keeps("in/file.txt")
        assert not folder.keeps("inside.txt")


class TestDigests:
    def test_a_changed_file_is_read_again(self, tmp_path: Path) -> None:
        digests = Digests(tmp_path)
        for words in (b"one", b"three"):
            (tmp_path / "a.txt").write_bytes(words)
            [file] = scan(tmp_path, Choice()).files
            assert digests.of(file) == hashlib.sha256(words).hexdigest()
