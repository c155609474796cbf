"""What a field of a contract says about itself beyond protobuf: JSON name, raw JSON, presence."""

from collections.abc import Iterable
from typing import Any, cast

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from owui.options.v1 import options_pb2


class ContractError(Exception):
    """A contract that cannot be served over REST; the sentence names the method or field and the remedy."""


def extension(options: Message, option: Any) -> Any:
    """Return the value of one of our options; protobuf's types know extensions of their own files only."""
    extensions: Any = options.Extensions
    return extensions[option]


def message_of(field: FieldDescriptor) -> Descriptor:
    """Return the type of a field for which `is_message` is true."""
    return cast(Descriptor, field.message_type)


def wire_name(field: FieldDescriptor) -> str:
    """Return the field's name in JSON and in queries."""
    return str(extension(field.GetOptions(), options_pb2.wire_name)) or field.name


def is_json(field: FieldDescriptor) -> bool:
    """Tell whether the bytes of this field are JSON text."""
    return field.type == FieldDescriptor.TYPE_BYTES and bool(extension(field.GetOptions(), options_pb2.json))


def is_required(field: FieldDescriptor) -> bool:
    """Tell whether a request must name this field (`google.api.field_behavior = REQUIRED`)."""
    return field_behavior_pb2.REQUIRED in extension(field.GetOptions(), field_behavior_pb2.field_behavior)


def is_message(field: FieldDescriptor) -> bool:
    """Tell whether the field holds a message, a map included."""
    return field.message_type is not None


def is_map(field: FieldDescriptor) -> bool:
    """Tell whether the field is a map."""
    return field.is_repeated and is_message(field) and bool(message_of(field).GetOptions().map_entry)


def is_http_body(message: Descriptor | None) -> bool:
    """Tell whether this is google.api.HttpBody, the bytes of an answer that is written already."""
    return message is not None and message.full_name == "google.api.HttpBody"


def carries_json(message: Descriptor, _seen: set[str] | None = None) -> bool:
    """Tell whether raw JSON can occur in a message, at any depth."""
    seen = _seen if _seen is not None else set()
    if message.full_name in seen:
        return False
    seen.add(message.full_name)
    return any(
        is_json(field) or (is_message(field) and carries_json(message_of(field), seen))
        for field in message.fields
    )


def check_fields(fields: Iterable[FieldDescriptor], _seen: set[str] | None = None) -> None:
    """Raise ContractError when a field of a message, at any depth, is nothing that REST can carry."""
    seen = _seen if _seen is not None else set()
    names: set[str] = set()
    for field in fields:
        if extension(field.GetOptions(), options_pb2.json) and not is_json(field):
            raise ContractError(f"{field.full_name} has (owui.options.v1.json) but is not of type bytes")
        if wire_name(field) in names:
            raise ContractError(f"{field.full_name} has the same name in JSON as another field")
        names.add(wire_name(field))
        message = field.message_type
        if message is None or message.full_name in seen:
            continue
        seen.add(message.full_name)
        if message.full_name.startswith("google."):
            raise ContractError(
                f"{field.full_name} is a {message.full_name}, which REST messages do not carry; "
                "use a number, a message of our own, or bytes with (owui.options.v1.json)"
            )
        check_fields(message.fields, seen)
