"""Which proxy a provider is reached through."""

import pytest
from owui_model_proxy.adapters.outbound_proxies import OutboundProxies
from yarl import URL


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class TestOutboundProxies:
    def test_are_not_used_when_none_are_set(self) -> None:
        assert OutboundProxies().for_url(URL("https://models.example/v1")) is None

    def test_are_chosen_by_scheme(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
        proxies = OutboundProxies()
        assert proxies.for_url(URL("https://models.example/v1")) == "http://proxy.example:3128"
        assert proxies.for_url(URL("http://models.example/v1")) is None

    def test_leave_out_the_hosts_of_no_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
        monkeypatch.setenv("NO_PROXY", "localhost,.svc")
        proxies = OutboundProxies()
        assert proxies.for_url(URL("http://ollama.models.svc:11434")) is None
        assert proxies.for_url(URL("http://localhost:11434")) is None
        assert proxies.for_url(URL("http://elsewhere.example")) == "http://proxy.example:3128"
