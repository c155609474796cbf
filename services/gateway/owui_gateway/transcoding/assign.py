"""Put a JSON member into a field of a message: scalars, raw JSON, messages, lists and maps of them."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from owui_gateway.transcoding import json_text
from owui_gateway.transcoding.fields import is_json, is_map, is_message, message_of, wire_name
from owui_gateway.transcoding.problems import Location, Problems, Unfit
from owui_gateway.transcoding.scalars import Convert, json_converter, text_converter

# Puts a value into a message: (message, value, location of the message, problems). The value is parsed JSON,
# or text where the message takes text.
Assign = Callable[[Message, Any, Location, Problems], None]


class Decoder(Protocol):
    """Fills messages of one type."""

    takes_text: bool

    def fill(self, message: Message, value: Any, location: Location, problems: Problems) -> None:
        """Write the members of `value` into `message`."""
        ...


DecoderOf = Callable[[Descriptor], Decoder]


def assignment_of(
    field: FieldDescriptor, takes_text: bool, decoder_of: DecoderOf, whole: bool = False
) -> Assign:
    """Return what puts a JSON value, or text if `takes_text`, into `field`.

    Problems name the field below the location of the message; with `whole`, for a field that is the
    whole body, they name that location itself.
    """
    key: Location = () if whole else (wire_name(field),)
    if is_map(field):
        return _map(field, key, takes_text, decoder_of)
    if field.is_repeated:
        return _list(field, key, takes_text, decoder_of)
    if is_message(field):
        return _message(field, key, takes_text, decoder_of)
    return _scalar(field, key, _convert(field, takes_text))


def _convert(field: FieldDescriptor, takes_text: bool) -> Convert:
    """Return the conversion of one value, or text if `takes_text`, of a field that is no message."""
    if is_json(field):
        return bytes
    convert = json_converter(field)
    if not takes_text:
        return convert
    return lambda text: convert(json_text.value_of(text))


def _scalar(field: FieldDescriptor, key: Location, convert: Convert) -> Assign:
    name = field.name

    def assign(message: Message, value: Any, location: Location, problems: Problems) -> None:
        try:
            setattr(message, name, convert(value))
        except Unfit as unfit:
            problems.add(unfit, (*location, *key), _parsed(value))

    return assign


def _message(field: FieldDescriptor, key: Location, takes_text: bool, decoder_of: DecoderOf) -> Assign:
    name = field.name
    fill = _fill(message_of(field), takes_text, decoder_of)

    def assign(message: Message, value: Any, location: Location, problems: Problems) -> None:
        child = getattr(message, name)
        # An empty object is present, too.
        child.SetInParent()
        fill(child, value, (*location, *key), problems)

    return assign


def _list(field: FieldDescriptor, key: Location, takes_text: bool, decoder_of: DecoderOf) -> Assign:
    name = field.name
    elements = _elements_of_text if takes_text else _elements_of_value
    if is_message(field):
        fill = _fill(message_of(field), takes_text, decoder_of)

        def add(items: Any, value: Any, location: Location, problems: Problems) -> None:
            fill(items.add(), value, location, problems)
    else:
        convert = _convert(field, takes_text)

        def add(items: Any, value: Any, location: Location, problems: Problems) -> None:
            items.append(convert(value))

    def assign(message: Message, value: Any, location: Location, problems: Problems) -> None:
        place = (*location, *key)
        items = getattr(message, name)
        try:
            values = elements(value)
        except Unfit as unfit:
            problems.add(unfit, place, _parsed(value))
            return
        for index, element in enumerate(values):
            try:
                add(items, element, (*place, index), problems)
            except Unfit as unfit:
                problems.add(unfit, (*place, index), _parsed(element))

    return assign


def _map(field: FieldDescriptor, key: Location, takes_text: bool, decoder_of: DecoderOf) -> Assign:
    name = field.name
    entry = message_of(field).fields_by_name
    key_of_text = text_converter(entry["key"])
    members = json_text.members if takes_text else _members_of_value
    if is_message(entry["value"]):
        fill = _fill(message_of(entry["value"]), takes_text, decoder_of)

        def put(items: Any, at: Any, value: Any, location: Location, problems: Problems) -> None:
            fill(items[at], value, location, problems)
    else:
        convert = _convert(entry["value"], takes_text)

        def put(items: Any, at: Any, value: Any, location: Location, problems: Problems) -> None:
            items[at] = convert(value)

    def assign(message: Message, value: Any, location: Location, problems: Problems) -> None:
        place = (*location, *key)
        items = getattr(message, name)
        try:
            values = members(value)
        except Unfit as unfit:
            problems.add(unfit, place, _parsed(value))
            return
        for text, member in values.items():
            try:
                put(items, key_of_text(text), member, (*place, text), problems)
            except Unfit as unfit:
                problems.add(unfit, (*place, text), _parsed(member))

    return assign


def _fill(descriptor: Descriptor, takes_text: bool, decoder_of: DecoderOf) -> Assign:
    """Return what fills a child message; its plan is made at first use, since a type may contain itself."""

    def fill(message: Message, value: Any, location: Location, problems: Problems) -> None:
        decoder = decoder_of(descriptor)
        if takes_text and not decoder.takes_text:
            value = json_text.value_of(value)
        decoder.fill(message, value, location, problems)

    return fill


def _elements_of_text(value: Any) -> list[Any]:
    return list(json_text.elements(value))


def _elements_of_value(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise Unfit("list_type", "Input should be a valid list")


def _members_of_value(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise Unfit("dict_type", "Input should be a valid dictionary")


def _parsed(value: Any) -> Any:
    return json_text.value_of(value) if isinstance(value, msgspec.Raw) else value
