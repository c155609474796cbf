"""Keeps the bytes of files in S3 or what speaks its language."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError
from owui_chassis.aws_identity import aws_session
from owui_chassis.errors import NotFound, ServiceError, Unavailable
from owui_chassis.http import Outside
from yarl import URL

from owui_rag.adapters.blobs.keys import checked
from owui_rag.adapters.blobs.pieces import READ_BYTES, UPLOAD_BYTES, pieces, span
from owui_rag.adapters.blobs.s3_transfer import S3Transfer

log = logging.getLogger(__name__)
# What one request may delete.
_DELETE_KEYS = 1000
_CONNECT_SECONDS = 10
_ATTEMPTS = 4
_MISSING = frozenset({"NoSuchKey", "NoSuchUpload", "404", "NotFound"})


@dataclass(frozen=True)
class S3Place:
    """Where the bucket is and how to get in; empty strings mean boto3's own choice."""

    bucket: str
    prefix: str = ""
    region: str = ""
    endpoint: str = ""
    access_key: str = ""
    secret_key: str = ""
    addressing: str = ""
    accelerate: bool = False
    tagging: bool = False


class S3Blobs:
    """boto3 blocks, so it runs in threads of its own; large files travel in parts of 5 MiB."""

    def __init__(
        self, place: S3Place, *, threads: int, timeout: timedelta, link_lifetime: timedelta, outside: Outside
    ) -> None:
        self._place = place
        self._outside = outside
        self._timeout = timeout.total_seconds()
        self._link_seconds = int(link_lifetime.total_seconds())
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="s3")
        self._connections = threads
        self._opening: asyncio.Task[Any] | None = None
        self._cleaning: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Wait for what is being cleaned up, close the connections."""
        await asyncio.gather(*self._cleaning)
        if self._opening is not None and self._opening.done() and self._opening.exception() is None:
            await self._run(self._opening.result().close)
        self._threads.shutdown(wait=False)

    async def put(self, key: str, parts: AsyncIterator[bytes]) -> int:
        """Store what comes and return its size; nothing is there unless it ended well. Raises Unavailable."""
        transfer = S3Transfer(self._call, self._object(key), tags=self._tags(key))
        try:
            async with aclosing(pieces(parts, UPLOAD_BYTES)) as cut:
                await transfer.run(cut)
        except BaseException as error:
            # Parts of uploads that nobody ends are kept, and paid for, for ever.
            task = asyncio.create_task(transfer.take_back())
            self._cleaning.add(task)
            task.add_done_callback(self._cleaning.discard)
            if isinstance(error, Exception):
                await asyncio.shield(task)
            raise
        return transfer.size

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes, None]:
        """Give the bytes from `start` to `end` (excluded); raise NotFound or Unavailable."""
        if end is not None and end <= start:
            return
        wanted = {"Range": span(start, end)} if span(start, end) else {}
        try:
            answer = await self._call("get_object", **self._object(key), **wanted)
        except _BeyondEnd:
            return
        body = answer["Body"]
        try:
            while part := await self._run(partial(body.read, READ_BYTES)):
                yield part
        finally:
            body.close()

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""
        for begin in range(0, len(keys), _DELETE_KEYS):
            names = [{"Key": self._name(key)} for key in keys[begin : begin + _DELETE_KEYS]]
            answer = await self._call(
                "delete_objects", Bucket=self._place.bucket, Delete={"Objects": names, "Quiet": True}
            )
            if failed := answer.get("Errors"):
                log.warning("S3 did not delete %d objects, such as %s", len(failed), failed[0])
                raise Unavailable("The storage of files refused to delete", "storage_refused")

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Give all keys that begin with a prefix."""
        more: dict[str, str] = {}
        while True:
            page = await self._call(
                "list_objects_v2", Bucket=self._place.bucket, Prefix=self._place.prefix + prefix, **more
            )
            for found in page.get("Contents", ()):
                yield found["Key"].removeprefix(self._place.prefix)
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    async def presign_put(self, key: str, size: int, content_type: str) -> str | None:
        """Return an address for a PUT of exactly these bytes; size and type are part of the signature."""
        return await self._presign(
            "put_object", {**self._object(key), "ContentLength": size, "ContentType": content_type}
        )

    async def presign_get(self, key: str) -> str:
        """Return an address from which a machine without our credentials may read the bytes."""
        return await self._presign("get_object", self._object(key))

    async def _presign(self, operation: str, parameters: dict[str, Any]) -> str:
        client = await self._client()
        sign = partial(
            client.generate_presigned_url, operation, Params=parameters, ExpiresIn=self._link_seconds
        )
        return str(await self._run(sign))

    def _tags(self, key: str) -> dict[str, str]:
        return {"Tagging": f"file-id={key.rpartition('/')[2]}"} if self._place.tagging else {}

    def _object(self, key: str) -> dict[str, str]:
        return {"Bucket": self._place.bucket, "Key": self._name(key)}

    def _name(self, key: str) -> str:
        return self._place.prefix + checked(key)

    async def _call(self, operation: str, **parameters: Any) -> Any:
        client = await self._client()
        return await self._run(partial(getattr(client, operation), **parameters))

    async def _run(self, work: Callable[[], Any]) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (BotoCoreError, ClientError) as error:
            raise _refusal(error) from error

    async def _client(self) -> Any:
        # Reading what boto3 knows of S3 takes a moment: once, in a thread, when it is needed.
        if self._opening is None or (self._opening.done() and self._opening.exception() is not None):
            self._opening = asyncio.ensure_future(self._run(self._open))
        return await asyncio.shield(self._opening)

    def _open(self) -> Any:
        import boto3
        from botocore.config import Config

        place = self._place
        style: Any = {"use_accelerate_endpoint": place.accelerate}
        if place.addressing:
            style["addressing_style"] = place.addressing
        return boto3.session.Session(botocore_session=aws_session(self._outside)).client(
            "s3",
            region_name=place.region or None,
            endpoint_url=place.endpoint or None,
            aws_access_key_id=place.access_key or None,
            aws_secret_access_key=place.secret_key or None,
            config=Config(
                signature_version="s3v4",
                s3=style,
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=self._timeout,
                retries={"mode": "standard", "max_attempts": _ATTEMPTS},
                max_pool_connections=self._connections,
                # Others than AWS do not all know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                proxies=self._proxies(),
            ),
        )

    def _proxies(self) -> dict[str, str]:
        place = self._place
        url = URL(place.endpoint or f"https://s3.{place.region or 'us-east-1'}.amazonaws.com")
        proxy = self._outside.proxies.for_url(url)
        return {} if proxy is None else {url.scheme: str(proxy)}


class _BeyondEnd(ServiceError):
    """A range begins behind the last byte."""


def _refusal(error: BotoCoreError | ClientError) -> ServiceError:
    if not isinstance(error, ClientError):
        log.warning("S3 cannot be used: %s", error)
        return Unavailable("The storage of files is not reachable", "storage_away")
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in _MISSING:
        return NotFound("The content of this file is not there", "blob_not_found")
    if code in {"InvalidRange", "416"}:
        return _BeyondEnd("The range begins behind the end", "blob_range")
    log.warning("S3 refused %s: %s", error.operation_name, code)
    return Unavailable("The storage of files refused the request", "storage_refused")
