"""Settings: read once, typed, and never quiet about what is wrong."""

from datetime import timedelta

import pytest
from owui_chassis.settings import ServiceSettings, Settings, SettingsError, duration, setting


class DemoSettings(Settings):
    prefix = "DEMO_"

    name: str = setting("NAME", "nobody", "Who it is.")
    required: str = setting("REQUIRED", doc="Has to be there.")
    on: bool = setting("ON", True, "A switch.")
    maybe: bool | None = setting("MAYBE", None, "A switch with three positions.")
    number: int = setting("NUMBER", 1, "A number.")
    ratio: float = setting("RATIO", 0.5, "A ratio.")
    urls: tuple[str, ...] = setting("URLS", (), "A list.", separator=";")
    lifetime: timedelta | None = setting("LIFETIME", None, "A duration.")
    table: dict[str, int] = setting("TABLE", {}, "JSON.")
    own: str = setting(("{prefix}OWN", "COMMON"), "", "Our own, or that of all.")
    token: str = setting("TOKEN", "", "A secret.", secret=True)
    pin: int = setting("PIN", 0, "A secret number.", secret=True)


def read(**environ: str) -> DemoSettings:
    return DemoSettings.read({"REQUIRED": "yes", **environ})


class TestReading:
    def test_gives_the_declared_types(self) -> None:
        settings = read(
            NAME=" Ada ",
            ON="false",
            MAYBE="true",
            NUMBER=" 42 ",
            RATIO="0.25",
            URLS="http://a; http://b;",
            LIFETIME="4w",
            TABLE='{"a": 1}',
        )
        assert settings.name == " Ada "
        assert (settings.on, settings.maybe, settings.number, settings.ratio) == (False, True, 42, 0.25)
        assert settings.urls == ("http://a", "http://b", "")
        assert settings.lifetime == timedelta(weeks=4)
        assert settings.table == {"a": 1}

    def test_takes_an_empty_variable_for_none(self) -> None:
        assert read(NAME="", NUMBER="").name == "nobody"
        with pytest.raises(SettingsError, match=r"REQUIRED is not set\. Has to be there\."):
            read(REQUIRED="")

    @pytest.mark.parametrize(
        ("text", "value"), [("true", True), ("True", True), ("TRUE ", True), ("1", False), ("yes", False)]
    )
    def test_knows_one_word_for_yes(self, text: str, value: bool) -> None:
        assert read(ON=text).on is value

    def test_prefers_the_variable_of_the_service(self) -> None:
        assert read(COMMON="all").own == "all"
        assert read(COMMON="all", DEMO_OWN="ours").own == "ours"
        assert DemoSettings.source("own", {"COMMON": "all"}) == "COMMON"
        assert DemoSettings.source("own", {}) == "default"

    def test_inherits(self) -> None:
        class Ours(ServiceSettings):
            prefix = "OURS_"

        secret = "a long secret of the tests"
        settings = Ours.read(
            {"WEBUI_SECRET_KEY": secret, "DATABASE_URL": "common", "OURS_DATABASE_URL": "own"}
        )
        assert settings.database_url == "own"
        assert settings.redis_key_prefix == "owui"


class TestErrors:
    @pytest.mark.parametrize(
        ("variable", "text"),
        [
            ("NUMBER", "many"),
            ("RATIO", "half"),
            ("LIFETIME", "4 weeks"),
            ("LIFETIME", "-2"),
            ("TABLE", "{"),
            ("TABLE", '{"a": "b"}'),
        ],
    )
    def test_name_the_variable_and_its_text(self, variable: str, text: str) -> None:
        with pytest.raises(SettingsError) as caught:
            read(**{variable: text})
        assert str(caught.value).startswith(f"{variable}: {text!r} is not valid")

    def test_never_show_a_secret(self) -> None:
        with pytest.raises(SettingsError) as caught:
            read(PIN="my-secret-pin")
        assert "PIN" in str(caught.value)
        assert "my-secret" not in str(caught.value)

    def test_of_a_secret_key_that_can_be_guessed(self) -> None:
        with pytest.raises(SettingsError, match="WEBUI_SECRET_KEY") as caught:
            ServiceSettings.read({"WEBUI_SECRET_KEY": "hunter2"})
        assert "hunter2" not in str(caught.value)

    def test_secrets_are_not_in_the_text_of_the_settings(self) -> None:
        assert "hidden-token" not in f"{read(TOKEN='hidden-token')!r} {read(TOKEN='hidden-token')}"

    def test_of_names_that_nobody_declared(self) -> None:
        with pytest.raises(TypeError, match="no such setting: nmae"):
            DemoSettings(required="", nmae="x")

    def test_of_changing_them(self) -> None:
        with pytest.raises(AttributeError, match="do not change"):
            read().name = "x"  # type: ignore[misc]  # what must not be done


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("90", timedelta(seconds=90)),
            ("1.5", timedelta(seconds=1.5)),
            ("250ms", timedelta(milliseconds=250)),
            ("1h30m", timedelta(minutes=90)),
            ("2d", timedelta(days=2)),
            ("0", timedelta(0)),
            ("-1", None),
        ],
    )
    def test_are_read(self, text: str, value: timedelta | None) -> None:
        assert duration(text) == value

    @pytest.mark.parametrize("text", ["", "x", "1x", "1h 30m", "-5", "1hh", "h"])
    def test_are_refused_when_they_are_none(self, text: str) -> None:
        with pytest.raises(ValueError, match="duration"):
            duration(text)
