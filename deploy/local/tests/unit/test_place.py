"""Where data, settings and the web UI are: in a checkout, or where an update replaces nothing."""

import os
from pathlib import Path

import pytest
from owui_local.account import Account
from owui_local.errors import LocalError
from owui_local.place import checkout, default_data, home_folder, web_folder, web_remedy
from owui_local.store_programs import SHARED_HOME, home_of
from owui_local.surroundings import REPOSITORY, data_path

SOMEBODY = Account("somebody", os.geteuid(), os.getegid(), switch=False)
NOBODY = Account("nobody", 65534, 65534, switch=True)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package in an environment."""
    package = tmp_path / "lib" / "python3.11" / "site-packages" / "owui_local"
    package.mkdir(parents=True)
    return package


class TestCheckout:
    def test_everything_lies_in_it(self) -> None:
        assert checkout() == REPOSITORY
        assert home_folder({"XDG_DATA_HOME": "/elsewhere"}) == REPOSITORY
        assert default_data({}) == REPOSITORY / "data"
        assert web_folder() == REPOSITORY / "web" / "build"
        assert "make web" in web_remedy()

    def test_folders_of_the_same_names_alone_are_none(self, tmp_path: Path) -> None:
        package = tmp_path / "deploy" / "local" / "owui_local"
        assert checkout(package) is None
        (tmp_path / "pyproject.toml").touch()
        assert checkout(package) == tmp_path


class TestInstalled:
    def test_nothing_is_kept_in_the_environment(self, installed: Path) -> None:
        assert home_folder({"XDG_DATA_HOME": "/share"}, installed) == Path("/share/owui")
        assert default_data({"XDG_DATA_HOME": "/share"}, installed) == Path("/share/owui")

    @pytest.mark.parametrize("given", [{}, {"XDG_DATA_HOME": ""}, {"XDG_DATA_HOME": "relative"}])
    def test_the_usual_place_is_in_the_home(
        self, given: dict[str, str], installed: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", "/home/ada")
        assert default_data(given, installed) == Path("/home/ada/.local/share/owui")

    def test_a_home_nobody_knows_is_explained(self, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", "nowhere")
        with pytest.raises(LocalError, match="Set HOME or XDG_DATA_HOME"):
            home_folder({}, installed)

    def test_the_web_ui_is_in_the_package(self, installed: Path) -> None:
        assert web_folder(installed) == installed / "web"
        assert "install again" in web_remedy(installed)


class TestNamedFolder:
    def test_it_wins_over_all_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", "/home/ada")
        assert data_path({"DATA_DIR": "~/mine", "XDG_DATA_HOME": "/share"}) == Path("/home/ada/mine")


class TestPrograms:
    """Where the programs of the stores are unpacked."""

    def test_the_environment_is_the_usual_place(self, tmp_path: Path) -> None:
        assert home_of("stores", SOMEBODY, tmp_path / "share", tmp_path / "data") == tmp_path / "share"

    def test_a_place_where_nothing_can_be_made_is_passed_by(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert (
            home_of("stores", SOMEBODY, tmp_path / "file" / "share", tmp_path / "data") == tmp_path / "data"
        )

    def test_what_is_unpacked_already_is_taken(self, tmp_path: Path) -> None:
        usual = tmp_path / "share"
        (usual / "stores").mkdir(parents=True)
        usual.chmod(0o555)
        try:
            assert home_of("stores", SOMEBODY, usual, tmp_path / "data") == usual
        finally:
            usual.chmod(0o755)

    def test_the_home_of_root_is_no_place_for_those_of_nobody(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o700)
        assert home_of("stores", NOBODY, tmp_path / "share", tmp_path / "data") == SHARED_HOME
