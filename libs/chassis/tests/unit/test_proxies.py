"""Which proxy an address is reached through."""

import pytest
from owui_chassis.proxies import OutboundProxies
from owui_chassis.settings import ServiceSettings, SettingsError
from yarl import URL

PROXY = "http://proxy.example:3128"


def through(url: str, direct: str = "") -> bool:
    return OutboundProxies(http=PROXY, https=PROXY, direct=direct).for_url(URL(url)) == URL(PROXY)


class TestChoice:
    def test_there_is_none_when_none_is_set(self) -> None:
        assert not OutboundProxies()
        assert OutboundProxies().for_url(URL("https://models.example/v1")) is None

    def test_is_made_by_scheme(self) -> None:
        proxies = OutboundProxies(https=PROXY)
        assert proxies.for_url(URL("https://models.example/v1")) == URL(PROXY)
        assert proxies.for_url(URL("http://models.example/v1")) is None
        other = OutboundProxies(https=PROXY, otherwise="http://all.example:1")
        assert other.for_url(URL("http://models.example")) == URL("http://all.example:1")

    @pytest.mark.parametrize(
        "url",
        [
            "http://localhost:11434",
            "http://127.0.0.9:1",
            "http://[::1]:1",
            "http://169.254.169.254/metadata",
            "http://ollama:11434",
            "http://ollama.models.svc:11434",
            "http://ollama.models.svc.cluster.local.:11434",
            "http://metadata.google.internal/x",
        ],
    )
    def test_what_is_near_is_reached_directly(self, url: str) -> None:
        assert not through(url)

    @pytest.mark.parametrize(
        ("url", "direct", "expected"),
        [
            ("https://a.example", "a.example", False),
            ("https://b.a.example", "a.example", False),
            ("https://b.a.example", ".a.example", False),
            ("https://b.a.example", "*.a.example", False),
            ("https://ba.example", "a.example", True),
            ("https://A.Example", "x, a.EXAMPLE ", False),
            ("https://a.example:8443", "a.example:8443", False),
            ("https://a.example", "a.example:8443", True),
            ("https://10.1.2.3", "10.0.0.0/8", False),
            ("https://10.1.2.3:9", "10.1.2.3", False),
            ("https://11.1.2.3", "10.0.0.0/8", True),
            ("https://[fd00::1]", "fd00::/8", False),
            ("https://a.example", "*", False),
            ("https://a.example", "", True),
        ],
    )
    def test_what_is_named_is_reached_directly(self, url: str, direct: str, expected: bool) -> None:
        assert through(url, direct) is expected


class TestSettings:
    def test_lower_case_wins_and_the_scheme_may_be_left_out(self) -> None:
        given = {"WEBUI_SECRET_KEY": "a-long-enough-secret"}
        proxies = ServiceSettings.read({**given, "HTTPS_PROXY": "no:1", "https_proxy": "yes:2"}).proxies
        assert proxies.for_url(URL("https://a.example")) == URL("http://yes:2")

    @pytest.mark.parametrize("wrong", ["socks5://u:hidden@h:1", "http://", "http://h:hidden@:1:1"])
    def test_what_is_no_proxy_is_named_and_not_repeated(self, wrong: str) -> None:
        with pytest.raises(SettingsError, match="HTTPS_PROXY is no address") as caught:
            ServiceSettings.read({"WEBUI_SECRET_KEY": "a-long-enough-secret", "HTTPS_PROXY": wrong})
        assert "hidden" not in str(caught.value)
