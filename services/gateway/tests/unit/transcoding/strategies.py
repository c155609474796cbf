"""Random messages, JSON and texts for the property tests of the codec."""

import json
import struct
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st
from owui_gateway.transcoding.fields import is_json, is_map, is_message

# Surrogates are not text, and U+0000 is refused because no database keeps it.
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20
) | st.sampled_from(
    ["", '"\\/\b\f\n\r\t', "👩‍👩‍👧‍👦 e\u0301 \u202e \ufeff", "\U0010ffff", "\u2028\u2029", "null", "\x7f\x01"]
)
_floats = st.floats(allow_nan=False, allow_infinity=False)
_singles = st.floats(allow_nan=False, allow_infinity=False, width=32)


def _integers(bits: int, signed: bool) -> st.SearchStrategy[int]:
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return st.integers(least, most) | st.sampled_from([least, most, 0])


_SCALARS: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.TYPE_STRING: texts,
    FieldDescriptor.TYPE_BYTES: st.binary(max_size=20),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_DOUBLE: _floats,
    FieldDescriptor.TYPE_FLOAT: _singles,
    FieldDescriptor.TYPE_INT32: _integers(32, True),
    FieldDescriptor.TYPE_UINT32: _integers(32, False),
    FieldDescriptor.TYPE_INT64: _integers(64, True),
    FieldDescriptor.TYPE_SINT64: _integers(64, True),
    FieldDescriptor.TYPE_UINT64: _integers(64, False),
    FieldDescriptor.TYPE_FIXED64: _integers(64, False),
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | _floats | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def json_texts(draw: st.DrawFn, values: st.SearchStrategy[Any] = json_values) -> bytes:
    """JSON as different clients write it: escaped or not, tight or indented."""
    layout = draw(
        st.sampled_from([{}, {"indent": 2}, {"separators": (",", ":")}, {"separators": (" , ", " : ")}])
    )
    return json.dumps(draw(values), ensure_ascii=draw(st.booleans()), **layout).encode()


@st.composite
def messages(draw: st.DrawFn, descriptor: Descriptor, depth: int = 3) -> Message:
    """A message with some of its fields set, presence included."""
    message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if draw(st.booleans()) and not (is_message(field) and depth == 0):
            _fill(draw, message, field, depth)
    return message


def _fill(draw: st.DrawFn, message: Message, field: FieldDescriptor, depth: int) -> None:
    if is_map(field):
        entry = field.message_type.fields_by_name
        container = getattr(message, field.name)
        for key in draw(st.lists(_value(entry["key"]), max_size=2)):
            if is_message(entry["value"]):
                container[key].CopyFrom(draw(messages(entry["value"].message_type, depth - 1)))
            else:
                container[key] = draw(_value(entry["value"]))
    elif is_message(field) and field.is_repeated:
        for child in draw(st.lists(messages(field.message_type, depth - 1), max_size=2)):
            getattr(message, field.name).add().CopyFrom(child)
    elif is_message(field):
        child = getattr(message, field.name)
        child.SetInParent()
        child.CopyFrom(draw(messages(field.message_type, depth - 1)))
    elif field.is_repeated:
        getattr(message, field.name).extend(draw(st.lists(_value(field), max_size=3)))
    else:
        setattr(message, field.name, draw(_value(field)))


def _value(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    if is_json(field):
        # Where absence means something, null is absence and does not come back.
        return json_texts().filter(lambda text: text != b"null")
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values])
    return _SCALARS[field.type]


def single(value: float) -> float:
    """The 32-bit float nearest to a double."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])
