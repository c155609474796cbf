"""Every route × every kind of caller: let in or refused exactly as the contract says."""

import asyncio
import time
from dataclasses import dataclass

from jose import jwt

from tests.integration.clients.rest import Answer, Rest
from tests.integration.world import OPEN_MODEL, World, eventually

from .matrix import ENDS_THE_SESSION, Route, routes

AT_ONCE = 16
# What the gateway says to a caller whose role is too low, and to one whose permission is missing.
PROHIBITED = "You do not have permission to access this resource"


@dataclass(frozen=True)
class Caller:
    """A credential and the role that it stands for; no role for one that is worth nothing."""

    name: str
    rest: Rest
    role: str


async def callers(world: World) -> list[Caller]:
    """One caller of each kind."""
    pending, user, admin, gone, revoked = await asyncio.gather(
        *(world.person(role) for role in ("pending", "user", "admin", "user", "admin"))
    )
    await world.admin.rest.delete(f"/api/v1/users/{gone.id}")
    await revoked.rest.get("/api/v1/auths/signout")
    key = await user.api_key()
    dead_key = await user.api_key("dead")
    keys = await user.rest.fetch("/api/v1/auths/api_keys")
    [dead] = [one["id"] for one in keys["items"] if one["name"] == "dead"]
    assert (await user.rest.delete(f"/api/v1/auths/api_keys/{dead}")).status == 200
    claims = jwt.get_unverified_claims(admin.token)
    expired = jwt.encode({**claims, "exp": int(time.time()) - 60}, secret_of(world), algorithm="HS256")
    forged = jwt.encode(claims, "not the secret", algorithm="HS256")
    nobody = world.nobody
    return [
        Caller("nobody", nobody, "anyone"),
        Caller("pending", pending.rest, "pending"),
        Caller("user", user.rest, "user"),
        Caller("admin", admin.rest, "admin"),
        Caller("API key of a user", nobody.with_token(key), "user"),
        *(
            Caller(name, nobody.with_token(token), "anyone")
            for name, token in {
                "deleted user": gone.token,
                "signed-out admin": revoked.token,
                "expired token": expired,
                "forged token": forged,
                "revoked API key": dead_key,
                "no token at all": "rubbish",
            }.items()
        ),
    ]


def secret_of(world: World) -> str:
    """The secret with which tokens are signed."""
    lines = (world.data_dir / "secrets").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)["WEBUI_SECRET_KEY"]


async def ask(caller: Caller, route: Route) -> Answer:
    """Call a route without saying anything sensible; what gets past the door fails on that."""
    body = None if route.verb == "GET" else b"!"
    return await caller.rest.call(
        route.verb, route.path, data=body, headers={"Content-Type": "application/json"}
    )


def fault(caller: Caller, route: Route, answer: Answer, may_all: bool) -> str:
    """Return what is wrong with an answer, "" when nothing is."""
    about = f"{caller.name}: {route}: {answer}"
    text = str(answer.detail)
    at_the_door = text in {"Not authenticated", "401 Unauthorized"} or text.startswith(PROHIBITED)
    if answer.status >= 500 and "verify" not in route.template:
        return f"failed: {about}"
    if not route.admits(caller.role):
        return "" if answer.status == 401 and at_the_door else f"not refused: {about}"
    if route.permission and not may_all:
        return (
            "" if answer.status in {401, 403} and text.startswith(PROHIBITED) else f"no permission: {about}"
        )
    # An object that is not there, or not the caller's, may be 401 as well: then the text is another.
    return f"refused: {about}" if at_the_door and route.role != "anyone" else ""


class TestMatrix:
    async def test_every_route_lets_in_exactly_whom_the_contract_names(self, platform: World) -> None:
        everybody = await callers(platform)
        all_routes = [route for route in routes() if (route.verb, route.template) != ENDS_THE_SESSION]
        assert len(all_routes) > 100
        gate = asyncio.Semaphore(AT_ONCE)
        granted = {
            "chat.delete",
            "chat.share",
            "chat.file_upload",
            "workspace.knowledge",
            "features.folders",
            "features.notes",
        }

        async def one(caller: Caller, route: Route) -> str:
            async with gate:
                answer = await ask(caller, route)
            return fault(caller, route, answer, caller.role == "admin" or route.permission in granted)

        try:
            faults = await asyncio.gather(
                *(one(caller, route) for route in all_routes for caller in everybody)
            )
        finally:
            # An administrator may remove all models, and one of the callers is one.
            await platform.open_model(OPEN_MODEL)
        assert [one for one in faults if one] == []
        for caller in everybody:
            expected = 401 if caller.role == "anyone" else 200
            assert (await caller.rest.get("/api/v1/auths/")).status == expected, caller.name

    async def test_the_documentation_tells_the_same(self, platform: World) -> None:
        document = await platform.nobody.fetch("/openapi.json")
        documented = {
            (verb.upper(), template): operation["x-access"]["role"]
            for template, operations in document["paths"].items()
            for verb, operation in operations.items()
            if "x-access" in operation
        }
        told = {(route.verb, route.template): route.role for route in routes()}
        assert documented
        assert {key: role for key, role in documented.items() if told.get(key) != role} == {}

    async def test_every_way_to_present_a_key_is_treated_alike(self, platform: World) -> None:
        user = await platform.person()
        key = await user.api_key()
        ways = [{"Authorization": f"Bearer {key}"}, {"x-api-key": key}, {"Cookie": f"token={key}"}]
        rest = platform.admin.rest
        config = await rest.fetch("/api/v1/auths/admin/config")
        restricted = {
            **config,
            "ENABLE_API_KEYS_ENDPOINT_RESTRICTIONS": True,
            "API_KEYS_ALLOWED_ENDPOINTS": "/api/models",
        }
        for way in ways:
            assert (await platform.nobody.get("/api/v1/chats/", headers=way)).status == 200, way
        await rest.send("/api/v1/auths/admin/config", restricted)
        try:
            for way in ways:
                await self._refused_within_seconds(platform, way)
                assert (await platform.nobody.get("/api/models", headers=way)).status == 200, way
        finally:
            await rest.send("/api/v1/auths/admin/config", config)

    @staticmethod
    async def _refused_within_seconds(platform: World, way: dict[str, str]) -> None:
        async def refused() -> str:
            answer = await platform.nobody.get("/api/v1/chats/", headers=way)
            return str(answer.detail) if answer.status == 403 else ""

        told = await eventually(refused, "the restriction to be in force", 6)
        assert told == "API key not allowed to access this endpoint."
