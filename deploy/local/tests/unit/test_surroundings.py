"""What the services are told: the person's settings, an .env file, our own stores."""

from pathlib import Path

import pytest
from owui_local.errors import LocalError
from owui_local.surroundings import ignored_variables, port_of, read_environment, unquote


class TestEnvFile:
    def test_the_environment_wins_over_the_file(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text('# comment\nexport PORT=1\nWEBUI_NAME="A b"\n\n', encoding="utf-8")
        found = read_environment({"PORT": "2"}, tmp_path)
        assert found == {"PORT": "2", "WEBUI_NAME": "A b"}

    def test_a_broken_line_is_named(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("PORT=1\nnonsense\n", encoding="utf-8")
        with pytest.raises(LocalError, match="line 2"):
            read_environment({}, tmp_path)

    def test_another_file_can_be_named(self, tmp_path: Path) -> None:
        (tmp_path / "other").write_text("A=b", encoding="utf-8")
        assert read_environment({"ENV_FILE": str(tmp_path / "other")}, Path("/nowhere"))["A"] == "b"

    def test_one_that_we_may_not_look_at_is_not_ours(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        assert read_environment({"A": "b"}, tmp_path / "file") == {"A": "b"}
        assert read_environment({"A": "b"}, tmp_path / ("x" * 300)) == {"A": "b"}

    def test_only_matching_quotes_go(self) -> None:
        assert [unquote(text) for text in ("'a'", '"a', "a", '""')] == ["a", '"a', "a", ""]


class TestPort:
    def test_the_default_is_8080(self) -> None:
        assert port_of({}) == port_of({"PORT": ""}) == 8080

    @pytest.mark.parametrize("text", ["http", "-1", "65536", "80.5"])
    def test_nonsense_is_refused_with_its_value(self, text: str) -> None:
        with pytest.raises(LocalError, match=f"PORT={text}"):
            port_of({"PORT": text})


class TestForeignStores:
    def test_a_database_that_would_be_ignored_is_named(self) -> None:
        assert ignored_variables({"DATABASE_URL": "postgresql://x", "REDIS_URL": ""}) == ["DATABASE_URL"]

    def test_how_to_get_into_one_is_named_too(self) -> None:
        given = {"REDIS_PASSWORD": "x", "AUTH_DATABASE_USER": "y", "REDIS_KEY_PREFIX": "z"}
        assert ignored_variables(given) == ["REDIS_PASSWORD", "AUTH_DATABASE_USER"]
