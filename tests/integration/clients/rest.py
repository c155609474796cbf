"""A REST client that keeps status, headers and body of every answer apart."""

import json
from dataclasses import dataclass
from typing import Any

import aiohttp

NO_LIMIT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def detail(self) -> Any:
        """What the error says; None when the body is no error of this interface."""
        try:
            value = self.json
        except ValueError:
            return None
        return value.get("detail") if isinstance(value, dict) else None

    def __str__(self) -> str:
        return f"{self.status} {self.body[:500]!r}"


class Rest:
    """Calls one installation with one credential, or as nobody without one."""

    def __init__(self, http: aiohttp.ClientSession, base_url: str, token: str = "") -> None:
        self.http = http
        self.base_url = base_url
        self.token = token

    def with_token(self, token: str) -> "Rest":
        """The same installation with another credential."""
        return Rest(self.http, self.base_url, token)

    async def call(
        self, verb: str, path: str, json: Any = None, *, headers: dict[str, str] | None = None, **options: Any
    ) -> Answer:
        """Send one request and read the whole answer."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if json is not None:
            options["json"] = json
        async with self.http.request(
            verb,
            self.base_url + path,
            headers={**sent, **(headers or {})},
            allow_redirects=False,
            **options,
        ) as response:
            return Answer(response.status, response.headers, await response.read())

    async def get(self, path: str, **options: Any) -> Answer:
        """GET."""
        return await self.call("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> Answer:
        """POST of JSON."""
        return await self.call("POST", path, json, **options)

    async def delete(self, path: str, json: Any = None, **options: Any) -> Answer:
        """DELETE."""
        return await self.call("DELETE", path, json, **options)

    async def fetch(self, path: str) -> Any:
        """GET that has to succeed; return the decoded body."""
        answer = await self.get(path)
        assert answer.status == 200, f"GET {path}: {answer}"
        return answer.json

    async def send(self, path: str, json: Any = None) -> Any:
        """POST that has to succeed; return the decoded body."""
        answer = await self.post(path, json)
        assert answer.status == 200, f"POST {path}: {answer}"
        return answer.json

    def stream(self, path: str, json: Any) -> Any:
        """Begin a POST whose answer is read by the caller (`async with`)."""
        return self.http.post(
            self.base_url + path, json=json, headers={"Authorization": f"Bearer {self.token}"}
        )
