"""What the transcoding needs from the gateway around it: who is calling, and the call itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from starlette.requests import Request

Role = Literal["anyone", "pending", "user", "admin"]

# The roles of (owui.options.v1.access) by number; zero, no role, is none of them.
ROLES: dict[int, Role] = {1: "anyone", 2: "pending", 3: "user", 4: "admin"}

CallerT = TypeVar("CallerT")
CallerT_co = TypeVar("CallerT_co", covariant=True)
CallerT_contra = TypeVar("CallerT_contra", contravariant=True)

# Key of the ASGI scope under which a route leaves its method's own statuses: a dict of error kind
# ("not_found", …) to HTTP status, empty when the method follows the gateway's table.
STATUS_SCOPE_KEY = "owui.http_status"
# Key of the ASGI scope under which a route leaves its template, such as "/api/v1/chats/{id}", for metrics.
ROUTE_SCOPE_KEY = "owui.route"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a method: the least role, and a dotted permission ("" when none) for those below admin."""

    role: Role
    permission: str = ""


class Authenticate(Protocol[CallerT_co]):
    """Find out who is calling and enforce `access`; raises ServiceError Unauthenticated or Forbidden."""

    async def __call__(self, request: Request, access: Access) -> CallerT_co:
        """Return the caller, which travels on to `Call` unseen; for role "anyone" it may stand for nobody."""
        ...


class Call(Protocol[CallerT_contra]):
    """Perform the gRPC call in the caller's name; raises ServiceError."""

    async def __call__(self, method: MethodDescriptor, request: Message, caller: CallerT_contra) -> Message:
        """Return the answer of `method`."""
        ...


class AnswerHeaders(Protocol):
    """Give extra headers, such as a cookie, to the successful answers of one method."""

    def __call__(self, request: Request, answer: Message) -> Sequence[tuple[bytes, bytes]]:
        """Return (lower-case name, value) pairs."""
        ...
