"""The platform fetches pages for people, but never those of the machine and the network that it runs in."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio

from tests.integration.clients.people import Person

# "{port}" is that of a listener that must never be reached.
SPELLINGS = [
    "http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://127.1:{port}/", "http://127.0.1:{port}/", "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/", "http://0177.0.0.1:{port}/", "http://017700000001:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/", "http://127.0.0.1.:{port}/", "http://127.255.255.254:{port}/",
    "http://[::1]:{port}/", "http://[::]:{port}/", "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/", "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/", "http://[fe80::1]:{port}/",
    "http://[::1%25lo]:{port}/", "http://[fc00::1]:{port}/", "http://[fd00:ec2::254]/latest/",
    "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460:{port}/", "http://127\u30020\u30020\u30021:{port}/",
    "http://\uff11\uff12\uff17.0.0.1:{port}/", "http://loc\u00adalhost:{port}/",
    "http://%6c%6f%63alhost:{port}/",
    "http://127.0.0.1%00.example.com:{port}/", "http://user@127.0.0.1:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@example.com/", "http://example.com\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@example.com/",
    "http://example.com:80@127.0.0.1:{port}/", " http://127.0.0.1:{port}/", "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1\r\n:{port}/", "hTTp://127.0.0.1:{port}/", "http:127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/", "//127.0.0.1:{port}/", "127.0.0.1:{port}/", "http://sub.localhost:{port}/",
    "http://localhost.localdomain:{port}/", "http://ip6-localhost:{port}/", "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/", "http://100.64.0.1/", "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://2852039166/", "http://169.254.169.254.:80/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://metadata/", "http://kubernetes.default.svc/", "http://198.18.0.1/", "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://192.0.2.1/", "file:///etc/passwd", "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_x",
    "dict://127.0.0.1:{port}/", "unix:///run/x.sock", "javascript:alert(1)", "data:text/plain,hello", "",
    "http://", "http://:{port}/",
]  # fmt: skip


@dataclass
class Listener:
    """A server on this machine that counts who comes."""

    port: int
    visitors: list[object]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def listener() -> AsyncIterator[Listener]:
    """Answers like a page, on IPv4."""
    visitors: list[object] = []

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visitors.append(writer.get_extra_info("peername"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\ninternal")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0)  # noqa: S104 - every address of this machine is meant
    async with server:
        yield Listener(server.sockets[0].getsockname()[1], visitors)


class TestPages:
    async def test_of_this_network_are_fetched_in_no_spelling(self, ada: Person, listener: Listener) -> None:
        wrong = []
        for spelling in SPELLINGS:
            url = spelling.replace("{port}", str(listener.port))
            for route in ("web", "web?process=false", "youtube"):
                answer = await ada.rest.post(f"/api/v1/retrieval/process/{route}", {"url": url})
                # Where a network of ours may be read, names are looked up: those without an address end here.
                is_unknown = answer.status == 503 and b"cannot be resolved" in answer.body
                if not (
                    400 <= answer.status < 500 or is_unknown
                ) or b"internal" in answer.body.lower().replace(b"google.internal", b""):
                    wrong.append((route, url, str(answer)))
        assert wrong == []
        assert listener.visitors == []

    async def test_the_listener_would_have_been_reached(self, ada: Person, listener: Listener) -> None:
        async with ada.rest.http.get(f"http://127.0.0.1:{listener.port}/") as answer:
            assert await answer.text() == "internal"
        assert len(listener.visitors) == 1
        listener.visitors.clear()
