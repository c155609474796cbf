"""The playground contracts, compiled as the real ones are, and an application that serves them."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc_tools
import httpx2
import pytest
from fastapi import FastAPI
from google.api import annotations_pb2, field_behavior_pb2, httpbody_pb2
from google.protobuf import descriptor_pb2, descriptor_pool, struct_pb2
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc
from owui.options.v1 import options_pb2
from owui_gateway.transcoding.descriptors import Contracts
from owui_gateway.transcoding.routes import register

TESTS = Path(__file__).resolve().parents[2]
ROOT = TESTS.parents[2]
# Importing these puts what the compiled files depend on into protobuf's pool.
DEPENDENCIES = (annotations_pb2, field_behavior_pb2, httpbody_pb2, options_pb2, struct_pb2)


def compile_set(*files: Path) -> bytes:
    """Return the descriptor set, with comments, of proto files; they may import ours and google's."""
    roots = {file.parent for file in files} | {ROOT / "proto", Path(grpc_tools.__file__).parent / "_proto"}
    includes = [f"-I{root}" for root in (*roots, Path(annotations_pb2.__file__).parents[2])]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "set.binpb"
        arguments = [f"--descriptor_set_out={output}", "--include_source_info", *map(str, files)]
        assert protoc.main(["protoc", *includes, *arguments]) == 0
        return output.read_bytes()


@pytest.fixture(scope="session")
def load() -> Callable[..., Contracts]:
    """Compile proto text, or the file of a path, and load it as contracts."""

    def load_source(source: str | Path) -> Contracts:
        with tempfile.TemporaryDirectory() as folder:
            path = source if isinstance(source, Path) else Path(folder) / f"case_{abs(hash(source))}.proto"
            if not isinstance(source, Path):
                path.write_text(source)
            compiled = compile_set(path)
        pool = descriptor_pool.Default()
        for file in descriptor_pb2.FileDescriptorSet.FromString(compiled).file:
            pool.AddSerializedFile(file.SerializeToString())
        return Contracts([compiled])

    return load_source


@pytest.fixture(scope="session")
def contracts(load: Callable[..., Contracts]) -> Contracts:
    """The playground."""
    return load(TESTS / "contracts" / "playground.proto")


@pytest.fixture(scope="session")
def message(contracts: Contracts) -> Callable[[str], type]:
    """Find a message class of the playground by its name."""
    pool = descriptor_pool.Default()
    return lambda name: GetMessageClass(pool.FindMessageTypeByName(f"owui.playground.v1.{name}"))


@dataclass
class Playground:
    """An application whose services answer what the test says and that remembers what it was asked."""

    client: httpx2.AsyncClient
    app: FastAPI
    answers: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, Any, object]] = field(default_factory=list)
    accesses: list[Any] = field(default_factory=list)
    scopes: list[Any] = field(default_factory=list)

    @property
    def request(self) -> Any:
        """The message of the last call."""
        return self.calls[-1][1]


@pytest.fixture
async def playground(contracts: Contracts) -> Any:
    app = FastAPI(docs_url=None, redoc_url=None)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        stage = Playground(client, app)

        async def call(method: Any, request: Any, caller: object) -> Any:
            stage.calls.append((method.name, request, caller))
            answer = stage.answers.get(method.name)
            if isinstance(answer, Exception):
                raise answer
            return GetMessageClass(method.output_type)() if answer is None else answer

        async def authenticate(request: Any, access: Any) -> str:
            stage.accesses.append(access)
            stage.scopes.append(request.scope)
            return "somebody"

        def cookie(request: Any, answer: Any) -> list[tuple[bytes, bytes]]:
            return [(b"set-cookie", b"tags=%d; HttpOnly" % len(answer.tags))]

        headers = {"owui.playground.v1.PlaygroundService.ReplaceTags": cookie}
        register(app, contracts.services, call, authenticate, headers)
        yield stage
