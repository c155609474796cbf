"""The queue of files in Redis: Celery carries their ids; their rows say what is to be done."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from owui_chassis.errors import Unavailable
from owui_chassis.redis_place import RedisPlace

from owui_rag.adapters.broker import broker_of
from owui_rag.adapters.ingest_rows import IngestRows, Quiet, Waiting
from owui_rag.domain.ingestion import BULK, HEAVY, LIGHT, QUEUES, queue_of
from owui_rag.ports import Weight

if TYPE_CHECKING:
    from celery import Celery

TASK, WAKE = "rag.ingest_file", "rag.wake"
# A message that is older than this without an end is given out again; rows know sooner, see `sweep`.
_VISIBILITY = timedelta(hours=6)
_SECONDS = 5.0
_SWEPT_AT_ONCE = 500
# In an empty queue nothing waits. In another one, what was sent before the oldest message that waits there
# waits no more: it was lost, but for what a worker has taken and not begun.
_QUIET_EMPTY, _QUIET_BUSY = timedelta(seconds=15), timedelta(seconds=60)
# Messages of an earlier release do not say when they were sent.
_QUIET_UNKNOWN = timedelta(hours=1)
_SENT_AT = "sent_at"


def celery_app(place: str | RedisPlace, prefix: str) -> "Celery":
    """Return the Celery application that both sides use; it connects when it is used."""
    from celery import Celery

    broker = broker_of(RedisPlace(place) if isinstance(place, str) else place)
    app = Celery("owui-rag", broker=broker.url, set_as_current=False)
    app.conf.update(
        broker_use_ssl=broker.tls,
        task_ignore_result=True,
        result_backend=None,
        task_acks_late=True,
        task_acks_on_failure_or_timeout=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_pool_limit=4,
        task_default_queue=LIGHT,
        broker_transport_options={
            "visibility_timeout": int(_VISIBILITY.total_seconds()),
            "global_keyprefix": f"{prefix}:rag:celery:",
            "socket_timeout": 30,
            "socket_connect_timeout": _SECONDS,
            "queue_order_strategy": "owui_rag.adapters.queue_turns:QueueTurns",
            **broker.options,
        },
    )
    return app


class CeleryQueue:
    """Port IngestQueue."""

    def __init__(self, app: "Celery", rows: IngestRows, light_bytes: int) -> None:
        self._app = app
        self._key_prefix: str = app.conf.broker_transport_options["global_keyprefix"]
        self._rows = rows
        self._light_bytes = light_bytes

    async def submit(self, file_ids: Sequence[str], weight: Weight = "single") -> None:
        """Have these files read soon; raise Unavailable when they wait for the queue to come back."""
        await self._send(await self._rows.weighed(file_ids), bulk=weight == "bulk")

    async def cancel(self, file_ids: Sequence[str]) -> None:
        """Let go of these files: those that wait will not be read, those that are being read stop soon."""
        await self._rows.cancel(file_ids)

    async def sweep(self) -> int:
        """Put files into the queue again whose message or whose reader was lost; return how many.

        Raises Unavailable while Redis is away.
        """
        waits = await self._in_time(self._longest_waits)
        quiet = Quiet(small=max(waits[LIGHT], waits[BULK]), heavy=waits[HEAVY])
        lost = await self._rows.lost(quiet, self._light_bytes, _SWEPT_AT_ONCE)
        await self._send(lost, bulk=True)
        return len(lost)

    async def wake(self, seconds: float) -> None:
        """Have a worker started where none runs; raise Unavailable. The message ends after so long."""
        options = {
            "queue": LIGHT,
            "expires": seconds,
            "ignore_result": True,
            "headers": {_SENT_AT: time.time()},
        }
        await self._in_time(lambda: self._app.send_task(WAKE, **options))

    async def length(self) -> int:
        """Return how many messages wait in all queues; raise Unavailable."""
        return int(await self._in_time(self._length))

    async def _send(self, files: Sequence[Waiting], *, bulk: bool) -> None:
        if files:
            await self._in_time(self._send_all, files, bulk)

    async def _in_time(self, work: Any, *arguments: Any) -> Any:
        # Celery's client blocks, so that it works in a thread.
        try:
            return await asyncio.to_thread(work, *arguments)
        except self._errors() as error:
            raise Unavailable(f"The queue of files is away: {type(error).__name__}", "queue_away") from None

    def _errors(self) -> tuple[type[Exception], ...]:
        from kombu.exceptions import OperationalError

        return (*self._app.connection_for_write().connection_errors, OperationalError, OSError)

    def _send_all(self, files: Iterable[Waiting], bulk: bool) -> None:
        with self._app.producer_pool.acquire(block=True, timeout=_SECONDS) as producer:
            for file in files:
                queue = queue_of(file.filename, file.size, bulk=bulk, light_bytes=self._light_bytes)
                self._app.send_task(
                    TASK, (file.file_id,), queue=queue, producer=producer, headers={_SENT_AT: time.time()},
                    ignore_result=True, retry=True, retry_policy={"max_retries": 1, "interval_start": 0.1},
                )  # fmt: skip

    def _length(self) -> int:
        with self._app.pool.acquire(block=True, timeout=_SECONDS) as connection:
            client = connection.default_channel.client
            return sum(int(client.llen(queue)) for queue in QUEUES)

    def _longest_waits(self) -> dict[str, timedelta]:
        """Return for each queue how long ago a message may have been sent that waits in it."""
        with self._app.pool.acquire(block=True, timeout=_SECONDS) as connection:
            client = connection.default_channel.client
            # The next one to be taken is at the end. Kombu does not put its prefix before the key of this.
            oldest = {queue: client.lindex(self._key_prefix + queue, -1) for queue in QUEUES}
        return {queue: _wait_of(message) for queue, message in oldest.items()}


def _wait_of(message: bytes | None) -> timedelta:
    if message is None:
        return _QUIET_EMPTY
    try:
        sent_at = msgspec.json.decode(message)["headers"][_SENT_AT]
        return timedelta(seconds=max(0.0, time.time() - sent_at)) + _QUIET_BUSY
    except (msgspec.DecodeError, LookupError, TypeError):
        return _QUIET_UNKNOWN
