"""What is written down about security-relevant actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Origin:
    """Where a call came from: who, which address and client, under which trace."""

    actor_id: str = ""
    address: str = ""
    user_agent: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class AuditEvent:
    """One action: who did what to whom. Secrets never stand in `details`."""

    action: str
    origin: Origin
    subject_id: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
