"""The models of all connections and of the workspace at one moment, and who may use which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from owui_chassis.access_control import Caller

from owui_model_proxy.domain.connections import Connection, Dialect
from owui_model_proxy.domain.knowledge import Attached, attached
from owui_model_proxy.domain.model_json import ModelJson, base_json, preset_json
from owui_model_proxy.domain.provider_lists import ProviderModel
from owui_model_proxy.domain.rows import ModelRow

MAXIMUM_HOPS = 8


@dataclass(frozen=True, slots=True)
class BaseModel:
    """A model of a provider, with every connection that has it: the first one answers."""

    id: str
    source: ProviderModel
    targets: tuple[tuple[Connection, str], ...]

    @property
    def connection(self) -> Connection:
        """The connection that answers when none is named."""
        return self.targets[0][0]

    def target(self, index: int | None) -> tuple[Connection, str] | None:
        """Return connection and the provider's own identifier; None when the named one does not have it."""
        if index is None:
            return self.targets[0]
        return next((target for target in self.targets if target[0].index == index), None)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request to a model goes, and what its rows add to it."""

    id: str
    name: str
    base: BaseModel
    params: Mapping[str, Any]
    listed: ModelJson
    knowledge: Attached = ()


@dataclass(frozen=True, slots=True)
class _Walk:
    admitted: bool
    base: BaseModel | None = None
    hops: tuple[ModelRow, ...] = ()


_REFUSED = _Walk(admitted=False)


class ModelIndex:
    """An immutable view; built anew when a list, a row or the order changes.

    A caller may use a workspace model when he may read its row and may use its base himself, or when an
    administrator put it on that base: so nobody reaches a closed model by building on it.
    """

    def __init__(
        self, bases: Iterable[BaseModel], rows: Iterable[ModelRow], order: Sequence[str] = ()
    ) -> None:
        self.bases = {base.id: base for base in bases}
        self.rows = {row.id: row for row in rows}
        self._overrides = {base.id: self._override(base) for base in self.bases.values()}
        self.base_listing = [
            base_json(base.source, base.id, base.targets, None) for base in self.bases.values()
        ]
        self.listing = self._sorted(self._entries(), order)
        self._by_id = {entry.id: entry for entry in self.listing}
        self.everything = b"[" + b",".join(entry.json for entry in self.listing) + b"]"

    def _override(self, base: BaseModel) -> ModelRow | None:
        names = [base.id]
        if base.connection.dialect is Dialect.OLLAMA:
            # A row "llama3.2" also speaks for "llama3.2:latest" and its sizes.
            names.append(base.id.partition(":")[0])
        rows = (self.rows.get(name) for name in names)
        return next((row for row in rows if row is not None and row.base_model_id is None), None)

    def _entries(self) -> list[ModelJson]:
        everybody = Caller(user_id="", unrestricted=True)
        entries = [
            base_json(base.source, base.id, base.targets, self._overrides[base.id])
            for base in self.bases.values()
            if self._walk(base.id, everybody).admitted
        ]
        for row in self.rows.values():
            if row.base_model_id is not None and row.id not in self.bases:
                walk = self._walk(row.id, everybody)
                if walk.admitted:
                    entries.append(preset_json(row, walk.base.connection if walk.base else None))
        return entries

    @staticmethod
    def _sorted(entries: list[ModelJson], order: Sequence[str]) -> list[ModelJson]:
        if not order:
            return entries
        places = {model_id: place for place, model_id in enumerate(order)}
        return sorted(entries, key=lambda entry: (places.get(entry.id, len(places)), entry.name))

    def list_json(self, caller: Caller) -> bytes:
        """Return the models that the caller may use as a JSON array."""
        if caller.unrestricted:
            return self.everything
        return b"[" + b",".join(entry.json for entry in self.listing if self.admits(entry.id, caller)) + b"]"

    def admits(self, model_id: str, caller: Caller) -> bool:
        """Whether the caller may use a model."""
        return self._walk(model_id, caller).admitted

    def route(self, model_id: str, caller: Caller) -> Route | None:
        """Return where a request goes; None when the model is unknown, switched off or not for the caller."""
        walk = self._walk(model_id, caller)
        if walk.base is None or not walk.admitted:
            return None
        entry = self._by_id[model_id]
        rows = walk.hops or tuple(filter(None, (self._overrides[walk.base.id],)))
        return Route(model_id, entry.name, walk.base, self._params(walk), entry, attached(rows))

    def _params(self, walk: _Walk) -> Mapping[str, Any]:
        if not walk.hops:
            row = self._overrides[walk.base.id] if walk.base else None
            return row.params if row else {}
        merged: dict[str, Any] = {}
        for row in reversed(walk.hops):
            merged.update(row.params)
        return merged

    def _walk(self, model_id: str, caller: Caller) -> _Walk:
        hops: list[ModelRow] = []
        lent = False
        for _ in range(MAXIMUM_HOPS):
            base = self.bases.get(model_id)
            if base is not None:
                admitted = self._admits_base(base, caller, lent)
                return _Walk(admitted, base, tuple(hops)) if admitted else _REFUSED
            row = self.rows.get(model_id)
            if row is None or row.base_model_id is None:
                # The provider of the base may be away: what an administrator has published stays listed.
                return _Walk(bool(hops) and (lent or caller.unrestricted), None, tuple(hops))
            if not row.is_active or not (lent or row.readable_by(caller)):
                return _REFUSED
            hops.append(row)
            lent = row.lends_base
            model_id = row.base_model_id
        return _REFUSED

    def _admits_base(self, base: BaseModel, caller: Caller, lent: bool) -> bool:
        row = self._overrides[base.id]
        if row is None:
            # Only what an administrator opens is open; the demonstration model is for everybody.
            return lent or caller.unrestricted or base.connection.is_demo
        return row.is_active and (lent or row.readable_by(caller))


def merge_lists(lists: Iterable[tuple[Connection, Sequence[ProviderModel]]]) -> list[BaseModel]:
    """Join the lists of all connections; of two models with one identifier the first connection's wins."""
    merged: dict[str, BaseModel] = {}
    for connection, models in lists:
        for model in models:
            model_id = connection.known_as(model.upstream_id)
            known = merged.get(model_id)
            target = (connection, model.upstream_id)
            if known is None:
                merged[model_id] = BaseModel(model_id, model, (target,))
            elif known.connection.dialect is connection.dialect and known.targets[-1][0] is not connection:
                merged[model_id] = BaseModel(model_id, known.source, (*known.targets, target))
    return list(merged.values())
