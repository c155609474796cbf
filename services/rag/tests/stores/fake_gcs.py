"""A small Google Cloud Storage that checks the signed statement of a service account and every token."""

import secrets
from urllib.parse import unquote

from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import JWTError, jwt

from .fake_azure import ranged

BUCKET = "files"
EMAIL = "tests@project.iam.gserviceaccount.com"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_PAGE = 3
_STEP = 256 * 1024


class FakeGcs:
    """One bucket and one service account."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.sessions: dict[str, tuple[str, bytearray]] = {}
        self.refused = 0
        self.failures: list[int] = []
        self.tokens: set[str] = set()
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.private_key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        self.public_key = (
            key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )
        self.url = ""
        self.app = web.Application(client_max_size=64 * 1024 * 1024)
        self.app.router.add_post("/token", self._token)
        self.app.router.add_get(
            "/computeMetadata/v1/instance/service-accounts/default/token", self._machine_token
        )
        self.app.router.add_route("*", "/upload/storage/v1/b/" + BUCKET + "/o", self._upload)
        self.app.router.add_get("/storage/v1/b/" + BUCKET + "/o", self._list)
        self.app.router.add_route("*", "/storage/v1/b/" + BUCKET + "/o/{name}", self._object)

    def _new_token(self) -> web.Response:
        token = secrets.token_hex(8)
        self.tokens.add(token)
        return web.json_response({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        try:
            claims = jwt.decode(
                str(form["assertion"]), self.public_key, algorithms=["RS256"], audience=f"{self.url}/token"
            )
        except JWTError:
            self.refused += 1
            return web.json_response({"error": "invalid_grant"}, status=400)
        assert form["grant_type"] == _GRANT
        assert claims["iss"] == EMAIL
        assert 0 < claims["exp"] - claims["iat"] <= 3600
        assert claims["scope"].endswith("devstorage.read_write")
        return self._new_token()

    async def _machine_token(self, request: web.Request) -> web.Response:
        if request.headers.get("Metadata-Flavor") != "Google":
            return web.Response(status=403)
        return self._new_token()

    def _refusal(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            self.refused += 1
            return web.Response(status=401)
        return web.Response(status=self.failures.pop()) if self.failures else None

    async def _upload(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        if request.method == "POST":
            session = secrets.token_hex(8)
            self.sessions[session] = (request.query["name"], bytearray())
            where = f"{self.url}{request.path}?uploadType=resumable&upload_id={session}"
            return web.Response(headers={"Location": where})
        session = request.query["upload_id"]
        if request.method == "DELETE":
            del self.sessions[session]
            return web.Response(status=499)
        name, content = self.sessions[session]
        span, _, total = request.headers["Content-Range"].removeprefix("bytes ").partition("/")
        body = await request.read()
        if span != "*":
            first, _, last = span.partition("-")
            assert (int(first), int(last)) == (len(content), len(content) + len(body) - 1)
            content += body
        if total == "*":
            assert len(body) % _STEP == 0
            return web.Response(status=308)
        assert int(total) == len(content)
        self.objects[name] = bytes(content)
        del self.sessions[session]
        return web.json_response({"name": name})

    async def _list(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        begin = int(request.query.get("pageToken", "0"))
        found = sorted(name for name in self.objects if name.startswith(request.query["prefix"]))
        answer: dict[str, object] = {}
        if names := found[begin : begin + _PAGE]:
            answer["items"] = [{"name": name} for name in names]
        if begin + _PAGE < len(found):
            answer["nextPageToken"] = str(begin + _PAGE)
        return web.json_response(answer)

    async def _object(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request):
            return refusal
        name = unquote(request.raw_path.partition("?")[0].rpartition("/")[2])
        if name not in self.objects:
            return web.Response(status=404)
        if request.method == "DELETE":
            del self.objects[name]
            return web.Response(status=204)
        assert request.query["alt"] == "media"
        content: web.StreamResponse = ranged(self.objects[name], request.headers.get("Range", ""))
        return content
