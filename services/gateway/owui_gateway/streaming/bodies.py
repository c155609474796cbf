"""Reads the few fields of a completion request that decide where it goes."""

import msgspec
from fastapi.exceptions import RequestValidationError
from owui_chassis.errors import NotFound
from starlette.requests import Request

from owui_gateway.transcoding.requests import is_json_type

_MOST_CONNECTIONS = 10_000
_NOTHING = (b"", b"null", b"[]", b"{}")


class CompletionFields(msgspec.Struct):
    """What the gateway has to know of a completion request; everything else travels unread."""

    model: str = ""
    messages: msgspec.Raw = msgspec.Raw(b"")
    chat_id: str | None = None
    id: str | None = None
    session_id: str | None = None
    files: msgspec.Raw = msgspec.Raw(b"")
    features: msgspec.Raw = msgspec.Raw(b"")

    @property
    def names_documents(self) -> bool:
        """Whether the answer shall rest on documents or on the web, which chat sees to."""
        if memoryview(self.files)[:8].tobytes().strip() not in _NOTHING:
            return True
        return bool(memoryview(self.features)) and _wants_web(self.features)

    @property
    def for_sockets(self) -> bool:
        """Whether the answer is wanted on the caller's sockets and not in this response."""
        return bool(self.chat_id and self.id and self.session_id)


async def read_completion(
    request: Request, required: tuple[str, ...] = ("model", "messages")
) -> tuple[bytes, CompletionFields]:
    """Return the body and its fields; raise RequestValidationError naming what is wrong."""
    body = await request.body()
    if not is_json_type(request.headers.get("content-type", "")):
        # Any web page can make a browser send other types, with the cookies of its visitor.
        raise _invalid("", "Input should be JSON, sent as application/json")
    try:
        # The decoder looks into strings only where a field is declared; providers want all of it to be UTF-8.
        body.decode()
        fields = msgspec.json.decode(body, type=CompletionFields)
    except UnicodeDecodeError:
        raise _invalid("", "The body is not valid UTF-8") from None
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$")
        raise _invalid(path.strip("`."), text) from None
    except msgspec.DecodeError as error:
        raise _invalid("", f"The body is not JSON: {error}") from None
    except RecursionError:
        raise _invalid("", "The body is nested too deeply") from None
    if "model" in required and not fields.model:
        raise _invalid("model", "model is missing")
    if "messages" in required and not bytes(fields.messages).startswith(b"["):
        raise _invalid("messages", "messages is missing or not a list")
    return body, fields


def connection_index(request: Request) -> int | None:
    """Return the index of a connection that the path names; raise NotFound for one that cannot be."""
    index: int | None = request.path_params.get("url_idx")
    if index is not None and index > _MOST_CONNECTIONS:
        raise NotFound("Connection not found", "connection_not_found")
    return index


def _wants_web(features: msgspec.Raw) -> bool:
    try:
        value = msgspec.json.decode(features)
    except (msgspec.DecodeError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("web_search") is True


def _invalid(field: str, message: str) -> RequestValidationError:
    location = ["body", field] if field else ["body"]
    return RequestValidationError([{"type": "value_error", "loc": location, "msg": message, "input": None}])
