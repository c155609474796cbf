"""What people attach to models, and by whose right those who use a model read it."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from owui_model_proxy.domain.rows import ModelRow

# The items that each person lends, person by person.
Attached = tuple[tuple[str, tuple[dict[str, Any], ...]], ...]
_LENDER = "lent_by"
# What an item names; the rest of it only describes that.
_NAMES = ("type", "id", "collection_name", "collection_names")


def with_lenders(meta: dict[str, Any], user_id: str, stored: ModelRow | None = None) -> dict[str, Any]:
    """Return what is said about a model with the person who attached each piece of its knowledge.

    That is `user_id` for what the stored row does not have: who may change somebody else's model lends what
    is his own, and nothing of its owner's. What a client says about it does not count.
    """
    if not isinstance(meta.get("knowledge"), list):
        return meta
    known = {_name(item): _lender(item, stored) for item in _items(stored.meta)} if stored is not None else {}
    items = [
        {**item, _LENDER: known.get(_name(item), user_id)} if isinstance(item, dict) else item
        for item in meta["knowledge"]
    ]
    return {**meta, "knowledge": items}


def attached(rows: Iterable[ModelRow]) -> Attached:
    """Return the knowledge of a model that is made of these rows."""
    lent: dict[str, dict[bytes, dict[str, Any]]] = {}
    for row in rows:
        for item in _items(row.meta):
            lent.setdefault(_lender(item, row), {})[_name(item)] = item
    return tuple((lender, tuple(items.values())) for lender, items in lent.items())


def _items(meta: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = meta.get("knowledge")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _lender(item: Mapping[str, Any], row: ModelRow | None) -> str:
    lender = item.get(_LENDER)
    if isinstance(lender, str) and lender:
        return lender
    return row.user_id if row is not None else ""


def _name(item: Mapping[str, Any]) -> bytes:
    return orjson.dumps([item.get(name) for name in _NAMES])
