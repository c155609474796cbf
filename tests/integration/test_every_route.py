"""Every documented route with hostile values in every place: never a failure of the server."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from .clients.people import Person
from .world import OPEN_MODEL, World

HOSTILE: list[Any] = [
    "",
    "a\u0000b",
    "\ud800",
    "x" * 10_000,
    "'; DROP TABLE message; --",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "💩",
    -1,
    2**63,
    10**400,
    1.5e308,
    True,
    None,
    [],
    {},
    [[[[{}]]]],
    {"": None},
]
IN_PATHS = [
    quote(str(value).encode("utf-8", "surrogatepass"), safe="")[:4000] or "%20" for value in HOSTILE[:11]
]
BODIES = [b"", b"{", b"[]", b"null", b'"\xff"', b"\x00", b"1" * 5000, b'{"a":' * 5000]
# Ends the session with which everything else is asked.
LEFT_OUT = {("GET", "/api/v1/auths/signout")}
# The contract answers a provider that cannot be reached with 500 here, and the text says so.
VERIFY = {"/openai/verify", "/ollama/verify"}
# What hostile values may change for everybody; put back afterwards.
SETTINGS = {
    "/openai/config": "/openai/config/update",
    "/ollama/config": "/ollama/config/update",
    "/api/v1/auths/admin/config": "/api/v1/auths/admin/config",
    "/api/v1/users/default/permissions": "/api/v1/users/default/permissions",
    "/api/v1/tasks/config": "/api/v1/tasks/config/update",
    "/api/v1/configs/models": "/api/v1/configs/models",
    "/api/v1/retrieval/config": "/api/v1/retrieval/config/update",
    "/api/v1/retrieval/embedding": "/api/v1/retrieval/embedding/update",
}
AT_ONCE = 8
# Left out of the document because they speak another protocol.
UNDOCUMENTED: dict[str, Any] = {"/mcp": {"post": {}, "get": {}, "delete": {}}}
UPLOAD = "/api/v1/files/"
FORM = "multipart/form-data; boundary=x"
_FILE = b'--x\r\nContent-Disposition: form-data; name="file"'
FORMS = [
    b"", b"--x", b"--x--",
    b"--x\r\n\r\n\r\n--x--", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--",
    _FILE + b'\r\n\r\na\r\n--x--',
    _FILE + b'; filename="\xff\x00"\r\n\r\n\x00\r\n--x--',
    _FILE + b'; filename=""\r\nContent-Type: \xff/\xff\r\n\r\n\r\n--x--',
    _FILE + b'; filename="a"\r\n\r\nnever ends',
    b"--x\r\n" + b"X-Head: " + b"y" * 100_000 + b"\r\n\r\n\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"a":"\x00\xff"}\r\n--x\r\n'
    b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\na\r\n--x--',
    b"--x\r\n" * 5000,
]  # fmt: skip


@dataclass(frozen=True)
class Attempt:
    """One hostile request."""

    verb: str
    path: str
    template: str
    body: bytes | None = None
    content_type: str = "application/json"


def resolve(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference."""
    reference = schema.get("$ref", "")
    found: dict[str, Any] = (
        document["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema
    )
    return found


def attempts(document: dict[str, Any]) -> Iterator[Attempt]:
    """Return all requests for a document, and those that no document tells of."""
    for form in FORMS:
        yield Attempt("POST", UPLOAD, UPLOAD, form, FORM)
    for template, operations in (document["paths"] | UNDOCUMENTED).items():
        for verb, operation in operations.items():
            if (verb.upper(), template) not in LEFT_OUT:
                yield from of_operation(document, template, verb.upper(), operation)


def of_operation(
    document: dict[str, Any], template: str, verb: str, operation: dict[str, Any]
) -> Iterator[Attempt]:
    """Return the requests for one verb of one path."""
    parameters = operation.get("parameters", [])
    in_path = [one["name"] for one in parameters if one["in"] == "path"]
    in_path += [name for name in names_in(template) if name not in in_path]
    in_query = [one["name"] for one in parameters if one["in"] == "query"]
    plain = template
    for name in in_path:
        plain = plain.replace("{" + name + "}", "unknown").replace("{" + name + ":path}", "unknown")
    for value in IN_PATHS if in_path else ():
        hostile = template
        for name in in_path:
            hostile = hostile.replace("{" + name + "}", value)
        yield Attempt(verb, hostile, template)
    for value in IN_PATHS if in_query else ():
        yield Attempt(verb, plain + "?" + "&".join(f"{name}={value}" for name in in_query), template)
    if verb != "GET":
        for body in BODIES:
            yield Attempt(verb, plain, template, body)
        for filled in filled_bodies(document, operation):
            yield Attempt(verb, plain, template, json.dumps(filled).encode())
    elif not in_path and not in_query:
        yield Attempt(verb, plain, template)


def names_in(template: str) -> list[str]:
    """Return the parameters of a template."""
    return [part[1:].partition("}")[0] for part in template.split("/") if part.startswith("{")]


def filled_bodies(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return bodies in which all members have one hostile value."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    members = resolve(content.get("schema", {}), document).get("properties") or {
        name: {} for name in ("model", "messages", "chat_id", "id", "session_id", "stream", "params", "input")
    }
    for value in HOSTILE:
        yield dict.fromkeys(members, value)


class TestEveryRoute:
    async def test_no_value_in_any_place_makes_the_server_fail(self, platform: World) -> None:
        document = await platform.nobody.fetch("/openapi.json")
        assert len(document["paths"]) > 100
        kept = {path: await platform.admin.rest.fetch(path) for path in SETTINGS}
        hostile = await platform.person(role="admin", name="Mallory")
        failures: list[str] = []
        gate = asyncio.Semaphore(AT_ONCE)

        async def send(attempt: Attempt) -> None:
            async with gate:
                failures.extend(await outcome(hostile, attempt))

        try:
            await asyncio.gather(*(send(attempt) for attempt in attempts(document)))
        finally:
            for path, value in kept.items():
                await platform.admin.rest.send(SETTINGS[path], value)
            rows = await platform.admin.rest.fetch("/api/v1/models/base")
            if OPEN_MODEL not in {row["id"] for row in rows}:
                await platform.open_model(OPEN_MODEL)
        assert failures == []
        assert (await hostile.rest.get("/api/v1/auths/")).status == 200


async def outcome(person: Person, attempt: Attempt) -> list[str]:
    """Return what is wrong with the answer to an attempt."""
    headers = {"Content-Type": attempt.content_type} if attempt.body is not None else {}
    try:
        answer = await person.rest.call(attempt.verb, attempt.path, data=attempt.body, headers=headers)
    except aiohttp.ClientError as error:
        return [f"{attempt.verb} {attempt.path[:200]} {(attempt.body or b'')[:100]!r}: {error!r}"]
    about = f"{attempt.verb} {attempt.path[:200]} {(attempt.body or b'')[:100]!r}: {answer}"
    if answer.status >= 500 and not (attempt.template in VERIFY and isinstance(answer.detail, str)):
        return [about]
    # What a provider answers is passed on as it is.
    explained = answer.detail or b'"error"' in answer.body or "Allow" in answer.headers
    if answer.status >= 400 and not explained:
        return [f"no detail: {about}"]
    return []
