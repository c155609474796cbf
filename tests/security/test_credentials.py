"""Tokens that nobody gave out, and tokens whose time is over."""

import asyncio
import base64
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwt

from tests.integration.clients.people import Person
from tests.integration.clients.sockets import Refused, SocketClient
from tests.integration.world import World, eventually

from .test_access_matrix import secret_of

CUT_SECONDS = 5.0


def part(value: dict[str, Any]) -> str:
    """One part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forgeries(world: World, token: str) -> dict[str, str]:
    """Tokens that look like one that is good."""
    claims = jwt.get_unverified_claims(token)
    head, body, signature = token.split(".")
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    secret = secret_of(world)
    admin_id = jwt.get_unverified_claims(world.admin.token)["id"]
    return {
        "wrong signature": f"{head}.{body}.{signature[:-4]}AAAA",
        "no signature": f"{head}.{body}.",
        "changed claims": f"{head}.{part({**claims, 'id': admin_id})}.{signature}",
        "alg none": f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "alg NONE in capitals": f"{part({'alg': 'NoNe', 'typ': 'JWT'})}.{body}.",
        "alg none with the signature": f"{part({'alg': 'none'})}.{body}.{signature}",
        "signed by a stranger": jwt.encode(claims, pem, algorithm="RS256"),
        "another hash": jwt.encode(claims, secret, algorithm="HS512"),
        "an empty secret": jwt.encode(claims, "", algorithm="HS256"),
        "expired": jwt.encode({**claims, "exp": int(time.time()) - 1}, secret, algorithm="HS256"),
        "no session": jwt.encode({"id": claims["id"], "exp": claims["exp"]}, secret, algorithm="HS256"),
        "an unknown session": jwt.encode({**claims, "jti": "0" * 32}, secret, algorithm="HS256"),
        "the session of another": jwt.encode({**claims, "id": admin_id}, secret, algorithm="HS256"),
        "another epoch": jwt.encode({**claims, "epoch": claims["epoch"] + 1}, secret, algorithm="HS256"),
        "claims of wrong types": jwt.encode({"id": [], "jti": {}, "epoch": "x"}, secret, algorithm="HS256"),
        "nothing in it": "..",
        "very long": "a" * 8000,
    }


class TestForgeries:
    async def test_are_refused_by_requests_and_sockets(self, platform: World, ada: Person) -> None:
        for name, token in forgeries(platform, ada.token).items():
            for headers in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"token={token}"}):
                answer = await platform.nobody.get("/api/v1/auths/", headers=headers)
                assert answer.status == 401, (name, answer)
            with pytest.raises(Refused):
                await SocketClient(platform.http, platform.base_url, token).connect()
        assert (await ada.rest.get("/api/v1/auths/")).status == 200

    async def test_a_key_is_no_token_for_sockets(self, platform: World, ada: Person) -> None:
        with pytest.raises(Refused):
            await SocketClient(platform.http, platform.base_url, await ada.api_key()).connect()

    async def test_a_socket_without_a_token_is_refused(self, platform: World) -> None:
        strange: list[Any] = [{}, {"token": ""}, {"token": None}, {"token": 17}, []]
        for auth in strange:
            socket = SocketClient(platform.http, platform.base_url, "")
            socket.auth = auth
            with pytest.raises(Refused):
                await socket.connect()

    async def test_a_page_of_another_origin_opens_no_socket(self, platform: World, ada: Person) -> None:
        with pytest.raises(Refused):
            await ada.socket().connect({"Origin": "https://evil.example.com"})
        async with await ada.socket().connect({"Origin": platform.base_url}):
            pass


class TestEndOfAccess:
    async def test_a_deleted_user_is_out(self, platform: World, ada: Person) -> None:
        key = await ada.api_key()
        async with ada.socket() as socket:
            await platform.admin.rest.delete(f"/api/v1/users/{ada.id}")
            await asyncio.wait_for(socket.closed.wait(), CUT_SECONDS)
        for token in (ada.token, key):
            await eventually(lambda: refused(platform, token), "the deleted user to be out", CUT_SECONDS)  # noqa: B023

    async def test_a_demoted_administrator_keeps_nothing(self, platform: World) -> None:
        admin = await platform.person(role="admin")
        key = await admin.api_key()
        assert (await admin.rest.get("/api/v1/users/")).status == 200
        assert (await admin.rest.with_token(key).get("/api/v1/users/")).status == 200
        async with admin.socket() as socket:
            form = {
                "name": admin.name,
                "email": admin.email,
                "profile_image_url": "/user.png",
                "role": "user",
            }
            await platform.admin.rest.send(f"/api/v1/users/{admin.id}/update", form)
            for token in (admin.token, key):
                await eventually(
                    lambda: forbidden(platform, token),  # noqa: B023 - awaited at once
                    "the rights of the demoted to end",
                    CUT_SECONDS,
                )
            # The socket is cut, or belongs to a person without those rights by now.
            await asyncio.wait_for(socket.closed.wait(), CUT_SECONDS)
        again = await admin.sign_in()
        assert (await again.fetch("/api/v1/auths/"))["role"] == "user"
        assert (await again.get("/api/v1/users/")).status == 401

    async def test_an_account_that_is_put_on_hold_is_out(self, platform: World, ada: Person) -> None:
        form = {"name": ada.name, "email": ada.email, "profile_image_url": "/user.png", "role": "pending"}
        key = await ada.api_key()
        async with ada.socket() as socket:
            await platform.admin.rest.send(f"/api/v1/users/{ada.id}/update", form)
            await asyncio.wait_for(socket.closed.wait(), CUT_SECONDS)
        for token in (ada.token, key):
            await eventually(
                lambda: forbidden(platform, token, "/api/models"),  # noqa: B023 - awaited at once
                "the account to be out",
                CUT_SECONDS,
            )

    async def test_a_revoked_key_is_worth_nothing_within_seconds(self, platform: World, ada: Person) -> None:
        key = await ada.api_key()
        assert not await refused(platform, key)
        [item] = (await ada.rest.fetch("/api/v1/auths/api_keys"))["items"]
        await ada.rest.delete(f"/api/v1/auths/api_keys/{item['id']}")
        await eventually(lambda: refused(platform, key), "the key to be refused", CUT_SECONDS)


async def refused(world: World, token: str) -> bool:
    """Whether a credential is worth nothing."""
    return (await world.nobody.with_token(token).get("/api/v1/auths/")).status == 401


async def forbidden(world: World, token: str, path: str = "/api/v1/users/") -> bool:
    """Whether a credential does not open a route."""
    return (await world.nobody.with_token(token).get(path)).status in {401, 403}
