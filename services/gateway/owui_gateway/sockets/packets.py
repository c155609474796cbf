"""The texts of Engine.IO 4 and Socket.IO 5, as far as a server over WebSocket speaks them."""

from dataclasses import dataclass
from typing import Any

import orjson

PING, PONG = "2", "3"
CONNECT, DISCONNECT, EVENT = 0, 1, 2


class ProtocolError(Exception):
    """The client sent something that is no packet of the protocol."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A Socket.IO packet: kind 0 CONNECT, 1 DISCONNECT, 2 EVENT, 3 ACK, 4 CONNECT_ERROR."""

    kind: int
    namespace: str = "/"
    ack: int | None = None
    data: Any = None


def opening(sid: str, ping_interval: float, ping_timeout: float, max_payload: int) -> str:
    """Return the first text of a connection; times in seconds, the payload in bytes."""
    settings = {
        "sid": sid,
        "upgrades": [],
        "pingInterval": int(ping_interval * 1000),
        "pingTimeout": int(ping_timeout * 1000),
        "maxPayload": max_payload,
    }
    return "0" + orjson.dumps(settings).decode()


def event(name: str, data: Any) -> str:
    """Return the text of an event with one argument."""
    return "42" + orjson.dumps([name, data]).decode()


def ack(number: int, data: Any) -> str:
    """Return the text that acknowledges an event of the client."""
    return f"43{number}" + orjson.dumps([data]).decode()


def connected(sid: str) -> str:
    """Return the text that accepts a client."""
    return "40" + orjson.dumps({"sid": sid}).decode()


def refused(message: str, namespace: str = "/") -> str:
    """Return the text that refuses a client."""
    where = "" if namespace == "/" else f"{namespace},"
    return f"44{where}" + orjson.dumps({"message": message}).decode()


def parse(text: str) -> Packet:
    """Read what follows the "4" of a message; raise ProtocolError for what is no packet."""
    if not text or text[0] not in "01234":
        raise ProtocolError("binary or unknown packet")
    kind, rest = int(text[0]), text[1:]
    namespace = "/"
    if rest.startswith("/"):
        namespace, _, rest = rest.partition(",")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    number, rest = (int(rest[:digits][:9]) if digits else None), rest[digits:]
    if not rest:
        return Packet(kind, namespace, number)
    try:
        return Packet(kind, namespace, number, orjson.loads(rest))
    except orjson.JSONDecodeError as error:
        raise ProtocolError("the packet's data is not JSON") from error
