"""Fields of configuration messages as settings: found by the name that clients use for both."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from owui.options.v1 import options_pb2
from owui_chassis.errors import Invalid
from owui_chassis.live import LiveSettings
from owui_chassis.settings import Setting, SettingsError, parse

Live = LiveSettings[Any]
# What clients send back for a setting that has no value here.
_NOTHING = (None, "", 0, 0.0, False, b"", b"null", b"[]", b"{}")


class SettingFields:
    """The fields of one message type that are settings of this service."""

    def __init__(self, descriptor: Any, declared: Mapping[str, Setting]) -> None:
        self._settings: dict[str, Setting] = {}
        self._names: dict[str, str] = {}
        for field in descriptor.fields:
            name = _wire_name(field)
            if not name:
                continue
            self._names[field.name] = name
            setting = declared.get(name.lower()) or _by_variable(declared, name)
            if setting is not None and setting.persistent:
                self._settings[field.name] = setting

    @property
    def missing(self) -> set[str]:
        """The names in the interface that are no settings of this service."""
        return {name for field, name in self._names.items() if field not in self._settings}

    def fill(self, message: Message, live: Live) -> None:
        """Write the current values into a message; what has none is left absent."""
        fields: Any = message.DESCRIPTOR.fields_by_name
        for name, setting in self._settings.items():
            value = _outgoing(fields[name], getattr(live, setting.attribute))
            if value is not None:
                setattr(message, name, value)

    def changes(self, message: Message) -> Iterator[tuple[str, Any]]:
        """Give attribute and new value of each setting that a message names; raise Invalid."""
        for field, value in message.ListFields():
            name = self._names.get(field.name)
            if name is None:
                continue
            setting = self._settings.get(field.name)
            if setting is not None:
                yield setting.attribute, _incoming(setting, name, value)
            elif value not in _NOTHING:
                raise Invalid(f"{name} cannot be changed here", "unknown_setting")


async def change(live: Live, values: Mapping[str, Any], by: str) -> None:
    """Store new values for all replicas; raise Invalid when they make no sense together."""
    settings = live.settings
    current = {attribute: getattr(live, attribute) for attribute in settings.declared}
    try:
        checked = {
            name: msgspec.convert(value, settings.declared[name].type) for name, value in values.items()
        }
        type(settings)(**{**current, **checked})
    except (SettingsError, msgspec.ValidationError) as error:
        raise Invalid(str(error), "invalid_setting") from None
    if values:
        await live.set(by=by, **values)


def _wire_name(field: FieldDescriptor) -> str:
    extensions: Any = field.GetOptions().Extensions
    return str(extensions[options_pb2.wire_name])


def _by_variable(declared: Mapping[str, Setting], name: str) -> Setting | None:
    wanted = {name, f"RAG_{name}"}
    return next((setting for setting in declared.values() if wanted & set(setting.names)), None)


def _outgoing(field: FieldDescriptor, value: Any) -> Any:
    if field.type == FieldDescriptor.TYPE_BYTES:
        return msgspec.json.encode(value)
    if value is None:
        return None
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if field.type == FieldDescriptor.TYPE_STRING:
        return f"{value:g}" if isinstance(value, float) else str(value)
    return int(value) if field.type == FieldDescriptor.TYPE_INT64 else value


def _incoming(setting: Setting, name: str, value: Any) -> Any:
    kind = _plain_type(setting.type)
    if isinstance(value, bytes):
        return msgspec.json.decode(value)
    if kind is timedelta and not isinstance(value, str):
        return timedelta(seconds=value)
    if not isinstance(value, str) or kind is str:
        return value
    if value == "":
        # Emptied by hand: what the environment or the default says counts again.
        return setting.default
    try:
        return parse(setting, name, value)
    except SettingsError as error:
        raise Invalid(str(error), "invalid_setting") from None


def _plain_type(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind
