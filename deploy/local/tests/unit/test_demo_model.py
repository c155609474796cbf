"""When the demonstration model is wanted."""

import pytest
from owui_local.demo_model import DemoModel, is_wanted


class TestIsWanted:
    def test_without_any_provider(self) -> None:
        assert is_wanted({})
        assert is_wanted({"OPENAI_API_KEYS": ";", "OLLAMA_BASE_URL": " "})

    @pytest.mark.parametrize("value", ["off", "OFF", "false", "0"])
    def test_not_when_switched_off(self, value: str) -> None:
        assert not is_wanted({"DEMO_MODEL": value})

    @pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_API_BASE_URLS", "OLLAMA_BASE_URLS"])
    def test_not_beside_a_real_provider(self, name: str) -> None:
        assert not is_wanted({name: "something"})


def test_the_weights_are_found_without_their_host() -> None:
    assert DemoModel.is_installed()
