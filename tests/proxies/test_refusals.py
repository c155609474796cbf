"""What the gateway refuses is refused by the gateway, in its own words and at once."""

import asyncio
import contextlib
import json

from tests.integration.clients.people import Person
from tests.integration.clients.rest import Rest

from .conftest import SETTINGS
from .site import Site, within

ALLOWED = int(SETTINGS["GATEWAY_MAX_BODY_BYTES"])
ROUTE = "/api/v1/chats/new"
PIECE = 65536
# More than fits into all buffers on the way.
MUCH = ALLOWED * 16
EXPECTED = f"The request is larger than {ALLOWED // 1024 // 1024} MB"


class TestTooLarge:
    async def test_announced_is_refused_before_it_is_sent(self, site: Site, ada: Person) -> None:
        answer, _ = await send_until_answered(site, ada, f"Content-Length: {MUCH}", b"%s")
        assert answer == (413, EXPECTED)

    async def test_unannounced_is_refused_as_soon_as_it_shows(self, site: Site, ada: Person) -> None:
        chunk = b"%x\r\n%%s\r\n" % PIECE
        answer, sent = await send_until_answered(site, ada, "Transfer-Encoding: chunked", chunk)
        assert answer == (413, EXPECTED)
        assert ALLOWED < sent < MUCH

    async def test_what_is_not_too_large_passes(self, ada: Person) -> None:
        text = "x" * (3 * 1024 * 1024)
        answer = await ada.rest.post(ROUTE, {"chat": {"title": "Long", "models": [], "note": text}})
        assert answer.status == 200, answer


class TestAnswersOfTheGateway:
    async def test_errors_arrive_as_they_are(self, site: Site, ada: Person) -> None:
        for method, path, status in (
            ("GET", "/api/v1/chats/none", 401),
            ("GET", "/api/nothing", 404),
            ("GET", "/ws/socket.io/", 400),
            ("POST", "/api/v1/auths/signin", 422),
        ):
            direct = await Rest(site.world.http, site.world.base_url, ada.token).call(method, path)
            answer = await ada.rest.call(method, path)
            assert (answer.status, answer.body) == (direct.status, direct.body), path
            assert answer.status == status, answer


async def send_until_answered(
    site: Site, person: Person, length: str, form: bytes
) -> tuple[tuple[int, str], int]:
    """Send all of a body but its end; return status and detail of the answer, and how much was sent."""
    reader, writer = await site.connection()
    head = f"POST {ROUTE} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {person.token}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\n{length}\r\n\r\n".encode())
    # An answer of the gateway ends with the first closing brace.
    answering = asyncio.create_task(reader.readuntil(b"}"))
    sent = 0
    async with within("an answer to a request that is not sent to its end"):
        # Who has answered may close the connection.
        with contextlib.suppress(ConnectionError):
            while not answering.done() and sent < MUCH - PIECE:
                writer.write(form % (b" " * PIECE))
                await writer.drain()
                sent += PIECE
                await asyncio.wait({answering}, timeout=0.01)
        found, _, body = (await answering).partition(b"\r\n\r\n")
    writer.transport.abort()
    return (int(found.split()[1]), json.loads(body)["detail"]), sent
