"""Files and knowledge bases over the public interface, as a window of the web interface brings them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from http.client import HTTPConnection
from typing import Any

import orjson

from bench.load.http import Address, Answer, HttpConnection

_SECONDS = 900.0


class NotReadError(Exception):
    """A file that did not end as `completed`; the message has what the system said."""


async def create_base(http: HttpConnection, name: str) -> str:
    """Makes a knowledge base; its id."""
    form = {"name": name, "description": "of a benchmark", "data": {}, "access_control": None}
    return str((await http.request("POST", "/api/v1/knowledge/create", form)).json()["id"])


def form_head(boundary: str, name: str) -> bytes:
    """What stands before the bytes of a text file in a form."""
    return (
        f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n'
        "content-type: text/plain\r\n\r\n"
    ).encode()


async def upload(http: HttpConnection, name: str, content: bytes, *, process: bool = True) -> str:
    """Uploads a text file; its id."""
    boundary = uuid.uuid4().hex
    body = b"".join((form_head(boundary, name), content, f"\r\n--{boundary}--\r\n".encode()))
    path = f"/api/v1/files/?process={str(process).lower()}"
    answer = await http.send("POST", path, body, f"multipart/form-data; boundary={boundary}", _SECONDS)
    return str(answer.json()["id"])


def upload_blocking(http: HttpConnection, name: str, content: bytes) -> str:
    """Uploads a text file that is only kept, over its own connection and without an event loop; its id."""
    boundary = uuid.uuid4().hex
    head = form_head(boundary, name)
    tail = f"\r\n--{boundary}--\r\n".encode()
    connection = HTTPConnection(http.address.host, http.address.port, timeout=_SECONDS)
    try:
        connection.putrequest("POST", "/api/v1/files/?process=false")
        connection.putheader("authorization", f"Bearer {http.token}")
        connection.putheader("content-type", f"multipart/form-data; boundary={boundary}")
        connection.putheader("content-length", str(len(head) + len(content) + len(tail)))
        connection.endheaders()
        for part in (head, content, tail):
            connection.send(part)
        answer = connection.getresponse()
        return str(Answer(answer.status, answer.read()).json()["id"])
    finally:
        connection.close()


async def wait_until_read(http: HttpConnection, file_id: str) -> None:
    """Waits for the end of the stream of events about a file; NotReadError unless it says `completed`."""
    path = f"/api/v1/files/{file_id}/process/status?stream=true"
    answer = await http.request("GET", path, timeout=_SECONDS)
    last = last_event(answer.body)
    if last.get("status") != "completed":
        raise NotReadError(f"{file_id}: {last}")


def last_event(body: bytes) -> dict[str, Any]:
    """The data of the last server-sent event, {} when there is none."""
    events = [line[6:] for line in body.splitlines() if line.startswith(b"data: {")]
    found: dict[str, Any] = orjson.loads(events[-1]) if events else {}
    return found


async def add_to_base(http: HttpConnection, base: str, file_id: str) -> None:
    """Adds a file that was read to a base."""
    path = f"/api/v1/knowledge/{base}/file/add"
    (await http.request("POST", path, {"file_id": file_id}, timeout=_SECONDS)).json()


async def bring_files(
    address: Address, token: str, base: str, files: Sequence[tuple[str, bytes]], at_once: int
) -> None:
    """Uploads files, waits until each is read and adds it to the base, `at_once` at the same time."""
    waiting = iter(files)

    async def work() -> None:
        http = HttpConnection(address, token)
        for name, content in waiting:
            file_id = await upload(http, name, content)
            await wait_until_read(http, file_id)
            await add_to_base(http, base, file_id)
        http.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())


async def ask(http: HttpConnection, base: str, question: str, **options: object) -> list[str]:
    """Asks a base; the names of the files of the passages that were found, best first."""
    form = {"collection_names": [base], "query": question, **options}
    answer = (await http.request("POST", "/api/v1/retrieval/query/collection", form)).json()
    return [str(one.get("name")) for one in answer["metadatas"][0]]


async def forget_all(http: HttpConnection) -> None:
    """Deletes all files and texts, so that none is known when it comes again."""
    (await http.request("DELETE", "/api/v1/files/all", timeout=300)).json()
    (await http.request("POST", "/api/v1/retrieval/reset/db", timeout=300)).json()
