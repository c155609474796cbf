"""Uploads as the gateway sends them, and what is left of them."""

from collections.abc import AsyncIterator
from typing import Any

from owui.rag.v1 import file_transfer_service_pb2 as pb

MB = 1024 * 1024
PART = 256 * 1024
END = pb.UploadRequest(end=pb.UploadEnd())


def head(name: str = "notes.txt", **more: Any) -> pb.UploadRequest:
    return pb.UploadRequest(head=pb.UploadHead(name=name, **more))


def data(content: bytes) -> list[pb.UploadRequest]:
    return [pb.UploadRequest(data=content[at : at + PART]) for at in range(0, len(content), PART)]


async def send(world: Any, who: Any, *requests: Any) -> Any:
    async def stream() -> AsyncIterator[Any]:
        for request in requests:
            yield request

    return (await world.call(who, world.transfers.Upload, stream())).file


async def count(world: Any, who: Any) -> int:
    return int(await world.count("file", f"user_id = '{who.user_id}'"))


async def everything(world: Any) -> set[str]:
    """Return all that lies in the folder of the uploads, half files included."""
    folder = world.worker._uploads
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
