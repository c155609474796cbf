"""One knowledge base, by the public interface."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import quote

import aiohttp

from owui_sync.failures import Refused, UsageError
from owui_sync.http import Http
from owui_sync.plan import Entry, folder_of, name_of

_MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the base; `error` says why it could not be read, where that is so."""

    file_id: str
    path: str
    error: str


class Base:
    """A knowledge base, or a folder of it; all paths count from there."""

    def __init__(self, http: Http, knowledge_id: str, name: str, top: str = "") -> None:
        self.id = knowledge_id
        self.name = name
        self._http = http
        self._top = top.strip("/")
        self._path = f"/api/v1/knowledge/{quote(knowledge_id, safe='')}"

    async def compare(self, files: Sequence[tuple[str, str, int]]) -> dict[str, list[Entry]]:
        """Send (path, SHA-256, size) of all files; return what to add, replace and remove."""
        listed = [{"path": path, "hash": digest, "size": size} for path, digest, size in files]
        answer = await self._http.post(f"{self._path}/sync/plan", {"files": listed, "folder": self._top})
        return {
            kind: [
                Entry(
                    each["path"], each.get("hash") or "", each.get("file_id") or "", each.get("status") or ""
                )
                for each in answer.get(kind) or []
            ]
            for kind in ("add", "replace", "remove")
        }

    async def upload(self, path: str, open_file: Callable[[], BinaryIO]) -> str:
        """Put a file at a path; return its identifier while it is being read. Raises OSError of opening."""
        with ExitStack() as opened:

            def form() -> aiohttp.MultipartWriter:
                # Anew for each attempt: what was sent has been closed.
                writer = aiohttp.MultipartWriter("form-data")
                part = writer.append(opened.enter_context(open_file()))
                name = quote(name_of(path), safe="")
                part.headers["Content-Disposition"] = f"form-data; name=\"file\"; filename*=UTF-8''{name}"
                return writer

            folder = self._inside(folder_of(path))
            answer = await self._http.post_form(
                "/api/v1/files/", form, knowledge_id=self.id, folder=folder, process="true"
            )
        return str(answer["id"])

    async def state(self, file_id: str) -> tuple[str, str]:
        """Return "pending", "completed" or "failed", and why it failed."""
        answer = await self._http.get(f"/api/v1/files/{quote(file_id, safe='')}/process/status")
        return answer["status"], answer.get("error") or ""

    async def remove(self, file_id: str) -> None:
        """Take a file out, and delete it unless another base holds it; what is gone already is no error."""
        try:
            await self._http.post(f"{self._path}/file/remove", {"file_id": file_id}, delete_file="true")
        except Refused as refusal:
            # Not found is told in the same way as not allowed: what is not listed any more is gone.
            if refusal.status not in {401, 404} or await self._holds(file_id):
                raise

    async def move(self, file_id: str, source: str, target: str) -> None:
        """Give a file another folder and another name, as far as they differ."""
        if folder_of(source) != folder_of(target):
            body = {"file_ids": [file_id], "folder": self._inside(folder_of(target))}
            await self._http.post(f"{self._path}/files/move", body)
        if name_of(source) != name_of(target):
            body = {"filename": name_of(target)}
            await self._http.post(f"/api/v1/files/{quote(file_id, safe='')}/rename", body)

    async def in_state(self, status: str) -> list[Stored]:
        """Return the files that are "pending", "processing", "completed", "failed" or "cancelled"."""
        found: list[Stored] = []
        for page in range(1, _MOST_PAGES):
            answer = await self._http.get(f"{self._path}/files", page=page, status=status)
            for item in answer["items"]:
                path = f"{item['folder']}/{item['filename']}" if item.get("folder") else item["filename"]
                if not self._top or path.startswith(f"{self._top}/"):
                    path = path.removeprefix(f"{self._top}/") if self._top else path
                    found.append(Stored(item["id"], path, _error_of(item)))
            if not answer["items"]:
                break
        return found

    async def _holds(self, file_id: str) -> bool:
        try:
            await self._http.get(f"/api/v1/files/{quote(file_id, safe='')}")
        except Refused as refusal:
            if refusal.status == 404:
                return False
            raise
        return True

    def _inside(self, folder: str) -> str:
        return "/".join(part for part in (self._top, folder) if part)


async def find_base(http: Http, name_or_id: str, top: str, *, create: bool) -> Base:
    """Return the base with an identifier, or with a name that only it has; raise UsageError."""
    try:
        await http.get("/api/v1/auths/")
    except Refused as refusal:
        if refusal.status in {401, 403}:
            raise UsageError(f"The key is refused: {refusal.message}") from None
        raise
    try:
        found = await http.get(f"/api/v1/knowledge/{quote(name_or_id, safe='')}")
    except Refused as refusal:
        if refusal.status not in {400, 401, 404}:
            raise UsageError(refusal.message) from None
        found = await _named(http, name_or_id)
    if found is None and create:
        form = {"name": name_or_id, "description": "", "access_control": {}}
        found = await http.post("/api/v1/knowledge/create", form)
    if found is None:
        raise UsageError(f"There is no knowledge base {name_or_id!r}; --create makes one")
    if not found.get("write_access", True):
        raise UsageError(f"The knowledge base {found['name']!r} may only be read with this key")
    return Base(http, found["id"], found["name"], top)


async def _named(http: Http, name: str) -> dict[str, Any] | None:
    same: list[dict[str, Any]] = []
    for page in range(1, _MOST_PAGES):
        answer = await http.get("/api/v1/knowledge/search", query=name, page=page)
        same += [item for item in answer["items"] if item["name"] == name]
        if not answer["items"]:
            break
    if len(same) > 1:
        ids = ", ".join(item["id"] for item in same)
        raise UsageError(f"{len(same)} knowledge bases have the name {name!r}; name one of {ids}")
    return same[0] if same else None


def _error_of(item: dict[str, Any]) -> str:
    return (item.get("data") or {}).get("error") or "could not be read"
