"""Sends the events of all tasks of the process to Redis, together, at most 50 times per second."""

import asyncio
import logging
import zlib
from collections.abc import Sequence
from typing import Any

import msgspec
from owui.events.v1.user_event_pb2 import Emission, TaskStarted, UserEvent, UserEvents
from owui_chassis.errors import NotFound, Unavailable
from owui_chassis.redis import is_cluster
from redis.asyncio import Redis
from redis.exceptions import RedisError

from owui_chat.adapters.task_streams import Entry, NumberedStream
from owui_chat.domain.task import Task

log = logging.getLogger(__name__)
# The texts of paced answers come together, 25 times a second: what belongs together is sent together.
TICK_SECONDS = 0.02
_GATHER_SECONDS = 0.002
RETRY_SECONDS = 0.5
_RUNNING_SECONDS = 24 * 3600
_ENTRIES = 50_000
# How long it can be asked which tasks of a user began: longer than any listener is away from Redis.
_RECENT_SECONDS = 600
# In a cluster the keys of a user lie in one of so many slots: a tick costs one script for each that is used.
_CLUSTER_SLOTS = 32
Batch = list[tuple[NumberedStream, list[Entry]]]

# One script call per tick with three arguments: commands and arguments cost more than the events in them.
# ARGV[1] lays out ARGV[2], the events of all streams one after the other, those of a user side by side. One
# that Redis has lost is reported and not begun in its middle; an entry that is there already is no error.
_SEND = """
local layout, events, lost, at = cmsgpack.unpack(ARGV[1]), ARGV[2], {}, 1
for number, key in ipairs(KEYS) do
    local fresh, expiry, entries = unpack(layout[1][number])
    local missing = false
    for _, entry in ipairs(entries) do
        local id, first, size, last = unpack(entry)
        local payload = string.sub(events, at, at + size - 1)
        at = at + size
        local made = missing
        if fresh then
            made = redis.pcall('XADD', key, 'MAXLEN', '~', ARGV[3], id, 'f', first, 'e', payload, 'd', last)
            fresh = false
        elseif not missing then
            made = redis.pcall(
                'XADD', key, 'NOMKSTREAM', 'MAXLEN', '~', ARGV[3], id, 'f', first, 'e', payload, 'd', last)
        end
        -- A server that is the primary no more, or has no room left, refuses each of them.
        if type(made) == 'table' and made.err and not string.find(made.err, 'equal or smaller', 1, true) then
            return made
        end
        if not made then missing = true lost[#lost + 1] = number end
    end
    if expiry > 0 then redis.call('EXPIRE', key, expiry) end
end
local now = tonumber(redis.call('TIME')[1])
for _, begun in ipairs(layout[3]) do
    redis.call('ZADD', begun[1], now, begun[2])
    redis.call('ZREMRANGEBYSCORE', begun[1], '-inf', now - tonumber(ARGV[4]))
    redis.call('EXPIRE', begun[1], ARGV[4])
end
at = 1
for _, message in ipairs(layout[2]) do
    if message[2] > 0 then redis.call('PUBLISH', message[1], string.sub(events, at, at + message[2] - 1)) end
    at = at + message[2]
end
return lost
"""


class RedisTaskEvents:
    """Writes each task's events to its stream `{prefix}:task:{user}:{task}` and to the channel of its user.

    The user is part of the key: a stream cannot even be named by anybody else.
    """

    def __init__(self, redis: Redis, prefix: str, kept_seconds: int) -> None:
        self._redis = redis
        self._prefix = prefix
        self._kept_seconds = kept_seconds
        self._dirty: dict[NumberedStream, None] = {}
        self._wake = asyncio.Event()
        self._sending = asyncio.Lock()
        self._script = redis.register_script(_SEND)
        self._slots = _CLUSTER_SLOTS if is_cluster(redis) else 0

    def open(self, task: Task, before: str) -> NumberedStream:
        """Begin the events of a task whose message already holds some text."""
        stream = NumberedStream(task, self._mark, before)
        # The beginning goes with the first words when they come at once: one sending, and no tick between.
        self._dirty[stream] = None
        asyncio.get_running_loop().call_later(TICK_SECONDS, self._wake.set)
        return stream

    async def adopt(self, task: Task) -> NumberedStream:
        """Go on with the events of a task whose process died; raise when Redis is away."""
        last: Any = await self._redis.xrevrange(self._key(task.user_id, task.id), count=1)
        # At least 1, so that a stream that has expired is not begun in its middle.
        return NumberedStream(task, self._mark, seq=int(last[0][0].split(b"-")[0]) if last else 1)

    async def run(self) -> None:
        """Send for ever: the first event at once, then what came together within a tick."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            began = loop.time()
            await asyncio.sleep(_GATHER_SECONDS)
            self._wake.clear()
            try:
                await self.flush()
                pause = TICK_SECONDS
            except (RedisError, OSError) as error:
                log.warning("events of answers wait for Redis: %s", error)
                pause = RETRY_SECONDS
            await asyncio.sleep(max(0.0, began + pause - loop.time()))

    async def flush(self) -> None:
        """Send what waits now; raise when Redis is away, everything then waits for the next call."""
        async with self._sending:
            streams, self._dirty = list(self._dirty), {}
            batch: Batch = [(stream, list(stream.build())) for stream in streams]
            batch = [(stream, entries) for stream, entries in batch if entries]
            if not batch:
                return
            batch.sort(key=lambda one: one[0].task.user_id)
            parts = self._parts(batch)
            if len(parts) == 1:
                await self._flush_part(parts[0])
                return
            # Those whose server is there do not wait for one that is away.
            results = await asyncio.gather(*map(self._flush_part, parts), return_exceptions=True)
            for error in results:
                if error is not None:
                    raise error

    async def _flush_part(self, part: Batch) -> None:
        try:
            lost = await self._send(part, publish=True)
            if lost:
                await self._restore([part[number - 1][0] for number in lost])
        except BaseException:
            for stream, _ in part:
                self._mark(stream)
            raise
        for stream, entries in part:
            del stream.unsent[: len(entries)]

    def _parts(self, batch: Batch) -> list[Batch]:
        """Cut into what one script may touch: everything, or in a cluster what lies in one slot."""
        if not self._slots:
            return [batch]
        by_slot: dict[int, Batch] = {}
        for one in batch:
            by_slot.setdefault(self._slot(one[0].task.user_id), []).append(one)
        return list(by_slot.values())

    def _slot(self, user_id: str) -> int:
        return zlib.crc32(user_id.encode()) % self._slots

    async def publish(self, user_id: str, emission: Emission) -> None:
        """Send one event that belongs to no task; raise when Redis is away."""
        payload = UserEvents(events=[UserEvent(emission=emission)]).SerializeToString()
        await self._redis.publish(f"{self._prefix}:user:{user_id}", payload)

    async def read(self, user_id: str, task_id: str, after: int) -> tuple[TaskStarted, bool, list[UserEvent]]:
        """Return how a task began, whether it has ended, and its events after a number, neighbouring texts
            joined.

        Raises NotFound when the events have expired, are not whole, or belong to somebody else.
        """
        try:
            beginning, missed, end = await self._read(user_id, task_id, after)
            if not beginning:
                # Whoever asks just after a task began asks for what is being sent, here or elsewhere.
                await self.flush()
                await asyncio.sleep(2 * TICK_SECONDS)
                beginning, missed, end = await self._read(user_id, task_id, after)
        except (RedisError, OSError):
            raise Unavailable("The events of answers cannot be read now", "events_away") from None
        gone = NotFound("The events of this answer are not kept any more", "task_not_found")
        if not beginning or not end:
            raise gone
        first = UserEvents.FromString(beginning[0][1][b"e"]).events[0]
        if first.seq != 1 or not first.HasField("started"):
            raise gone
        if missed and after >= int(missed[0][1][b"f"]) and len(_events(missed[0])) == 1:
            # Texts that were joined again after Redis had lost them cannot be cut where this reader stands.
            raise gone
        events = [event for entry in missed for event in _events(entry) if event.seq > after]
        return first.started, end[0][1][b"d"] == b"1", join_texts(events)

    async def _read(self, user_id: str, task_id: str, after: int) -> Any:
        """Return the first entry of a stream, those after a number, and the last one."""
        key = self._key(user_id, task_id)
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.xrange(key, count=1)
            pipeline.xrange(key, min=f"({max(after, 0)}")
            pipeline.xrevrange(key, count=1)
            return await pipeline.execute()

    async def recent(self, user_id: str, seconds: int) -> list[str]:
        """Return the ids of the user's tasks that began so recently, the oldest first."""
        try:
            # One clock for all: that of Redis.
            now, _ = await self._redis.time()
            found: Any = await self._redis.zrangebyscore(self._recent_key(user_id), now - seconds, "+inf")
        except (RedisError, OSError):
            raise Unavailable("The events of answers cannot be read now", "events_away") from None
        return [identifier.decode() for identifier in found]

    async def _restore(self, streams: Sequence[NumberedStream]) -> None:
        """Write streams that Redis has lost anew; one that was adopted has no memory and stays lost."""
        whole: Batch = [(stream, stream.rebuild()) for stream in streams if not stream.adopted]
        if whole:
            await self._send(whole, publish=False)

    async def _send(self, batch: Batch, *, publish: bool) -> list[int]:
        """Write entries and publish them; return the positions, from 1, of streams that Redis has lost."""
        keys, streams, payloads, begun = [], [], [], []
        # Serialised messages of one type, one after the other, are one message: that of a user is a slice.
        sizes: dict[str, int] = {}
        for stream, entries in batch:
            user_id = stream.task.user_id
            keys.append(self._key(user_id, stream.task.id))
            fresh = entries[0].first_seq == 1
            expiry = self._kept_seconds if stream.closed else _RUNNING_SECONDS if fresh else 0
            if fresh:
                begun.append((self._recent_key(user_id), stream.task.id))
            rows = []
            for entry in entries:
                size = len(entry.payload)
                payloads.append(entry.payload)
                rows.append((f"{entry.last_seq}-{entry.sub}", entry.first_seq, size, 1 if entry.last else 0))
                sizes[user_id] = sizes.get(user_id, 0) + size
            streams.append((fresh, expiry, rows))
        messages = [(f"{self._prefix}:user:{user_id}", size) for user_id, size in sizes.items()]
        layout = msgspec.msgpack.encode((streams, messages if publish else (), begun))
        arguments: list[bytes | int] = [layout, b"".join(payloads), _ENTRIES, _RECENT_SECONDS]
        lost: list[int] = await self._script(keys=keys, args=arguments)
        return lost

    def _recent_key(self, user_id: str) -> str:
        return f"{self._home(user_id)}:tasks:{user_id}"

    def _key(self, user_id: str, task_id: str) -> str:
        return f"{self._home(user_id)}:task:{user_id}:{task_id}"

    def _home(self, user_id: str) -> str:
        return f"{self._prefix}:{{{self._slot(user_id)}}}" if self._slots else self._prefix

    def _mark(self, stream: NumberedStream) -> None:
        self._dirty[stream] = None
        self._wake.set()


def join_texts(events: Sequence[UserEvent]) -> list[UserEvent]:
    """Join neighbouring texts of one kind; the joined event carries the last number."""
    joined: list[UserEvent] = []
    parts: list[str] = []
    for event in events:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.HasField("delta")
            and event.HasField("delta")
            and last.delta.reasoning == event.delta.reasoning
        ):
            parts.append(event.delta.text)
            last.seq = event.seq
            continue
        if parts and last is not None:
            last.delta.text += "".join(parts)
        parts = []
        joined.append(event)
    if parts:
        joined[-1].delta.text += "".join(parts)
    return joined


def _events(entry: tuple[bytes, dict[bytes, bytes]]) -> Sequence[UserEvent]:
    return UserEvents.FromString(entry[1][b"e"]).events
