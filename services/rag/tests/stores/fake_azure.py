"""A small Azure Blob Storage that checks every signature by its own reading of the rules."""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from aiohttp import web

ACCOUNT = "tests"
CONTAINER = "files"
KEY = base64.b64encode(b"k" * 64).decode()
TOKEN = "a-token-of-entra"
_PAGE = 3


class FakeAzure:
    """One account with one container, addressed as emulators are: the account is in the path."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.blocks: dict[str, dict[str, bytes]] = {}
        self.refused = 0
        self.token_requests: list[dict[str, str]] = []
        self.failures: list[int] = []
        self.app = web.Application(client_max_size=64 * 1024 * 1024)
        self.app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        self.app.router.add_get("/metadata/identity/oauth2/token", self._machine_token)
        self.app.router.add_route("*", "/" + ACCOUNT + "/{rest:.*}", self._storage)

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.token_requests.append({**form, "tenant": request.match_info["tenant"]})
        if form["client_assertion"] != "token-of-the-pod":
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"access_token": TOKEN, "expires_in": 3600})

    async def _machine_token(self, request: web.Request) -> web.Response:
        if request.headers.get("Metadata") != "true":
            return web.Response(status=400)
        self.token_requests.append(dict(request.query))
        return web.json_response({"access_token": TOKEN, "expires_in": "86400"})

    async def _storage(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if not self._allowed(request, body):
            self.refused += 1
            return web.Response(status=403)
        if self.failures:
            return web.Response(status=self.failures.pop())
        if request.query.get("comp") == "list":
            return self._list(request)
        return self._blob(request, request.match_info["rest"].partition("/")[2], body)

    def _blob(self, request: web.Request, name: str, body: bytes) -> web.StreamResponse:
        if request.method == "PUT":
            return self._put(request, name, body)
        if name not in self.blobs:
            return web.Response(status=404)
        if request.method == "DELETE":
            del self.blobs[name]
            return web.Response(status=202)
        answer: web.StreamResponse = ranged(self.blobs[name], request.headers.get("x-ms-range", ""))
        return answer

    def _put(self, request: web.Request, name: str, body: bytes) -> web.Response:
        match request.query.get("comp"):
            case "block":
                self.blocks.setdefault(name, {})[request.query["blockid"]] = body
            case "blocklist":
                blocks = self.blocks.pop(name)
                wanted = [part.split("<")[0] for part in body.decode().split("<Latest>")[1:]]
                self.blobs[name] = b"".join(blocks[one] for one in wanted)
            case _:
                assert request.headers["x-ms-blob-type"] == "BlockBlob"
                self.blobs[name] = body
        return web.Response(status=201)

    def _list(self, request: web.Request) -> web.Response:
        begin = int(request.query.get("marker", "0"))
        found = sorted(name for name in self.blobs if name.startswith(request.query["prefix"]))
        names = "".join(f"<Blob><Name>{escape(name)}</Name></Blob>" for name in found[begin : begin + _PAGE])
        marker = str(begin + _PAGE) if begin + _PAGE < len(found) else ""
        text = f"<Blobs>{names}</Blobs><NextMarker>{marker}</NextMarker>"
        text = f"<EnumerationResults>{text}</EnumerationResults>"
        return web.Response(text=text, content_type="application/xml")

    def _allowed(self, request: web.Request, body: bytes) -> bool:
        given = request.headers.get("Authorization", "")
        if given.startswith("Bearer "):
            return given == f"Bearer {TOKEN}"
        return given == f"SharedKey {ACCOUNT}:{signature(request, len(body))}"


def signature(request: web.Request, length: int) -> str:
    """Work out the signature from what arrived, line by line as the documentation lists it."""
    before = ("Content-Encoding", "Content-Language")
    behind = ("Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match", "If-None-Match")
    behind += ("If-Unmodified-Since", "Range")
    lines = [request.method, *(request.headers.get(name, "") for name in before)]
    lines += [str(length) if length else "", *(request.headers.get(name, "") for name in behind)]
    own = {name.lower(): value for name, value in request.headers.items() if name.lower().startswith("x-ms-")}
    lines += [f"{name}:{own[name].strip()}" for name in sorted(own)]
    path, _, query = request.raw_path.partition("?")
    lines.append(f"/{ACCOUNT}{path}")
    pairs: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        pairs.setdefault(unquote(name).lower(), []).append(unquote(value.replace("+", " ")))
    lines += [f"{name}:{','.join(sorted(pairs[name]))}" for name in sorted(pairs)]
    digest = hmac.new(base64.b64decode(KEY), "\n".join(lines).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def ranged(content: bytes, wanted: str) -> Any:
    """Answer a download with or without a range."""
    if not wanted:
        return web.Response(body=content)
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    if int(first) >= len(content):
        return web.Response(status=416)
    return web.Response(status=206, body=content[int(first) : int(last) + 1 if last else len(content)])
