"""What the events that anybody may send about a message leave behind in it."""

from typing import Any

_LISTS = {"files": "files", "embeds": "embeds"}
_SOURCES = ("source", "citation")


def is_kept(kind: str) -> bool:
    """Tell whether an event of this kind changes the message; others only reach the open windows."""
    return kind in ("status", "message", "replace", *_LISTS, *_SOURCES)


def apply_event(message: dict[str, Any], kind: str, data: dict[str, Any]) -> None:
    """Change the message (with its "content") as the event says."""
    if kind == "status":
        message["statusHistory"] = [*_list(message.get("statusHistory")), data]
    elif kind == "message":
        message["content"] = str(message.get("content") or "") + str(data.get("content", ""))
    elif kind == "replace":
        message["content"] = str(data.get("content", ""))
    elif kind in _LISTS:
        name = _LISTS[kind]
        message[name] = [*_list(data.get(name)), *_list(message.get(name))]
    elif kind in _SOURCES and data.get("type") is None:
        message["sources"] = [*_list(message.get("sources")), data]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
