"""A served rag with real Postgres, Redis and blobs, a worker that tests direct, and people who call it."""

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest_asyncio
from owui.auth.v1.identity_service_pb2 import DescribeAccountResponse
from owui.auth.v1.identity_service_pb2_grpc import (
    IdentityServiceServicer,
    add_IdentityServiceServicer_to_server,
)
from owui.auth.v1.user_pb2 import UserCard
from owui.auth.v1.user_service_pb2 import GetUserResponse, ListMissingUsersResponse
from owui.auth.v1.user_service_pb2_grpc import UserServiceServicer, add_UserServiceServicer_to_server
from owui.rag.v1 import file_service_pb2 as files_pb
from owui.rag.v1 import file_transfer_service_pb2 as transfers_pb
from owui.rag.v1 import knowledge_service_pb2 as knowledge_pb
from owui.rag.v1.file_service_pb2_grpc import FileServiceStub
from owui.rag.v1.file_transfer_service_pb2_grpc import FileTransferServiceStub
from owui.rag.v1.knowledge_service_pb2_grpc import KnowledgeServiceStub
from owui.rag.v1.retrieval_service_pb2_grpc import RetrievalServiceStub
from owui_chassis.access_control import Caller
from owui_chassis.call import Call, serving
from owui_chassis.database import Database
from owui_chassis.errors import NotFound
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.grpc.inprocess import LocalChannel
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.identity import Identities, Principal
from owui_chassis.migrations import migrate
from owui_chassis.redis import open_redis
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from owui_chassis.settings import ServiceSettings
from owui_rag.adapters.index.writer import IndexWriter
from owui_rag.main import add_servicers
from owui_rag.settings import RagSettings
from owui_rag.wiring import open_parts
from sqlalchemy import text

SECRET = "a secret for tests, long enough"
PERMISSIONS = frozenset({"workspace.knowledge", "chat.file_upload"})


class Worker:
    """Stands in for the queue and its workers: reads files at once, later, or not at all."""

    def __init__(self, database: Database, uploads: Path) -> None:
        self.submitted: list[str] = []
        self.at_once = True
        self.cancelled = asyncio.Event()
        self._database = database
        self._uploads = uploads
        self._index = IndexWriter(database)

    async def submit(self, file_ids: Any, weight: str = "single") -> None:
        self.submitted += file_ids
        if self.at_once:
            for file_id in file_ids:
                await self.read(file_id)

    async def cancel(self, file_ids: Any) -> None:
        """Nothing is under way between calls; those who wait for a deletion hear of it."""
        self.cancelled.set()

    async def fail(self, file_id: str, error: str) -> None:
        async with self._database.begin() as connection:
            await connection.execute(
                text("UPDATE file SET status = 'failed', error = :error WHERE id = :id"),
                {"id": file_id, "error": error},
            )

    async def read(self, file_id: str) -> None:
        """Give a file its content, as the ingestion does: one content for equal texts."""
        async with self._database.begin() as connection:
            row = (
                await connection.execute(
                    text("SELECT data->>'given_text' AS given, blob_key FROM file WHERE id = :id"),
                    {"id": file_id},
                )
            ).first()
            if row is None:
                return
            words = row.given or (self._uploads / row.blob_key).read_text()
            digest = hashlib.sha256(words.encode()).digest()
            content = (
                await connection.execute(
                    text("""
                        INSERT INTO content (text_hash, splitting, text, chunk_count)
                        VALUES (:digest, 'tests', :words, 1)
                        ON CONFLICT (text_hash, splitting) DO UPDATE SET chunk_count = 1 RETURNING id
                    """),
                    {"digest": digest, "words": words},
                )
            ).scalar_one()
            await connection.execute(
                text("""
                    INSERT INTO chunk (content_id, ordinal, start_at, end_at, tokens, text_hash, text)
                    VALUES (:content, 0, 0, length(:words), 1, :digest, :words) ON CONFLICT DO NOTHING
                """),
                {"content": content, "digest": digest, "words": words},
            )
            chunk = await connection.execute(
                text("SELECT id FROM chunk WHERE content_id = :content"), {"content": content}
            )
            await self._index.add(connection, content, [chunk.scalar_one()], [words])
            await connection.execute(
                text("""
                    UPDATE file SET content_id = :content, hash = :hash, status = 'completed', progress = 1
                    WHERE id = :id
                """),
                {"content": content, "hash": digest.hex(), "id": file_id},
            )


class Directory(UserServiceServicer, IdentityServiceServicer):
    """Stands in for auth: everybody has a name and a group but "gone", "root" is an administrator."""

    async def DescribeAccount(self, request: Any, _: Any) -> DescribeAccountResponse:
        if request.user_id == "gone":
            raise NotFound("There is no such account", "user_not_found")
        role = "admin" if request.user_id == "root" else "user"
        return DescribeAccountResponse(role=role, group_ids=[f"group of {request.user_id}"])

    async def GetUser(self, request: Any, _: Any) -> GetUserResponse:
        if request.user_id == "gone":
            raise NotFound("There is no such account", "user_not_found")
        return GetUserResponse(user=UserCard(id=request.user_id, name=f"Name of {request.user_id}"))

    async def ListMissingUsers(self, request: Any, _: Any) -> ListMissingUsersResponse:
        gone = [user_id for user_id in request.user_ids if user_id.startswith("gone")]
        return ListMissingUsersResponse(user_ids=gone)


class World:
    """The service as the gateway reaches it."""

    def __init__(self, channel: Any, database: Database, redis: Any, worker: Worker, parts: Any) -> None:
        self.channel = channel
        self.database = database
        self.redis = redis
        self.worker = worker
        self.parts = parts
        self.files = FileServiceStub(channel)
        self.transfers = FileTransferServiceStub(channel)
        self.knowledge = KnowledgeServiceStub(channel)
        self.retrieval = RetrievalServiceStub(channel)
        self._identities = Identities(SECRET)

    def caller(self, who: Principal) -> Caller:
        """Return somebody as the stores know him."""
        return Caller(user_id=who.user_id, group_ids=frozenset(who.group_ids), unrestricted=who.is_admin)

    async def call(self, who: Principal, method: Any, request: Any) -> Any:
        """Call a method as somebody."""
        with serving(Call(principal=who, identity=self._identities.sign(who))):
            return await method(request)

    async def upload(self, who: Principal, data: bytes, name: str = "notes.txt", **head: Any) -> Any:
        """Upload a file; return its message."""

        async def pieces() -> AsyncIterator[Any]:
            yield transfers_pb.UploadRequest(head=transfers_pb.UploadHead(name=name, **head))
            for at in range(0, len(data), 1000):
                yield transfers_pb.UploadRequest(data=data[at : at + 1000])
            yield transfers_pb.UploadRequest(end=transfers_pb.UploadEnd())

        return (await self.call(who, self.transfers.Upload, pieces())).file

    async def download(self, who: Principal, file_id: str) -> bytes:
        """Return the bytes of a file."""
        request = transfers_pb.DownloadRequest(id=file_id)
        with serving(Call(principal=who, identity=self._identities.sign(who))):
            pieces = [piece async for piece in self.transfers.Download(request)]
        return b"".join(piece.data for piece in pieces)

    async def base(self, who: Principal, access: Any = None, name: str = "Base") -> Any:
        """Make a knowledge base; private unless told otherwise."""
        control = json.dumps({} if access is None else access).encode()
        request = knowledge_pb.CreateKnowledgeRequest(name=name, description="", access_control=control)
        return (await self.call(who, self.knowledge.CreateKnowledge, request)).knowledge

    async def add(self, who: Principal, base: Any, file: Any, folder: str = "") -> Any:
        """Put a file into a base."""
        request = knowledge_pb.AddKnowledgeFileRequest(id=base.id, file_id=file.id, folder=folder)
        return (await self.call(who, self.knowledge.AddKnowledgeFile, request)).knowledge

    async def members(self, who: Principal, base: Any, **wanted: Any) -> Any:
        """List the files of a base."""
        request = knowledge_pb.ListKnowledgeFilesRequest(id=base.id, **wanted)
        return await self.call(who, self.knowledge.ListKnowledgeFiles, request)

    async def row(self, who: Principal, file_id: str) -> Any:
        """Read a file's row."""
        return (await self.call(who, self.files.GetFile, files_pb.GetFileRequest(id=file_id))).file

    async def delete(self, who: Principal, file_id: str) -> Any:
        """Delete a file."""
        return await self.call(who, self.files.DeleteFile, files_pb.DeleteFileRequest(id=file_id))

    async def count(self, table: str, where: str = "TRUE") -> int:
        """Count rows."""
        statement = text(f"SELECT count(*) FROM {table} WHERE {where}")  # noqa: S608 - the tests' own words
        async with self.database.connect() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def blobs(self) -> set[str]:
        """Return the keys of all stored bytes."""
        stored = self.parts.blobs.keys()
        return {key async for key in stored}


def person(role: str = "user", groups: tuple[str, ...] = (), **more: Any) -> Principal:
    """Return somebody new."""
    user_id = f"person-{uuid.uuid4().hex[:10]}"
    more = {"permissions": PERMISSIONS, **more}
    return Principal(
        user_id=user_id, name="Ada", email=f"{user_id}@example.org", role=role, group_ids=groups, **more
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def start(
    postgres_url: str, redis_url: str, tmp_path_factory: Any
) -> AsyncIterator[Callable[..., Any]]:
    """Start replicas of rag, with the environment a test gives."""
    await migrate("owui_rag", "rag", postgres_url)
    directory = Service("auth", ServiceSettings(secret_key=SECRET))
    for register in (add_UserServiceServicer_to_server, add_IdentityServiceServicer_to_server):
        directory.add(register, Directory())
    async with AsyncExitStack() as stack:

        async def start_one(**environ: str) -> World:
            folder = tmp_path_factory.mktemp("data")
            given = {
                "WEBUI_SECRET_KEY": SECRET,
                "DATABASE_URL": postgres_url,
                "REDIS_URL": redis_url,
                "REDIS_KEY_PREFIX": f"test-{uuid.uuid4().hex[:8]}",
                "DATA_DIR": str(folder),
                "RAG_ADD_WAIT_SECONDS": "10",
                **environ,
            }
            settings = RagSettings.read(given)
            database = await stack.enter_async_context(Database(postgres_url, "rag", 4))
            redis = await stack.enter_async_context(open_redis(redis_url))
            worker = Worker(database, folder / "uploads")
            service = Service("rag", settings)
            runtime = Runtime(given, lambda name: LocalChannel(name, lambda: directory.methods))
            parts = await open_parts(service, settings, runtime, queue=worker)
            add_servicers(service, parts)
            stack.push_async_callback(service.stop)
            server = GrpcServer(service)
            port = await server.start("127.0.0.1:0")
            stack.push_async_callback(server.stop, 0.1)
            channels = await stack.enter_async_context(RemoteChannels({"RAG_ADDRESS": f"127.0.0.1:{port}"}))
            return World(channels("rag"), database, redis, worker, parts)

        yield start_one
    await directory.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(start: Callable[..., Any]) -> World:
    """One served rag."""
    return await start()


@pytest_asyncio.fixture
async def new_person() -> Callable[..., Principal]:
    """Make people."""
    return person
