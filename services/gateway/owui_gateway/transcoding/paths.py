"""Path templates of the contracts, and the table that finds the one a request means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

from owui_gateway.transcoding.fields import ContractError

_ONE, _MANY = "*", "**"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Template:
    """A path such as `/api/v1/files/{id}/content/{name=**}`.

    `segments` are its parts between slashes, "*" for one segment of any text and "**" for any number of them;
    `fields` are the fields that those parts fill, in order.
    """

    text: str
    segments: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def parse(cls, path: str, owner: str) -> Template:
        """Read a template; raises ContractError naming `owner` for what this gateway does not know."""
        if not path.startswith("/"):
            raise ContractError(f"{owner}: the path {path!r} must begin with a slash")
        segments, fields = [], []
        for part in path[1:].split("/"):
            if not (part.startswith("{") and part.endswith("}")):
                if any(mark in part for mark in "{}*%"):
                    raise ContractError(
                        f"{owner}: {part!r} in {path} is neither plain text nor one {{field}}"
                    )
                segments.append(part)
                continue
            name, _, pattern = part[1:-1].partition("=")
            if pattern not in ("", _ONE, _MANY):
                raise ContractError(
                    f"{owner}: {part!r} in {path} may be {{name}}, {{name=*}} or {{name=**}} only"
                )
            segments.append(pattern or _ONE)
            fields.append(name)
        if len(set(fields)) < len(fields) or segments.count(_MANY) > 1:
            raise ContractError(f"{owner}: {path} names a field, or many segments, twice")
        return cls(path, tuple(segments), tuple(fields))

    @property
    def openapi(self) -> str:
        """The path as OpenAPI writes it."""
        names = iter(self.fields)
        return "/" + "/".join(
            f"{{{next(names)}}}" if part in (_ONE, _MANY) else part for part in self.segments
        )


@dataclass(slots=True)
class _Node(Generic[T]):
    literals: dict[str, _Node[T]] = field(default_factory=dict)
    one: _Node[T] | None = None
    many: _Node[T] | None = None
    targets: dict[str, T] = field(default_factory=dict)

    def child(self, segment: str) -> _Node[T]:
        if segment == _ONE:
            self.one = self.one or _Node()
            return self.one
        if segment == _MANY:
            self.many = self.many or _Node()
            return self.many
        return self.literals.setdefault(segment, _Node())


class RouteTable(Generic[T]):
    """Finds the target of a verb and path: literals win over one segment, that over many."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, verb: str, template: Template, target: T) -> T | None:
        """Add a target; return the one that has the same verb and path already instead of replacing it."""
        node = self._root
        for segment in template.segments:
            node = node.child(segment)
        if verb in node.targets:
            return node.targets[verb]
        node.targets[verb] = target
        return None

    def find(self, verb: str, segments: list[str]) -> tuple[T, tuple[str, ...]] | None:
        """Return the target and the texts of its parameters."""
        return _find(self._root, verb, segments, 0, ())

    def verbs(self, segments: list[str]) -> frozenset[str]:
        """Return the verbs that this path has."""
        known: set[str] = set()
        _collect(self._root, segments, 0, known)
        return frozenset(known)


def _find(
    node: _Node[T], verb: str, segments: list[str], at: int, taken: tuple[str, ...]
) -> tuple[T, tuple[str, ...]] | None:
    if at == len(segments):
        target = node.targets.get(verb)
        return None if target is None else (target, taken)
    segment = segments[at]
    found = None
    literal = node.literals.get(segment)
    if literal is not None:
        found = _find(literal, verb, segments, at + 1, taken)
    if found is None and node.one is not None and segment:
        found = _find(node.one, verb, segments, at + 1, (*taken, segment))
    if found is None and node.many is not None:
        for end in range(len(segments), at, -1):
            found = _find(node.many, verb, segments, end, (*taken, "/".join(segments[at:end])))
            if found is not None:
                break
    return found


def _collect(node: _Node[T], segments: list[str], at: int, known: set[str]) -> None:
    if at == len(segments):
        known.update(node.targets)
        return
    segment = segments[at]
    if segment in node.literals:
        _collect(node.literals[segment], segments, at + 1, known)
    if node.one is not None and segment:
        _collect(node.one, segments, at + 1, known)
    if node.many is not None:
        for end in range(len(segments), at, -1):
            _collect(node.many, segments, end, known)


def segments_of(raw_path: str) -> list[str]:
    """Return the decoded segments of a path as it came over the wire.

    Decoding comes after splitting, so that `%2F` is text and not a border. Bytes that are no UTF-8 become
    halves of surrogate pairs, which no field accepts.
    """
    segments = raw_path[1:].split("/")
    if "%" in raw_path:
        return [unquote(segment, errors="surrogateescape") for segment in segments]
    return segments
