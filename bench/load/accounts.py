"""The accounts and chats a run needs, made through the public interface of whichever system it is."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from typing import Any

from bench.load.http import Address, HttpConnection

PASSWORD = "bench-Passw0rd"  # noqa: S105 - of accounts that live as long as a run
ADMIN = "admin@bench.example"


@dataclass(frozen=True)
class Accounts:
    """Tokens of the admin and of the users, the users' addresses, and the id of the long chat."""

    admin: str
    users: list[str]
    emails: list[str]
    long_chat: str


async def create_admin(address: Address) -> str:
    """Signs the first account up; its token."""
    http = HttpConnection(address)
    form = {"name": "Admin", "email": ADMIN, "password": PASSWORD, "profile_image_url": "/user.png"}
    answer = await http.request("POST", "/api/v1/auths/signup", form)
    http.close()
    return str(answer.json()["token"])


async def create_users(address: Address, admin: str, count: int) -> tuple[list[str], list[str]]:
    """Adds `count` users as the admin does; tokens and e-mail addresses."""
    http, tokens, emails = HttpConnection(address, admin), [], []
    for number in range(count):
        email = f"user{number}@bench.example"
        form = {"name": f"User {number}", "email": email, "password": PASSWORD, "role": "user"}
        answer = await http.request("POST", "/api/v1/auths/add", form)
        tokens.append(str(answer.json()["token"]))
        emails.append(email)
    http.close()
    return tokens, emails


async def create_chats(address: Address, token: str, count: int, messages: int) -> str:
    """Creates `count` chats of `messages` messages each; the id of the last."""
    clients = [HttpConnection(address, token) for _ in range(4)]
    last = ""

    async def work(client: HttpConnection, numbers: range) -> None:
        nonlocal last
        for number in numbers:
            value = {"chat": chat_of(messages, f"Chat {number} about numbers")}
            last = (await client.request("POST", "/api/v1/chats/new", value)).json()["id"]

    await asyncio.gather(*(work(client, range(first, count, 4)) for first, client in enumerate(clients)))
    for client in clients:
        client.close()
    return last


def chat_of(messages: int, title: str) -> dict[str, Any]:
    """The public JSON of a chat: questions and answers in turn, about 300 characters each."""
    ids = [str(uuid.uuid4()) for _ in range(messages)]
    tree: dict[str, dict[str, Any]] = {}
    for index, identity in enumerate(ids):
        tree[identity] = {
            "id": identity,
            "parentId": ids[index - 1] if index else None,
            "childrenIds": ids[index + 1 : index + 2],
            "role": "assistant" if index % 2 else "user",
            "content": f"Message {index}. " + "A sentence of ordinary length says something here. " * 6,
            "timestamp": int(time.time()),
        } | (
            {"model": "stub-50tps-200", "modelName": "Stub", "done": True}
            if index % 2
            else {"models": ["stub-50tps-200"]}
        )
    return {
        "title": title,
        "models": ["stub-50tps-200"],
        "params": {},
        "tags": [],
        "timestamp": int(time.time() * 1000),
        "messages": list(tree.values()),
        "history": {"currentId": ids[-1], "messages": tree},
    }


async def sign_in(address: Address, email: str) -> None:
    """Signs a user in; RuntimeError when that fails."""
    http = HttpConnection(address)
    answer = await http.request("POST", "/api/v1/auths/signin", {"email": email, "password": PASSWORD})
    http.close()
    answer.json()
