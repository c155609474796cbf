"""Write answer messages as JSON: whole messages, one field of them, or bytes that are an answer already."""

from collections.abc import Callable
from typing import Any, cast

import msgspec
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from owui_gateway.transcoding.fields import is_http_body
from owui_gateway.transcoding.plans import Plans

JSON_TYPE = b"application/json"

# Writes an answer: returns (content type, body).
Encode = Callable[[Any], tuple[bytes, bytes]]

_to_json = msgspec.json.Encoder().encode
_plans = Plans()


def encode(message: Message) -> bytes:
    """Return a message as JSON."""
    return _to_json(_plans.of_message(cast(Descriptor, message.DESCRIPTOR))(message))


def encoder_of(descriptor: Descriptor, response_body: str = "") -> Encode:
    """Return what writes answers of a type, or only their field `response_body`, planned at first use."""
    if response_body:
        field = descriptor.fields_by_name[response_body]
        if is_http_body(field.message_type):
            return lambda message: _encode_http_body(getattr(message, response_body))
        return lambda message: (JSON_TYPE, _to_json(_plans.of_field(field)(message)))
    if is_http_body(descriptor):
        return _encode_http_body
    return lambda message: (JSON_TYPE, _to_json(_plans.of_message(descriptor)(message)))


def _encode_http_body(body: Any) -> tuple[bytes, bytes]:
    content_type = body.content_type
    if not content_type:
        return JSON_TYPE, body.data
    if not (content_type.isascii() and content_type.isprintable()):
        # A line break here, perhaps from the name of an upload, would begin a header of its own.
        return b"application/octet-stream", body.data
    return content_type.encode(), body.data
