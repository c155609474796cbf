"""Declared settings: each names its environment variable, type, default and meaning once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import UnionType
from typing import Any, ClassVar, Self, Union, dataclass_transform, get_args, get_origin, get_type_hints

import msgspec

_REQUIRED: Any = object()
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


class SettingsError(Exception):
    """A setting is missing or cannot be understood; the message names the variable and the remedy."""


@dataclass(frozen=True)
class Setting:
    """The declaration of one setting."""

    names: tuple[str, ...]
    default: Any
    doc: str
    persistent: str | None
    secret: bool
    separator: str
    attribute: str = ""
    type: Any = str

    @property
    def required(self) -> bool:
        """Whether the environment has to give it."""
        return self.default is _REQUIRED


def setting(
    names: str | tuple[str, ...],
    default: Any = _REQUIRED,
    doc: str = "",
    *,
    persistent: str | None = None,
    secret: bool = False,
    separator: str = ",",
) -> Any:
    """Declare a setting.

    `names` are environment variables, the first that is set wins; "{prefix}" in one stands for the prefix of
    the service. `persistent` is the path under which an administrator may change it, the database then wins.
    """
    variables = (names,) if isinstance(names, str) else names
    return Setting(variables, default, doc, persistent, secret, separator)


@dataclass_transform(field_specifiers=(setting,), kw_only_default=True, frozen_default=True)
class Settings:
    """Base of the settings class of a service; its instances never change."""

    prefix: ClassVar[str] = ""
    declared: ClassVar[dict[str, Setting]] = {}

    def __init_subclass__(cls) -> None:
        """Collect what the class declares."""
        hints = get_type_hints(cls)
        found: dict[str, Setting] = {}
        for base in reversed(cls.__mro__):
            for attribute, value in vars(base).items():
                if isinstance(value, Setting):
                    names = tuple(name.replace("{prefix}", cls.prefix) for name in value.names)
                    found[attribute] = Setting(
                        names, value.default, value.doc, value.persistent, value.secret, value.separator,
                        attribute, hints[attribute],
                    )  # fmt: skip
        cls.declared = found

    def __init__(self, **values: Any) -> None:
        """Take values by attribute name; what is left out has its default."""
        unknown = values.keys() - self.declared.keys()
        if unknown:
            raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
        for name, declaration in self.declared.items():
            value = values.get(name, declaration.default)
            if value is _REQUIRED:
                raise SettingsError(f"{declaration.names[0]} is not set. {declaration.doc}".strip())
            object.__setattr__(self, name, value)
        self.check()

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"settings do not change; {name} is read from the environment at start")

    def check(self) -> None:
        """Raise SettingsError when values make no sense together; for subclasses to extend."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from environment variables; an empty variable counts as not set.

        Raises SettingsError naming the variable and what it should look like.
        """
        values = {}
        for name, declaration in cls.declared.items():
            for variable in declaration.names:
                text = environ.get(variable, "")
                if text != "":
                    values[name] = parse(declaration, variable, text)
                    break
        return cls(**values)

    @classmethod
    def source(cls, attribute: str, environ: Mapping[str, str]) -> str:
        """Tell where a value comes from: the name of the variable, or "default"."""
        names = cls.declared[attribute].names
        return next((name for name in names if environ.get(name, "") != ""), "default")


def parse(declaration: Setting, variable: str, text: str) -> Any:
    """Turn the text of a variable into the declared type."""
    try:
        return _convert(declaration, declaration.type, text)
    except (ValueError, msgspec.DecodeError) as error:
        if declaration.secret:
            # The error of a conversion repeats what it could not convert.
            raise SettingsError(f"{variable}: its value is not valid") from None
        raise SettingsError(f"{variable}: {text!r} is not valid: {error}") from None


def _convert(declaration: Setting, kind: Any, text: str) -> Any:
    if get_origin(kind) in (Union, UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    origin = get_origin(kind) or kind
    if origin is tuple:
        return tuple(part.strip() for part in text.split(declaration.separator))
    if origin is bool:
        # The ecosystem reads only the text "true" as true; anything else has always meant false.
        return text.strip().lower() == "true"
    if origin is timedelta:
        return duration(text)
    if origin in (int, float, str):
        return origin(text.strip() if origin is not str else text)
    return msgspec.json.decode(text, type=kind)


def duration(text: str) -> timedelta | None:
    """Read a duration such as "4w", "1h30m" or "90" (seconds); "-1" means without end."""
    text = text.strip()
    if text == "-1":
        return None
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return timedelta(seconds=float(text))
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError("expected a duration such as 4w, 12h, 30m or -1")
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))
