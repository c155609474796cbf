"""A small internet: names that resolve as a test says, and servers that answer as it says."""

import datetime
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OUTSIDE = "127.0.0.2"  # plays the public internet: a test allows exactly this address
INSIDE = "127.0.0.1"  # plays the private network

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A server; what a path answers is set by tests, requests are remembered."""

    host: str
    port: int = 0
    answers: dict[str, Reply] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    server_names: list[str | None] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.bodies.append(await request.read())
        answer = self.answers.get(f"{request.host.partition(':')[0]}{request.path}")
        answer = answer or self.answers.get(request.path)
        return await answer(request) if answer else web.Response(status=404)

    def says(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> None:
        """Answer a path (or host and path) with a whole body."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Content-Type", "text/html")

        async def answer(_request: web.Request) -> web.Response:
            return web.Response(status=status, body=content, headers=named)

        self.answers[path] = answer


class Names(AbstractResolver):
    """Resolves names as told: each lookup takes the next answer, the last one stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.ports: dict[str, int] = {}
        self.everything: tuple[str, int] | None = None
        self.asked: list[str] = []

    def add(self, name: str, *answers: list[str], port: int = 0) -> None:
        self.answers[name] = list(answers)
        self.ports[name] = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.answers:
            if self.everything is None:
                raise OSError(socket.EAI_NONAME, "no such name")
            return [self._entry(host, *self.everything)]
        answers = self.answers[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [self._entry(host, address, self.ports[host] or port) for address in addresses]

    @staticmethod
    def _entry(host: str, address: str, port: int) -> ResolveResult:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)

    async def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(OUTSIDE))]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


async def _start(site: Site, tls: ssl.SSLContext | None = None) -> web.AppRunner:
    runner = web.AppRunner(_application(site), shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    place = web.TCPSite(runner, site.host, 0, ssl_context=tls)
    await place.start()
    site.port = runner.addresses[0][1]
    return runner


def _application(site: Site) -> web.Application:
    application = web.Application(client_max_size=1 << 24)
    application.router.add_route("*", "/{path:.*}", site.serve)
    return application


@pytest.fixture
async def outside() -> AsyncIterator[Site]:
    """A public site over plain HTTP."""
    site = Site(OUTSIDE)
    runner = await _start(site)
    yield site
    await runner.cleanup()


@pytest.fixture
async def inside() -> AsyncIterator[Site]:
    """A private service that answers everything; nobody may reach it."""
    site = Site(INSIDE)
    site.says("/", "the secret")
    runner = await _start(site)
    yield site
    await runner.cleanup()


@pytest.fixture
async def secure(certificate: Path) -> AsyncIterator[Site]:
    """A public site over TLS that stands for every host."""
    site = Site(OUTSIDE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: site.server_names.append(name)
    runner = await _start(site, context)
    yield site
    await runner.cleanup()


@pytest.fixture
def names(outside: Site) -> Names:
    """The names of the internet; public.example is the public site."""
    made = Names()
    made.add("public.example", [outside.host])
    return made


@pytest.fixture
def everywhere(secure: Site) -> Names:
    """An internet in which every host is the site over TLS."""
    made = Names()
    made.everything = (secure.host, secure.port)
    return made


def json_reply(value: Any, status: int = 200) -> Reply:
    """Return what answers with JSON."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(value, status=status)

    return answer
