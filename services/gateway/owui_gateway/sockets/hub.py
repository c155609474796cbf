"""All sockets of this replica: admits them, listens for their users, cuts them when access ends."""

import asyncio
import logging
import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from owui.chat.v1 import completion_service_pb2 as chat_pb
from owui.chat.v1.completion_service_pb2_grpc import CompletionServiceStub
from owui.events.v1.user_event_pb2 import UserEvents
from owui_chassis.background import Background
from owui_chassis.call import NO_CALL, current_call, serving, set_call
from owui_chassis.errors import ServiceError
from owui_chassis.events import Subscriber
from prometheus_client import Gauge
from redis.asyncio import Redis
from starlette.types import Receive, Scope, Send

from owui_gateway.credentials import Caller, Credentials
from owui_gateway.protocols import WRITE_TEXT_SCOPE_KEY
from owui_gateway.sockets.client_events import ClientEvents
from owui_gateway.sockets.connection import POLICY, Connection, Limits, Refused
from owui_gateway.sockets.origins import Origins
from owui_gateway.sockets.telling import UserFeed

log = logging.getLogger(__name__)
T = TypeVar("T")
_OPEN = Gauge("owui_sockets", "Open sockets.")
_LOOKS_AT_ONCE = 32
_RECHECKED_TOGETHER = 200
# So many sockets are sent elsewhere per tick (seconds): 200 in a second.
_LEAVE_AT_ONCE, _LEAVE_TICK = 10, 0.05
_PATH = "/ws/socket.io"


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give the items in lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


class SocketHub:
    """The ASGI application at /ws/socket.io."""

    def __init__(
        self,
        *,
        redis: Redis,
        prefix: str,
        credentials: Credentials,
        chat: CompletionServiceStub,
        events: ClientEvents,
        origins: Origins,
        background: Background,
        max_sockets: int,
        limits: Limits,
    ) -> None:
        self._prefix = prefix
        self._credentials = credentials
        self._chat = chat
        self._events = events
        self._origins = origins
        self._background = background
        self._max_sockets = max_sockets
        self._limits = limits
        self._feeds: dict[str, UserFeed] = {}
        self._tokens: dict[str, str] = {}
        self._reading: set[str] = set()
        self._connected = 0
        self._closing = False
        self.subscriber = Subscriber(redis, on_reconnect=self._look_for_missed)

    async def start(self) -> None:
        """Begin to listen for revocations and to check who is still welcome."""
        await self.subscriber.subscribe(f"{self._prefix}:revocations", self._revoke)
        self._background.forever(self.subscriber.run, "events for sockets")
        self._background.forever(self._events.run, "events that sockets have joined")
        self._background.every(self._limits.recheck, self._recheck, "access of open sockets")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket; what is no WebSocket is refused as the public interface says."""
        if scope["type"] != "websocket":
            body = b'{"detail":"Invalid transport"}'
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 400, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        if not self._origins.allows(scope) or self._connected >= self._max_sockets:
            await send({"type": "websocket.close", "code": POLICY})
            return
        connection = Connection(
            receive,
            send,
            self._admit,
            self._events,
            self._limits,
            write_text=scope.get(WRITE_TEXT_SCOPE_KEY),
        )
        self._connected += 1
        _OPEN.inc()
        try:
            await connection.run()
        finally:
            self._connected -= 1
            _OPEN.dec()
            await self._leave(connection)

    async def _admit(self, connection: Connection, auth: dict[str, Any]) -> None:
        token = auth.get("token")
        if not isinstance(token, str) or not token or token.startswith("sk-"):
            raise Refused("Not authenticated")
        try:
            caller = await self._credentials.resolve(token, _PATH)
        except ServiceError as error:
            raise Refused(error.message) from None
        if caller.principal.via != "session":
            raise Refused("Not authenticated")
        if caller.principal.role not in ("user", "admin"):
            raise Refused("The account waits for approval")
        set_call(caller.call(current_call()))
        connection.caller = caller
        self._tokens[connection.sid] = token
        await self._join(connection, caller.principal.user_id)
        try:
            # Remembered, unless it was revoked before the socket was among those that are told so.
            await self._credentials.resolve(token, _PATH)
        except ServiceError as error:
            raise Refused(error.message) from None
        if self._closing:
            connection.close()

    async def _join(self, connection: Connection, user_id: str) -> None:
        feed = self._feeds.get(user_id)
        if feed is None:
            feed = self._feeds[user_id] = UserFeed(lambda task_id: self._read_task(user_id, task_id))
            # Subscribed only while a socket of the user is here: replicas pay for their own users alone.
            await self.subscriber.subscribe(
                self._channel(user_id), lambda payload: self._tell(user_id, payload)
            )
        feed.connections[connection.sid] = connection

    async def _leave(self, connection: Connection) -> None:
        self._tokens.pop(connection.sid, None)
        if connection.caller is None:
            return
        await self._events.left(connection)
        user_id = connection.caller.principal.user_id
        feed = self._feeds.get(user_id)
        if feed is None:
            return
        feed.connections.pop(connection.sid, None)
        if not feed.connections:
            self._feeds.pop(user_id).close()
            await self.subscriber.unsubscribe(self._channel(user_id))

    def _channel(self, user_id: str) -> str:
        return f"{self._prefix}:user:{user_id}"

    def _tell(self, user_id: str, payload: bytes) -> None:
        feed = self._feeds.get(user_id)
        if feed is not None:
            feed.tell(UserEvents.FromString(payload).events)

    def _read_task(self, user_id: str, task_id: str) -> None:
        if task_id in self._reading:
            return
        self._reading.add(task_id)
        self._background.spawn(self._catch_up(user_id, task_id), "reading a task's beginning")

    async def _catch_up(self, user_id: str, task_id: str) -> None:
        read = None
        try:
            caller = self._caller_of(user_id)
            if caller is not None:
                with serving(caller.call(NO_CALL)):
                    read = await self._chat.ReadTask(chat_pb.ReadTaskRequest(task_id=task_id))
        except ServiceError as error:
            log.info("the beginning of a task could not be read: %s", error.message)
        finally:
            self._reading.discard(task_id)
            # The user's sockets may have gone and come back meanwhile.
            feed = self._feeds.get(user_id)
            if feed is not None:
                feed.caught_up(task_id, read)

    async def _look_for_missed(self) -> None:
        """Read what was said while nobody listened here."""
        # Clocks count whole seconds, and some words were on their way.
        seconds = math.ceil(self.subscriber.missed_seconds) + 2
        self._background.spawn(self._look_for_begun(list(self._feeds), seconds), "reading missed tasks")
        for feed in list(self._feeds.values()):
            feed.look_for_missed()

    async def _look_for_begun(self, users: list[str], seconds: int) -> None:
        for part in batched(users, _LOOKS_AT_ONCE):
            await asyncio.gather(*(self._look_for_begun_by(user_id, seconds) for user_id in part))

    async def _look_for_begun_by(self, user_id: str, seconds: int) -> None:
        caller = self._caller_of(user_id)
        if caller is None:
            return
        try:
            with serving(caller.call(NO_CALL)):
                recent = await self._chat.ListRecentTasks(chat_pb.ListRecentTasksRequest(seconds=seconds))
        except ServiceError as error:
            log.warning("tasks that began unheard cannot be found: %s", error.message)
            return
        feed = self._feeds.get(user_id)
        if feed is not None:
            feed.look_for_begun(recent.task_ids)

    def _caller_of(self, user_id: str) -> Caller | None:
        feed = self._feeds.get(user_id)
        callers = (one.caller for one in feed.connections.values()) if feed else iter(())
        return next((one for one in callers if one is not None), None)

    def _revoke(self, payload: bytes) -> None:
        user_id, credential_id = self._credentials.forget(payload)
        feed = self._feeds.get(user_id)
        for connection in list(feed.connections.values()) if feed else ():
            caller = connection.caller
            if caller is not None and credential_id in (None, caller.principal.credential_id):
                connection.close(POLICY, at_once=True)

    async def _recheck(self) -> None:
        """Cut sockets whose credential has ended, should the message about it have been lost."""
        by_token: dict[str, list[Connection]] = {}
        for feed in list(self._feeds.values()):
            for connection in feed.connections.values():
                by_token.setdefault(self._tokens.get(connection.sid, ""), []).append(connection)
        for part in batched(by_token.items(), _RECHECKED_TOGETHER):
            try:
                callers = await self._credentials.resolve_again([token for token, _ in part])
            except ServiceError as error:
                log.warning("whose the open sockets are cannot be asked now: %s", error.message)
                return
            for caller, (_, sockets) in zip(callers, part, strict=True):
                for connection in sockets:
                    if caller is not None and caller.principal.role in ("user", "admin"):
                        connection.caller = caller
                    else:
                        connection.close(POLICY, at_once=True)

    async def leave(self, longest: float) -> None:
        """End all sockets, one after the other, in at most `longest` seconds: their clients go to other
        replicas and resume there, and these shall not meet them all at once."""
        self._closing = True
        open_now = [connection for feed in self._feeds.values() for connection in feed.connections.values()]
        at_once = math.ceil(len(open_now) * _LEAVE_TICK / max(longest, _LEAVE_TICK))
        for part in batched(open_now, max(_LEAVE_AT_ONCE, at_once)):
            for connection in part:
                connection.close()
            await asyncio.sleep(_LEAVE_TICK)
