"""The environment of the ecosystem becomes connections."""

import pytest
from owui_model_proxy.settings import ModelProxySettings
from owui_model_proxy.usecases.configure import connections_of


def usable(**environ: str) -> list[tuple[str, str, str]]:
    settings = ModelProxySettings.read({"WEBUI_SECRET_KEY": "a secret of the tests", **environ})
    return [(one.label, one.url, one.key) for one in connections_of(settings) if one.usable]


class TestConnectionsOfTheEnvironment:
    @pytest.mark.parametrize(
        ("environ", "found"),
        [
            ({}, []),
            ({"OPENAI_API_KEY": "k"}, [("openai:0", "https://api.openai.com/v1", "k")]),
            (
                {"OPENAI_API_BASE_URLS": "http://a/v1;http://b/v1/", "OPENAI_API_KEYS": ";kb"},
                [("openai:0", "http://a/v1", ""), ("openai:1", "http://b/v1", "kb")],
            ),
            ({"OPENAI_API_BASE_URL": "http://a", "ENABLE_OPENAI_API": "false"}, []),
            (
                {"OPENAI_API_BASE_URL": "http://a", "OPENAI_API_CONFIGS": '{"0": {"enable": false}}'},
                [],
            ),
            (
                {"OLLAMA_BASE_URLS": "http://a;http://b"},
                [("ollama:0", "http://a", ""), ("ollama:1", "http://b", "")],
            ),
            ({"OLLAMA_API_BASE_URL": "http://a:11434/api"}, [("ollama:0", "http://a:11434", "")]),
            ({"OLLAMA_BASE_URL": "http://a", "ENABLE_OLLAMA_API": "False"}, []),
            (
                {"DEMO_MODEL_BASE_URL": "http://d/v1", "DEMO_MODEL_ID": "x", "DEMO_MODEL_API_KEY": "k"},
                [("demo", "http://d/v1", "k")],
            ),
            (
                {"DEMO_MODEL_BASE_URL": "http://d", "DEMO_MODEL_ID": "x", "OLLAMA_BASE_URL": "http://a"},
                [("ollama:0", "http://a", "")],
            ),
        ],
    )
    def test_are_those_that_it_names(self, environ, found):
        assert usable(**environ) == found
