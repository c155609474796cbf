"""Measure the gateway's REST codec in CPU time: lists, bodies and whole calls, next to other ways.

Run: .venv/bin/python bench/codec/measure.py
Each figure is the best of several runs of the process's own CPU time; the bound on the first is 2.5 ms.
"""

import asyncio
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc_tools
import orjson
from fastapi import FastAPI
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool, json_format
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc
from owui.options.v1 import options_pb2
from owui_gateway.transcoding.bindings import bindings_of
from owui_gateway.transcoding.descriptors import Contracts
from owui_gateway.transcoding.encode import encoder_of
from owui_gateway.transcoding.requests import RequestDecoder
from owui_gateway.transcoding.routes import register
from pydantic import BaseModel, TypeAdapter
from starlette.routing import Route

HERE = Path(__file__).resolve().parent
BOUND_MS = 2.5
ITEMS = 1000
OTHER_ROUTES = 380
JSON = "application/json"

# Importing the options puts them into protobuf's pool, where the bench's own file needs them.
assert options_pb2.DESCRIPTOR


class Item(BaseModel):
    """The same list item as a model of pydantic, as FastAPI applications have it."""

    id: str
    title: str
    user_id: str
    created_at: int
    updated_at: int
    folder_id: str | None
    pinned: bool
    meta: dict[str, Any]


def load() -> Contracts:
    """Compile and load the bench's contract."""
    roots = (HERE, HERE.parents[1] / "proto", Path(grpc_tools.__file__).parent / "_proto")
    includes = [f"-I{root}" for root in (*roots, Path(annotations_pb2.__file__).parents[2])]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "set.binpb"
        arguments = [f"--descriptor_set_out={output}", "--include_source_info", str(HERE / "catalogue.proto")]
        if protoc.main(["protoc", *includes, *arguments]) != 0:
            sys.exit("catalogue.proto does not compile")
        compiled = output.read_bytes()
    for file in descriptor_pb2.FileDescriptorSet.FromString(compiled).file:
        descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
    return Contracts([compiled])


def rows() -> Iterator[dict[str, Any]]:
    """Yield the items as plain values; a third has no folder."""
    for index in range(ITEMS):
        yield {
            "id": f"{index:08x}-0000-4000-8000-000000000000",
            "title": f"A conversation about the thing number {index}",
            "user_id": "5f0e7d0a-0000-4000-8000-000000000000",
            "created_at": 1_700_000_000 + index,
            "updated_at": 1_700_000_100 + index,
            "folder_id": f"folder-{index}" if index % 3 else None,
            "pinned": index % 2 == 0,
            "meta": {"tags": ["work", "ideas"]},
        }


def cpu_ms(work: Callable[[], object], repeat: int = 25) -> float:
    """Return the least CPU time of one run, in milliseconds."""
    best = float("inf")
    for _ in range(repeat):
        gc.collect()
        begin = time.process_time_ns()
        work()
        best = min(best, time.process_time_ns() - begin)
    return best / 1e6


def measure_lists(contracts: Contracts, answer: Any) -> float:
    """Print what 1,000 list items cost; return our figure in milliseconds."""
    encode = encoder_of(answer.DESCRIPTOR, "items")
    assert len(json.loads(encode(answer)[1])) == ITEMS
    models = [Item(**row) for row in rows()]
    adapter = TypeAdapter(list[Item])
    ours = cpu_ms(lambda: encode(answer))

    def dictionaries() -> bytes:
        names = [field.name for field in answer.items[0].DESCRIPTOR.fields if field.name != "meta"]
        return orjson.dumps(
            [
                {name: getattr(item, name) for name in names} | {"meta": orjson.Fragment(item.meta)}
                for item in answer.items
            ]
        )

    def to_json() -> str:
        return json_format.MessageToJson(answer, preserving_proto_field_name=True, indent=None)

    print(f"{ITEMS} list items of 8 fields, CPU-ms")
    print(f"  transcoding                          {ours:7.2f}   (bound {BOUND_MS})")
    print(f"  dictionaries and orjson              {cpu_ms(dictionaries):7.2f}")
    print(f"  pydantic models, already built       {cpu_ms(lambda: adapter.dump_json(models)):7.2f}")
    built = cpu_ms(lambda: adapter.dump_json([Item(**row) for row in rows()]), 10)
    print(f"  pydantic models, built from rows     {built:7.2f}")
    print(f"  protobuf's json_format               {cpu_ms(to_json, 5):7.2f}")
    data = answer.SerializeToString()
    parsing = cpu_ms(lambda: type(answer).FromString(data))
    print(f"  (reading the message off the wire    {parsing:7.2f})")
    return ours


def measure_bodies(contracts: Contracts) -> None:
    """Print what decoding a large raw-JSON body costs."""
    binding = next(each for each in bindings_of(contracts.services) if each.verb == "POST")
    decoder = RequestDecoder(binding)
    messages = [{"id": str(index), "role": "user", "content": "Some words. " * 20} for index in range(3700)]
    body = orjson.dumps({"title": "T", "chat": {"messages": messages}})
    print(f"a body of {len(body) / 1e6:.1f} MB with raw JSON in it, CPU-ms")
    print(f"  transcoding (checked, kept as text) {cpu_ms(lambda: decoder.decode((), b'', body, JSON)):7.2f}")
    print(f"  orjson.loads                         {cpu_ms(lambda: orjson.loads(body)):7.2f}")


async def cpu_us_per_request(app: Any, verb: str, path: str, body: bytes, count: int = 3000) -> float:
    """Return the CPU time of a request through the whole application, in microseconds."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": verb,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"page=3&archived=true" if verb == "GET" else b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"content-type", JSON.encode())],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        assert event.get("status", 200) == 200

    best = float("inf")
    for _ in range(5):
        begin = time.process_time_ns()
        for _ in range(count):
            await app(dict(scope), receive, send)
        best = min(best, (time.process_time_ns() - begin) / count / 1000)
    return best


def applications(contracts: Contracts, answers: dict[str, Any]) -> tuple[FastAPI, FastAPI]:
    """Return the transcoded application and one with the same routes written by hand, among many others."""

    async def call(method: Any, request: Any, caller: object) -> Any:
        return answers[method.name]

    async def authenticate(request: Any, access: Any) -> None:
        return None

    async def other(request: Any) -> None:
        raise AssertionError

    transcoded, plain = FastAPI(), FastAPI()
    register(transcoded, contracts.services, call, authenticate)
    for index in range(OTHER_ROUTES):
        plain.router.routes.append(Route(f"/api/v1/other{index}/{{id}}", other))

    class Save(BaseModel):
        title: str
        chat: dict[str, Any]

    row = next(rows())

    @plain.get("/api/v1/lists/{id}/items")
    async def list_items(id: str, page: int | None = None, archived: bool = False) -> list[Item]:  # noqa: A002
        return []

    @plain.post("/api/v1/items")
    async def save_item(item: Save) -> Item:
        return Item(**row)

    return transcoded, plain


async def measure_calls(contracts: Contracts, small: Any) -> None:
    """Print what a whole call costs besides the rpc itself."""
    empty = GetMessageClass(contracts.services[0].methods_by_name["ListItems"].output_type)()
    saved = GetMessageClass(contracts.services[0].methods_by_name["SaveItem"].output_type)(item=small)
    ours, plain = applications(contracts, {"ListItems": empty, "SaveItem": saved})
    body = orjson.dumps({"title": "T", "chat": {"messages": [{"content": "hello"}] * 10}})
    print("one request through the application, CPU-µs (FastAPI's middleware stack included)")
    for verb, path in (("GET", "/api/v1/lists/7/items"), ("POST", "/api/v1/items")):
        mine = await cpu_us_per_request(ours, verb, path, body)
        theirs = await cpu_us_per_request(plain, verb, path, body)
        print(f"  {verb:4} transcoded {mine:7.1f}   FastAPI, last of {OTHER_ROUTES} routes {theirs:7.1f}")


def main() -> int:
    """Measure everything; fail when the bound on lists is missed."""
    contracts = load()
    answer = GetMessageClass(contracts.services[0].methods_by_name["ListItems"].output_type)()
    for row in rows():
        answer.items.add(**{**row, "meta": orjson.dumps(row["meta"])})
    ours = measure_lists(contracts, answer)
    measure_bodies(contracts)
    asyncio.run(measure_calls(contracts, answer.items[0]))
    return 0 if ours <= BOUND_MS else 1


if __name__ == "__main__":
    sys.exit(main())
