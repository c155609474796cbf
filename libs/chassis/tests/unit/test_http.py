"""HTTP clients: the authority of the operator is trusted, his proxies are used."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from owui_chassis.certificates import CertificateError, Trust
from owui_chassis.http import open_session
from owui_chassis.settings import ServiceSettings
from owui_testkit.certificates import Authority
from owui_testkit.forward_proxy import ForwardProxy, forward_proxy


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest_asyncio.fixture(loop_scope="module")
async def proxy() -> AsyncIterator[ForwardProxy]:
    async with forward_proxy() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def ports(authority: Authority) -> AsyncIterator[dict[str, int]]:
    """The ports of one site, by scheme; its certificate is for models.example, too."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.scheme} {request.host} {request.path_qs}")

    app = web.Application()
    app.router.add_get("/{any:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    files = authority.server("site", ("127.0.0.1", "models.example"))
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=files.context()).start()
    yield {"http": runner.addresses[0][1], "https": runner.addresses[1][1]}
    await runner.cleanup()


def settings(**environ: str) -> ServiceSettings:
    return ServiceSettings.read({"WEBUI_SECRET_KEY": "a-long-enough-secret", **environ})


class TestTrust:
    async def test_the_authority_of_the_operator_is_trusted_and_no_other(
        self, authority: Authority, ports: dict[str, int], tmp_path: Path
    ) -> None:
        url = f"https://127.0.0.1:{ports['https']}/"
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            given = settings(**{name: str(authority.bundle)})
            async with open_session(given) as http, http.get(url) as answer:
                assert answer.status == 200
        other = Authority(tmp_path, "other")
        for given in (settings(), settings(SSL_CERT_FILE=str(other.bundle))):
            async with open_session(given) as http:
                with pytest.raises(aiohttp.ClientConnectorCertificateError):
                    await http.get(url)

    def test_the_public_ones_stay_trusted(self, authority: Authority) -> None:
        public = Trust().context().cert_store_stats()["x509_ca"]
        assert Trust(str(authority.bundle)).context().cert_store_stats()["x509_ca"] == public + 1

    def test_one_file_holds_both(self, authority: Authority, tmp_path: Path) -> None:
        public = Authority(tmp_path, "public").bundle
        trust = Trust(str(authority.bundle))
        made = trust.file(str(public))
        assert made is not None
        assert Trust(made).context().cert_store_stats()["x509_ca"] >= 2
        assert trust.file(str(public)) == made
        assert Trust().file(str(public)) is None

    def test_what_holds_no_certificates_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "empty.pem").write_text("nothing")
        with pytest.raises(CertificateError, match=r"empty\.pem holds no certificates"):
            Trust(str(tmp_path / "empty.pem")).check()


class TestProxy:
    async def test_tunnels_what_is_encrypted(
        self, authority: Authority, ports: dict[str, int], proxy: ForwardProxy
    ) -> None:
        proxy.names["models.example"] = ("127.0.0.1", ports["https"])
        given = settings(HTTPS_PROXY=proxy.url, SSL_CERT_FILE=str(authority.bundle))
        async with open_session(given) as http, http.get("https://models.example/v1?a=b") as answer:
            assert await answer.text() == "https models.example /v1?a=b"
        assert proxy.tunnels == ["models.example:443"]

    async def test_is_told_who_asks(self, ports: dict[str, int], proxy: ForwardProxy) -> None:
        proxy.names["models.example"] = ("127.0.0.1", ports["http"])
        given = settings(HTTP_PROXY=proxy.url.replace("//", "//user:secret@"))
        async with open_session(given) as http, http.get("http://models.example/v1?a=b") as answer:
            assert await answer.text() == "http models.example /v1?a=b"
        assert proxy.requests == ["http://models.example/v1?a=b"]
        assert proxy.credentials == ["Basic " + base64.b64encode(b"user:secret").decode()]

    async def test_is_passed_over_for_what_is_near_and_what_is_named(
        self, ports: dict[str, int], proxy: ForwardProxy
    ) -> None:
        given = settings(HTTP_PROXY=proxy.url, NO_PROXY="models.example")
        async with open_session(given) as http:
            async with http.get(f"http://127.0.0.1:{ports['http']}/") as answer:
                assert answer.status == 200
            with pytest.raises(aiohttp.ClientConnectorError):
                await http.get("http://models.example/")
        assert proxy.requests == []
