"""Fill request messages from JSON bodies, by a plan made once per message type."""

from functools import cache
from typing import Any

import msgspec
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from owui_gateway.transcoding import json_text
from owui_gateway.transcoding.assign import Assign, assignment_of
from owui_gateway.transcoding.fields import carries_json, is_json, is_required, wire_name
from owui_gateway.transcoding.problems import Location, Problems, Unfit

# Protobuf refuses to parse messages that nest 100 levels; a location is as long as that, or longer.
_DEEPEST_MESSAGE = 90

_NULL_TEXT = msgspec.Raw(b"null")


class MessageDecoder:
    """Fills one type of message from a JSON object.

    `takes_text` tells that raw JSON can occur in it: then `fill` wants the object as (checked) text and cuts
    it into members, else it wants the parsed object.
    """

    def __init__(self, descriptor: Descriptor, without: frozenset[str] = frozenset()) -> None:
        fields = [field for field in descriptor.fields if field.name not in without]
        self.takes_text = carries_json(descriptor)
        self._assignments: dict[str, Assign] = {
            wire_name(field): assignment_of(field, self.takes_text, decoder_of) for field in fields
        }
        self._required = tuple(wire_name(field) for field in fields if is_required(field))
        # Where a field cannot be absent, the JSON value null is raw JSON like any other.
        self._keeps_null = frozenset(
            wire_name(field)
            for field in fields
            if is_json(field) and not field.has_presence and not field.is_repeated
        )

    def fill(self, message: Message, value: Any, location: Location, problems: Problems) -> None:
        """Write the members of `value` into `message`, note what does not fit, ignore unknown members."""
        try:
            members = self._members(value, location)
        except Unfit as unfit:
            problems.add(unfit, location, None if self.takes_text else value)
            return
        null = _NULL_TEXT if self.takes_text else None
        for name, member in members.items():
            assign = self._assignments.get(name)
            if assign is None:
                continue
            if member == null and name not in self._keeps_null:
                if name in self._required:
                    problems.add(Unfit("null_forbidden", "Input should not be null"), (*location, name), None)
                continue
            assign(message, member, location, problems)
        for name in self._required:
            if name not in members:
                problems.add(Unfit("missing", "Field required"), (*location, name), None)

    def _members(self, value: Any, location: Location) -> dict[str, Any]:
        if len(location) > _DEEPEST_MESSAGE:
            raise Unfit("json_too_deep", "Input nests too deeply")
        if self.takes_text:
            return json_text.members(value)
        if not isinstance(value, dict):
            raise Unfit("dict_type", "Input should be a valid dictionary")
        return value


@cache
def decoder_of(descriptor: Descriptor) -> MessageDecoder:
    """Return the decoder of a whole message type."""
    return MessageDecoder(descriptor)
