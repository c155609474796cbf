"""The documented files: their programs find nothing wrong, and their patience outlasts the gateway's."""

import re

import pytest
from owui_gateway.server import HttpServer
from owui_gateway.settings import GatewaySettings
from owui_testkit.certificates import ServerFiles

from .front import Front
from .kinds import DOCUMENTED, KINDS, ROOT, Kind

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
GATEWAY = GatewaySettings.read({"WEBUI_SECRET_KEY": "0" * 32, "REDIS_URL": "redis://127.0.0.1/0"})
# Longest silence in which an answer or a socket is still alive.
SILENCE = max(GATEWAY.stream_idle.total_seconds(), GATEWAY.socket_ping_interval + GATEWAY.socket_ping_timeout)
PATIENT = {
    "nginx": ("proxy_read_timeout", "proxy_send_timeout"),
    "haproxy": ("timeout client", "timeout server", "timeout tunnel"),
    # Caddy waits for ever unless told not to.
    "caddy": (),
}
IMPATIENT = {
    "nginx": (),
    "haproxy": (),
    "caddy": (
        "response_header_timeout", "read_timeout", "write_timeout", "read_body", "write", "stream_timeout",
    ),
}  # fmt: skip
KEPT = {"nginx": "keepalive_timeout", "caddy": "keepalive"}


def seconds(kind: Kind, directive: str) -> float:
    """Return the one value of a directive of the documented file, in seconds."""
    [found] = re.findall(rf"^\s*{directive} (\d+)(ms|s|m|h);?$", documented(kind), re.MULTILINE)
    return int(found[0]) * UNITS[found[1]]


def documented(kind: Kind) -> str:
    """Return the documented file."""
    return (DOCUMENTED / kind.file).read_text(encoding="utf-8")


class TestDocumentedFile:
    def test_passes_the_check_of_its_own_program(self, kind: Kind, certificate: ServerFiles) -> None:
        front = Front(kind, ["127.0.0.1:1", "127.0.0.1:2"], certificate)
        try:
            checked = front.check()
            assert checked.returncode == 0, checked.stderr
            said = (checked.stdout + checked.stderr).splitlines()
            assert [line for line in said if re.search(kind.complaint, line)] == []
        finally:
            front.stop()

    @pytest.mark.parametrize("name", KINDS)
    def test_is_named_by_the_guide(self, name: str) -> None:
        guide = (ROOT / "docs" / "install" / "reverse-proxies.md").read_text(encoding="utf-8")
        assert f"(../../deploy/proxies/{KINDS[name].file})" in guide


class TestPatience:
    @pytest.mark.parametrize("name", KINDS)
    def test_outlasts_the_silence_that_the_gateway_allows(self, name: str) -> None:
        kind = KINDS[name]
        for directive in PATIENT[name]:
            assert seconds(kind, directive) > SILENCE, directive
        for directive in IMPATIENT[name]:
            assert not re.search(rf"^\s*{directive}\b", documented(kind), re.MULTILINE), directive

    @pytest.mark.parametrize("name", KEPT)
    def test_ends_kept_connections_before_the_gateway_does(self, name: str) -> None:
        async def nothing(*_: object) -> None:
            """Stand for the application."""

        patience = HttpServer(nothing, 1.0)._server.config.timeout_keep_alive
        assert seconds(KINDS[name], KEPT[name]) < patience


class TestHealthChecks:
    def test_of_haproxy_notice_a_leaving_gateway_before_it_leaves(self) -> None:
        text = documented(KINDS["haproxy"])
        [found] = re.findall(r"check inter (\d+)s fall (\d+)", text)
        assert int(found[0]) * (int(found[1]) + 1) < GATEWAY.drain_delay_seconds
        assert "option httpchk GET /ready" in text

    def test_of_caddy_do_too(self) -> None:
        assert seconds(KINDS["caddy"], "health_interval") * 2 < GATEWAY.drain_delay_seconds
        assert "health_uri /ready" in documented(KINDS["caddy"])
