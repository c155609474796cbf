"""What `owui` says about itself."""

import tomllib
from importlib import metadata

import pytest
from owui_local import up
from owui_local.command_line import parser
from owui_local.surroundings import REPOSITORY


def test_the_command_starts_everything() -> None:
    project = tomllib.loads((REPOSITORY / "deploy" / "local" / "pyproject.toml").read_text(encoding="utf-8"))
    entry = metadata.EntryPoint("owui", project["project"]["scripts"]["owui"], "console_scripts")
    assert entry.load() is up.main


def test_help_names_the_settings_and_where_data_are() -> None:
    found = parser("owui", "Start.").format_help()
    assert found.startswith("usage: owui ")
    for word in (
        "PORT",
        "HOST",
        "DATA_DIR",
        "DEMO_MODEL",
        "ENV_FILE",
        "$XDG_DATA_HOME/owui",
        "~/.local/share/owui",
    ):
        assert word in found


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parser("owui", "Start.").parse_args(["--version"])
    assert capsys.readouterr().out == f"owui {metadata.version('owui-local')}\n"
