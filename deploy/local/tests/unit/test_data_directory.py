"""The data folder: one user at a time, secrets that stay, clear words when it cannot be used."""

import os
import stat
from pathlib import Path

import pytest
from owui_local.data_directory import DataDirectory
from owui_local.errors import LocalError


class TestSecrets:
    def test_they_are_made_once_and_for_us_only(self, tmp_path: Path) -> None:
        with DataDirectory(tmp_path / "data") as first:
            made = dict(first.secrets)
        with DataDirectory(tmp_path / "data") as second:
            assert second.secrets == made
        assert len(made["WEBUI_SECRET_KEY"]) >= 32
        assert stat.S_IMODE((tmp_path / "data" / "secrets").stat().st_mode) == 0o600


class TestOneAtATime:
    def test_a_second_opening_names_the_first(self, tmp_path: Path) -> None:
        with (
            DataDirectory(tmp_path),
            pytest.raises(LocalError, match=str(os.getpid())),
            DataDirectory(tmp_path),
        ):
            pass

    def test_it_is_free_again_after_closing(self, tmp_path: Path) -> None:
        for _ in range(2):
            with DataDirectory(tmp_path) as data:
                assert data.sockets.is_dir()
        assert not data.sockets.exists()


class TestRefusals:
    def test_a_full_disk_is_named_before_anything_is_written(self, tmp_path: Path) -> None:
        with pytest.raises(LocalError, match="MB left"), DataDirectory(tmp_path, room=10**18):
            pass
        assert list(tmp_path.iterdir()) == []

    def test_a_file_in_the_way(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file", encoding="utf-8")
        with pytest.raises(LocalError, match="cannot be used"), DataDirectory(tmp_path / "data"):
            pass

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
    def test_a_folder_of_another_user_names_the_owner(self, tmp_path: Path) -> None:
        (tmp_path / "secrets").write_text("", encoding="utf-8")
        os.chown(tmp_path / "secrets", 1, 1)
        with pytest.raises(LocalError, match="belongs to daemon"), DataDirectory(tmp_path):
            pass

    def test_a_folder_of_sockets_left_by_a_crash_is_removed(self, tmp_path: Path) -> None:
        with DataDirectory(tmp_path) as data:
            left = data.sockets
            note = (tmp_path / "sockets").read_text(encoding="utf-8")
        left.mkdir()
        (tmp_path / "sockets").write_text(note, encoding="utf-8")
        with DataDirectory(tmp_path):
            assert not left.exists()
