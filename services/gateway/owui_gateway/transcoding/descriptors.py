"""Find the contracts that are installed: their services and the comments written beside them."""

import importlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import ServiceDescriptor

# Field numbers of descriptor.proto, which the paths of source locations are made of.
_MESSAGES, _ENUMS, _SERVICES = 4, 5, 6
_FIELDS, _NESTED, _NESTED_ENUMS = 2, 3, 4
_METHODS = _VALUES = 2


class Contracts:
    """Services of a set of contract files, in order, and the comment of each named thing in them."""

    def __init__(
        self, descriptor_sets: Iterable[bytes], pool: descriptor_pool.DescriptorPool | None = None
    ) -> None:
        self._pool = pool or descriptor_pool.Default()
        self._comments: dict[str, str] = {}
        self.services: list[ServiceDescriptor] = []
        for content in descriptor_sets:
            for file in descriptor_pb2.FileDescriptorSet.FromString(content).file:
                self._add(file)

    def comment(self, full_name: str) -> str:
        """Return the comment above a service, rpc, message, field, enum or enum value, or ""."""
        return self._comments.get(full_name, "")

    def _add(self, file: descriptor_pb2.FileDescriptorProto) -> None:
        names = dict(_names(file))
        for location in file.source_code_info.location:
            name = names.get(tuple(location.path))
            if name and location.leading_comments:
                lines = (line.strip() for line in location.leading_comments.splitlines())
                self._comments[name] = "\n".join(lines).strip()
        for service in file.service:
            self.services.append(self._pool.FindServiceByName(f"{file.package}.{service.name}"))


def load_contracts() -> Contracts:
    """Read every `owui/<package>/v1/descriptors.binpb` there is and import the code beside it."""
    sets = []
    for folder in _version_folders():
        described = folder / "descriptors.binpb"
        if not described.is_file():
            continue
        content = described.read_bytes()
        for file in descriptor_pb2.FileDescriptorSet.FromString(content).file:
            importlib.import_module(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")
        sets.append(content)
    return Contracts(sets)


def _version_folders() -> Iterator[Traversable]:
    for package in sorted(files("owui").iterdir(), key=lambda entry: entry.name):
        if package.is_dir():
            version = package / "v1"
            if version.is_dir():
                yield version


def _names(file: descriptor_pb2.FileDescriptorProto) -> Iterator[tuple[tuple[int, ...], str]]:
    for index, message in enumerate(file.message_type):
        yield from _message_names((_MESSAGES, index), f"{file.package}.{message.name}", message)
    for index, enum in enumerate(file.enum_type):
        yield from _enum_names((_ENUMS, index), file.package, enum)
    for index, service in enumerate(file.service):
        name = f"{file.package}.{service.name}"
        yield (_SERVICES, index), name
        for position, method in enumerate(service.method):
            yield (_SERVICES, index, _METHODS, position), f"{name}.{method.name}"


def _message_names(
    path: tuple[int, ...], name: str, message: descriptor_pb2.DescriptorProto
) -> Iterator[tuple[tuple[int, ...], str]]:
    yield path, name
    for index, field in enumerate(message.field):
        yield (*path, _FIELDS, index), f"{name}.{field.name}"
    for index, nested in enumerate(message.nested_type):
        yield from _message_names((*path, _NESTED, index), f"{name}.{nested.name}", nested)
    for index, enum in enumerate(message.enum_type):
        yield from _enum_names((*path, _NESTED_ENUMS, index), name, enum)


def _enum_names(
    path: tuple[int, ...], scope: str, enum: descriptor_pb2.EnumDescriptorProto
) -> Iterator[tuple[tuple[int, ...], str]]:
    yield path, f"{scope}.{enum.name}"
    for index, value in enumerate(enum.value):
        # The values of an enum are siblings of the enum in protobuf's naming, as in C.
        yield (*path, _VALUES, index), f"{scope}.{value.name}"
