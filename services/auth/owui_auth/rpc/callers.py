"""Who is calling, and from where."""

from owui_chassis.call import client_address, current_call, current_principal, trace_id, user_agent
from owui_chassis.errors import Forbidden, Unauthenticated
from owui_chassis.identity import Principal

from owui_auth.domain.audit import Origin

_AGENT_CHARACTERS = 255
# Clients of this interface show these words.
PROHIBITED = (
    "You do not have permission to access this resource. Please contact your administrator for assistance."
)


def person() -> Principal:
    """Return the caller; raise Unauthenticated when there is none."""
    return current_principal()


def approved() -> Principal:
    """Return the caller; raise Unauthenticated for one who waits for approval."""
    caller = current_principal()
    if caller.role not in {"user", "admin"}:
        raise Unauthenticated(
            PROHIBITED,
            "not_approved",
        )
    return caller


def administrator() -> Principal:
    """Return the caller; raise for one who is no administrator.

    The gateway has checked this already; here it holds for calls from other services too.
    """
    caller = current_principal()
    if not caller.is_admin:
        raise Forbidden(
            PROHIBITED,
            "administrators_only",
        )
    return caller


def origin() -> Origin:
    """Return where the call came from."""
    principal = current_call().principal
    return Origin(
        actor_id=principal.user_id if principal is not None else "",
        address=_printable(client_address()),
        user_agent=_printable(user_agent()),
        request_id=trace_id(),
    )


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:_AGENT_CHARACTERS]
