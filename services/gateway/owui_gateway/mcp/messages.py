"""JSON-RPC 2.0 as MCP uses it: what comes is checked once, what goes is written here."""

from typing import Any

import msgspec
import orjson

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMETERS = -32602
INTERNAL_ERROR = -32603
MAXIMUM_BATCH = 50

Identifier = str | int | float | None


class RpcError(Exception):
    """A request that cannot be answered with a result."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Message(msgspec.Struct, frozen=True):
    """A request, a notification (no id) or the answer to a request of the server (no method)."""

    jsonrpc: str
    method: str = ""
    id: str | int | float | msgspec.UnsetType | None = msgspec.UNSET
    params: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET

    @property
    def wants_answer(self) -> bool:
        """Whether it is a request."""
        return bool(self.method) and self.id is not msgspec.UNSET

    @property
    def arguments(self) -> dict[str, Any]:
        """Its parameters, empty when it has none."""
        return {} if self.params is msgspec.UNSET else self.params

    @property
    def identifier(self) -> Identifier:
        """Its id, None when it has none."""
        return None if self.id is msgspec.UNSET else self.id


def read_messages(body: bytes) -> tuple[list[Message], bool]:
    """Return the messages of a body and whether they are a batch; raise RpcError."""
    try:
        parsed = orjson.loads(body)
    except ValueError:
        raise RpcError(PARSE_ERROR, "The body is not JSON") from None
    is_batch = isinstance(parsed, list)
    entries = parsed if is_batch else [parsed]
    if not 0 < len(entries) <= MAXIMUM_BATCH:
        raise RpcError(INVALID_REQUEST, f"A batch has 1 to {MAXIMUM_BATCH} messages")
    return [_read(entry) for entry in entries], is_batch


def _read(entry: Any) -> Message:
    try:
        message = msgspec.convert(entry, Message)
    except msgspec.ValidationError as error:
        raise RpcError(INVALID_REQUEST, f"Not a JSON-RPC message: {error}") from None
    is_answer = isinstance(entry, dict) and ("result" in entry or "error" in entry)
    if message.jsonrpc != "2.0" or not (message.method or is_answer):
        raise RpcError(INVALID_REQUEST, "Not a JSON-RPC 2.0 message")
    return message


def result_of(identifier: Identifier, result: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a request."""
    return {"jsonrpc": "2.0", "id": identifier, "result": result}


def error_of(identifier: Identifier, error: RpcError) -> dict[str, Any]:
    """Return the answer to a request that failed."""
    return {"jsonrpc": "2.0", "id": identifier, "error": {"code": error.code, "message": error.message}}
