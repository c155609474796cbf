"""A running platform as the journeys need it: its address, and accounts made behind the browser's back."""

import asyncio
import itertools
import time
import uuid
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from owui_local.stack import Stack

PASSWORD = "correct horse battery"
ADMIN_NAME, ADMIN_EMAIL = "Ada Lovelace", "ada@example.com"


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in; `token` is a session that is open already."""

    id: str
    name: str
    email: str
    token: str


class Installation:
    """A platform that starts with `async with` and ends with it."""

    def __init__(self, platform: Stack) -> None:
        self.platform = platform
        self._http: aiohttp.ClientSession
        self._numbers = itertools.count(1)
        self._administrator: Account | None = None

    @property
    def base_url(self) -> str:
        """The address without a slash at the end."""
        return self.platform.base_url

    async def __aenter__(self) -> Self:
        """Start the platform."""
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=60)
        )
        await asyncio.to_thread(self.platform.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        await self._http.close()
        await asyncio.to_thread(self.platform.stop)

    async def call(self, method: str, path: str, body: object = None, token: str = "") -> Any:
        """Make one request and return the decoded answer; a refusal fails the test."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._http.request(method, self.base_url + path, json=body, headers=headers) as answer:
            assert answer.ok, f"{method} {path}: {answer.status} {await answer.text()}"
            return await answer.json()

    async def administrator(self) -> Account:
        """Sign the administrator in; create the account when there is none yet."""
        if self._administrator is not None:
            return self._administrator
        form = {"email": ADMIN_EMAIL, "password": PASSWORD}
        if (await self.call("GET", "/api/config")).get("onboarding"):
            session = await self.call("POST", "/api/v1/auths/signup", {"name": ADMIN_NAME, **form})
        else:
            session = await self.call("POST", "/api/v1/auths/signin", form)
        self._administrator = account_of(session)
        return self._administrator

    async def person(self, name: str = "Grace Hopper", role: str = "user") -> Account:
        """Let the administrator create an account."""
        admin = await self.administrator()
        form = {
            "name": name,
            "email": f"{name.split(maxsplit=1)[0].lower()}{next(self._numbers)}@example.com",
            "password": PASSWORD,
            "role": role,
        }
        return account_of(await self.call("POST", "/api/v1/auths/add", form, admin.token))

    async def open_model(self, model: str, name: str = "") -> None:
        """Let everybody use a model."""
        row = {"id": model, "name": name or model, "params": {}, "meta": {}, "access_control": None}
        await self.call("POST", "/api/v1/models/create", row, (await self.administrator()).token)

    async def store_chats(self, owner: Account, titles: list[str]) -> None:
        """Store chats with one question each, the last title as the newest chat."""
        for title in titles:
            await self.call("POST", "/api/v1/chats/new", {"chat": one_question(title)}, owner.token)

    async def answers(self, owner: Account, chat_id: str) -> list[str]:
        """The stored answers of a chat on all its branches."""
        stored = await self.call("GET", f"/api/v1/chats/{chat_id}", token=owner.token)
        messages = stored["chat"]["history"]["messages"].values()
        return [message["content"] for message in messages if message["role"] == "assistant"]


def account_of(session: dict[str, Any]) -> Account:
    """Read the answer of a sign-in."""
    return Account(session["id"], session["name"], session["email"], session["token"])


def one_question(title: str) -> dict[str, Any]:
    """A chat as clients store it."""
    question = str(uuid.uuid4())
    message = {
        "id": question,
        "parentId": None,
        "childrenIds": [],
        "role": "user",
        "content": f"About {title}",
        "timestamp": int(time.time()),
    }
    return {
        "title": title,
        "models": ["fake-model"],
        "history": {"currentId": question, "messages": {question: message}},
    }
