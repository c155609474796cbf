"""A small server with the routes that the program uses, and faults on demand."""

import asyncio
import hashlib
import itertools
from collections import Counter
from typing import Any

from aiohttp import web

KEY = "sk-tests"


class Platform:
    """One knowledge base in memory; texts with "poison" in them cannot be read."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, Any]] = {}
        self.names = {"base-1": "Handbook"}
        self.writable = True
        # Answers to give before the real one, by the end of the path: a status, or "cut".
        self.faults: dict[str, list[int | str]] = {}
        self.calls: Counter[str] = Counter()
        self.arrived = asyncio.Event()
        self.uploading = self.most_uploading = 0
        self._numbers = itertools.count(1)
        self.application = web.Application(middlewares=[self._guard], client_max_size=2**30)
        add = self.application.router
        add.add_get("/api/v1/auths/", self.who)
        add.add_get("/api/v1/knowledge/search", self.search)
        add.add_post("/api/v1/knowledge/create", self.create)
        add.add_get("/api/v1/knowledge/{id}", self.base)
        add.add_get("/api/v1/knowledge/{id}/files", self.listing)
        add.add_post("/api/v1/knowledge/{id}/sync/plan", self.plan)
        add.add_post("/api/v1/knowledge/{id}/file/remove", self.remove)
        add.add_post("/api/v1/knowledge/{id}/files/move", self.move)
        add.add_post("/api/v1/files/", self.upload)
        add.add_get("/api/v1/files/{id}", self.file)
        add.add_get("/api/v1/files/{id}/process/status", self.status)
        add.add_post("/api/v1/files/{id}/rename", self.rename)

    def put(self, path: str, data: bytes, status: str = "completed") -> str:
        """Store a file as somebody else would have done."""
        folder, _, name = path.rpartition("/")
        file_id = f"file-{next(self._numbers)}"
        digest = hashlib.sha256(data).hexdigest()
        self.files[file_id] = {"folder": folder, "name": name, "data": data, "hash": digest, "status": status}
        self.arrived.set()
        return file_id

    @property
    def paths(self) -> dict[str, bytes]:
        """What is in the base."""
        assert len({_path(file) for file in self.files.values()}) == len(self.files), "two files at one path"
        return {_path(file): file["data"] for file in self.files.values()}

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls[request.path] += 1
        for ending, answers in self.faults.items():
            if request.path.endswith(ending) and answers:
                fault = answers.pop(0)
                if fault == "cut":
                    assert request.transport is not None
                    request.transport.abort()
                    return web.Response()
                body = {"detail": f"fault {fault}"}
                return web.json_response(body, status=int(fault), headers={"Retry-After": "0"})
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"detail": "Not authenticated"}, status=401)
        return await handler(request)

    async def who(self, _: web.Request) -> web.Response:
        return web.json_response({"id": "ada"})

    async def search(self, request: web.Request) -> web.Response:
        text, page = request.query["query"].lower(), int(request.query["page"])
        found = [self._base(key) for key, name in self.names.items() if text in name.lower()]
        return web.json_response({"items": found[page - 1 : page], "total": len(found)})

    async def create(self, request: web.Request) -> web.Response:
        self.names["base-new"] = (await request.json())["name"]
        return web.json_response(self._base("base-new"))

    async def base(self, request: web.Request) -> web.Response:
        key = request.match_info["id"]
        if key not in self.names:
            return web.json_response({"detail": "not found"}, status=401)
        return web.json_response(self._base(key))

    async def listing(self, request: web.Request) -> web.Response:
        wanted, page = request.query["status"], int(request.query["page"])
        found = [
            {
                "id": file_id,
                "folder": file["folder"],
                "filename": file["name"],
                "data": {"error": "cannot be read"},
            }
            for file_id, file in self.files.items()
            if file["status"] == wanted
        ]
        return web.json_response({"items": found[page - 1 : page], "total": len(found)})

    async def plan(self, request: web.Request) -> web.Response:
        body = await request.json()
        wanted = {file["path"]: file["hash"] for file in body["files"]}
        top = f"{body['folder']}/" if body["folder"] else ""
        kept: dict[str, str] = {}
        remove = []
        for file_id, file in self.files.items():
            if not _path(file).startswith(top):
                continue
            path = _path(file).removeprefix(top)
            if path not in wanted:
                remove.append((path, file_id))
            elif path not in kept:
                kept[path] = file_id
            elif file["hash"] == wanted[path] != self.files[kept[path]]["hash"]:
                remove.append((path, kept[path]))
                kept[path] = file_id
            else:
                remove.append((path, file_id))
        changed = [path for path, file_id in kept.items() if self.files[file_id]["hash"] != wanted[path]]
        new = [path for path in wanted if path not in kept]
        digests = {file_id: file["hash"] for file_id, file in self.files.items()}
        gone = [{"path": path, "hash": digests[each], "file_id": each} for path, each in remove]
        plan = {
            "add": [{"path": path, "hash": wanted[path], "file_id": None} for path in new],
            "replace": [{"path": path, "hash": wanted[path], "file_id": kept[path]} for path in changed],
            "remove": gone,
            "unchanged": len(kept) - len(changed),
        }
        return web.json_response(plan)

    async def remove(self, request: web.Request) -> web.Response:
        file_id = (await request.json())["file_id"]
        if self.files.pop(file_id, None) is None:
            return web.json_response({"detail": "not found"}, status=401)
        return web.json_response(self._base("base-1"))

    async def move(self, request: web.Request) -> web.Response:
        body = await request.json()
        for file_id in body["file_ids"]:
            self.files[file_id]["folder"] = body["folder"]
        return web.json_response({"moved": len(body["file_ids"])})

    async def upload(self, request: web.Request) -> web.Response:
        self.uploading += 1
        self.most_uploading = max(self.most_uploading, self.uploading)
        try:
            part: Any = await (await request.multipart()).next()
            data = bytes(await part.read())
            folder = request.query["folder"]
            path = f"{folder}/{part.filename}" if folder else part.filename
            return web.json_response({"id": self.put(path, data, "pending")})
        finally:
            self.uploading -= 1

    async def status(self, request: web.Request) -> web.Response:
        file = self.files[request.match_info["id"]]
        answer = {"status": file["status"], "error": "cannot be read" if file["status"] == "failed" else None}
        # The second look finds it read.
        file["status"] = "failed" if b"poison" in file["data"] else "completed"
        return web.json_response(answer)

    async def file(self, request: web.Request) -> web.Response:
        return web.json_response({}, status=200 if request.match_info["id"] in self.files else 404)

    async def rename(self, request: web.Request) -> web.Response:
        self.files[request.match_info["id"]]["name"] = (await request.json())["filename"]
        return web.json_response({})

    def _base(self, key: str) -> dict[str, Any]:
        return {"id": key, "name": self.names[key], "write_access": self.writable}


def _path(file: dict[str, Any]) -> str:
    return f"{file['folder']}/{file['name']}" if file["folder"] else file["name"]
