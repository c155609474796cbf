"""Describe the JSON of messages as JSON Schema, in the dialect of OpenAPI 3.1."""

from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from owui_gateway.transcoding.descriptors import Contracts
from owui_gateway.transcoding.fields import is_json, is_map, is_message, is_required, message_of, wire_name

Schema = dict[str, Any]

_SCALARS: dict[int, Schema] = {
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_FLOAT: {"type": "number", "format": "float"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_SINT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_SFIXED32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_UINT32: {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    FieldDescriptor.TYPE_FIXED32: {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    FieldDescriptor.TYPE_INT64: {"type": "integer", "format": "int64"},
    FieldDescriptor.TYPE_SINT64: {"type": "integer", "format": "int64"},
    FieldDescriptor.TYPE_SFIXED64: {"type": "integer", "format": "int64"},
    FieldDescriptor.TYPE_UINT64: {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
    FieldDescriptor.TYPE_FIXED64: {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
}


class Schemas:
    """The schemas of the messages that were asked for, and of all that those mention.

    A message that travels both ways has two: an answer always names every field, a request need not.
    """

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self._names: dict[str, str] = {}
        self.components: dict[str, Schema] = {}

    def of_message(self, descriptor: Descriptor, request: bool) -> Schema:
        """Return a reference to the schema of a message."""
        # Inputs have names of their own even where no answer carries the message, so that names are stable.
        name = self._name(descriptor.full_name) + ("Input" if request else "")
        if name not in self.components:
            self.components[name] = {}
            self.components[name].update(self.of_fields(descriptor, list(descriptor.fields), request))
            self._describe(self.components[name], descriptor.full_name)
        return {"$ref": f"#/components/schemas/{name}"}

    def of_fields(self, descriptor: Descriptor, fields: list[FieldDescriptor], request: bool) -> Schema:
        """Return the schema of an object of these fields of a message."""
        schema: Schema = {
            "type": "object",
            "properties": {wire_name(field): self.of_field(field, request) for field in fields},
        }
        always = [
            wire_name(field)
            for field in fields
            if (is_required(field) if request else not _may_be_missing(field))
        ]
        if always:
            schema["required"] = always
        return schema

    def of_field(self, field: FieldDescriptor, request: bool) -> Schema:
        """Return the schema of a field with its comment; `null` is allowed where absence means something."""
        if is_map(field):
            value = message_of(field).fields_by_name["value"]
            schema: Schema = {"type": "object", "additionalProperties": self._of_value(value, request)}
        elif field.is_repeated:
            schema = {"type": "array", "items": self._of_value(field, request)}
        else:
            schema = self._of_value(field, request)
            if field.has_presence and not is_required(field) and schema:
                schema = {"anyOf": [schema, {"type": "null"}]}
        return self._describe(schema, field.full_name)

    def _of_value(self, field: FieldDescriptor, request: bool) -> Schema:
        if is_message(field):
            return self.of_message(message_of(field), request)
        if field.enum_type is not None:
            return self._of_enum(field.enum_type)
        return {} if is_json(field) else dict(_SCALARS[field.type])

    def _of_enum(self, enum: EnumDescriptor) -> Schema:
        name = self._name(enum.full_name)
        if name not in self.components:
            self.components[name] = {"type": "string", "enum": [value.name for value in enum.values]}
            self._describe(self.components[name], enum.full_name)
        return {"$ref": f"#/components/schemas/{name}"}

    def _name(self, full_name: str) -> str:
        """Return the component name: the last part of the full name, or all of it where two end alike."""
        short = full_name.rpartition(".")[2]
        if self._names.setdefault(short, full_name) == full_name:
            return short
        return full_name

    def _describe(self, schema: Schema, full_name: str) -> Schema:
        comment = self._contracts.comment(full_name)
        if comment:
            schema["description"] = comment
        return schema


def _may_be_missing(field: FieldDescriptor) -> bool:
    """Tell whether an answer leaves the field out: raw JSON without presence, when there is none."""
    return is_json(field) and not field.has_presence and not field.is_repeated
