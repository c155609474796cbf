"""Groups of people who are given rights together."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group. Times are epoch seconds; JSON values are text."""

    id: str
    user_id: str
    name: str
    description: str
    data: str | None = None
    meta: str | None = None
    permissions: str | None = None
    created_at: int = 0
    updated_at: int = 0
    member_count: int = 0


@dataclass(frozen=True, kw_only=True)
class GroupDraft:
    """What an administrator wants a group to be; JSON values are text, None for none."""

    name: str
    description: str
    data: str | None = None
    permissions: str | None = None
