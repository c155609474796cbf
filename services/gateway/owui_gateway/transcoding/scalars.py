"""Turn JSON values and query texts into what a scalar field of protobuf holds, or say why they do not fit."""

import base64
import binascii
import re
import struct
from collections.abc import Callable
from math import isfinite
from typing import Any

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from owui_gateway.transcoding import json_text
from owui_gateway.transcoding.problems import Unfit

Convert = Callable[[Any], Any]

_SIGNED_32 = (-(2**31), 2**31 - 1)
_SIGNED_64 = (-(2**63), 2**63 - 1)
_RANGES = {
    FieldDescriptor.TYPE_INT32: _SIGNED_32,
    FieldDescriptor.TYPE_SINT32: _SIGNED_32,
    FieldDescriptor.TYPE_SFIXED32: _SIGNED_32,
    FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.TYPE_FIXED32: (0, 2**32 - 1),
    FieldDescriptor.TYPE_INT64: _SIGNED_64,
    FieldDescriptor.TYPE_SINT64: _SIGNED_64,
    FieldDescriptor.TYPE_SFIXED64: _SIGNED_64,
    FieldDescriptor.TYPE_UINT64: (0, 2**64 - 1),
    FieldDescriptor.TYPE_FIXED64: (0, 2**64 - 1),
}
_LARGEST_FLOAT = {
    FieldDescriptor.TYPE_FLOAT: 3.4028234663852886e38,
    FieldDescriptor.TYPE_DOUBLE: float("inf"),
}
# Integers that need more than 64 bits arrive as doubles; beyond this a double stands for several integers.
_LARGEST_EXACT = 2.0**53
_DIGITS = re.compile(r"[+-]?[0-9]{1,25}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_TRUE = frozenset({"true", "1", "on", "yes", "t", "y"})
_FALSE = frozenset({"false", "0", "off", "no", "f", "n"})


def json_converter(field: FieldDescriptor) -> Convert:
    """Return the conversion of a parsed JSON value; it raises Unfit."""
    if field.type == FieldDescriptor.TYPE_BOOL:
        return _bool
    return _converter(field)


def text_converter(field: FieldDescriptor) -> Convert:
    """Return the conversion of a text from a path or a query; it raises Unfit."""
    if field.type == FieldDescriptor.TYPE_BOOL:
        return _bool_of_text
    if field.type == FieldDescriptor.TYPE_ENUM:
        of_json = _enum_converter(field.enum_type)
        return lambda text: of_json(int(text) if _DIGITS.fullmatch(text) else text)
    return _converter(field)


def _converter(field: FieldDescriptor) -> Convert:
    if field.type == FieldDescriptor.TYPE_STRING:
        return _string
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes
    if field.type == FieldDescriptor.TYPE_ENUM:
        return _enum_converter(field.enum_type)
    if field.type in _RANGES:
        return _int_converter(*_RANGES[field.type])
    return _single if field.type == FieldDescriptor.TYPE_FLOAT else _double


def _string(value: object) -> str:
    if type(value) is not str:
        raise Unfit("string_type", "Input should be a valid string")
    if "\x00" in value:
        # Postgres text has no place for it, so no service could keep it.
        raise Unfit("string_nul", "Input should not contain the character U+0000")
    return value


def _bool(value: object) -> bool:
    if value is True or value is False:
        return value
    raise Unfit("bool_type", "Input should be a valid boolean")


def _bool_of_text(value: str) -> bool:
    text = value.lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Unfit("bool_parsing", "Input should be a valid boolean, unable to interpret input")


def _int_converter(least: int, most: int) -> Convert:
    def convert(value: object) -> int:
        number = value if type(value) is int else _int_of(value)
        if number > most:
            raise Unfit("less_than_equal", f"Input should be less than or equal to {most}")
        if number < least:
            raise Unfit("greater_than_equal", f"Input should be greater than or equal to {least}")
        return number

    return convert


def _int_of(value: object) -> int:
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):
            raise Unfit(
                "int_parsing", "Input should be a valid integer, unable to parse string as an integer"
            )
        return int(value)
    if isinstance(value, float):
        if not value.is_integer():
            raise Unfit(
                "int_from_float", "Input should be a valid integer, got a number with a fractional part"
            )
        if abs(value) > _LARGEST_EXACT:
            raise Unfit("int_parsing_size", "Input should be an integer of at most 64 bits")
        return int(value)
    raise Unfit("int_type", "Input should be a valid integer")


def _double(value: object) -> float:
    number = _float_of(value)
    if not isfinite(number):
        raise Unfit("finite_number", "Input should be a finite number")
    return number


def _single(value: object) -> float:
    number = _double(value)
    try:
        struct.pack("<f", number)
    except OverflowError as error:
        raise Unfit("finite_number", "Input should be a number that fits 32 bits") from error
    return number


def _float_of(value: object) -> float:
    if type(value) is float:
        return value
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value):
            raise Unfit("float_parsing", "Input should be a valid number, unable to parse string as a number")
        return float(value)
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            return float("inf")
    raise Unfit("float_type", "Input should be a valid number")


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise Unfit("bytes_type", "Input should be valid base64 text")
    try:
        padded = value.replace("-", "+").replace("_", "/").rstrip("=")
        return base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unfit("bytes_invalid_encoding", "Input should be valid base64 text") from error


def _enum_converter(enum: EnumDescriptor | None) -> Convert:
    values = enum.values if enum is not None else ()
    numbers = {value.name: value.number for value in values}
    known = frozenset(numbers.values())
    expected = ", ".join(f"'{name}'" for name in numbers)

    def convert(value: object) -> int:
        if isinstance(value, str):
            number = numbers.get(value)
            if number is not None:
                return number
        elif type(value) is int and value in known:
            return value
        raise Unfit("enum", f"Input should be one of {expected}")

    return convert


def raw_json_of_text(value: str) -> bytes:
    """Return the JSON text given in a query; raises Unfit when it is none."""
    text = value.encode("utf-8", "surrogateescape")
    json_text.parse(text)
    return text
