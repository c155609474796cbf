"""What is known about the call that is being served: who asks, from where, under which trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from owui_chassis.errors import Unauthenticated
from owui_chassis.identity import Principal

IDENTITY = "x-owui-identity"
TRACE = "traceparent"
ADDRESS = "x-owui-client-address"
AGENT = "x-owui-user-agent"


@dataclass(frozen=True, slots=True)
class Call:
    """The call that the current task serves."""

    principal: Principal | None = None
    identity: str = ""
    trace: str = ""
    client_address: str = ""
    user_agent: str = ""

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Return what a call to another service carries on."""
        pairs = (
            (IDENTITY, self.identity),
            (TRACE, self.trace),
            (ADDRESS, self.client_address),
            (AGENT, self.user_agent),
        )
        return tuple(pair for pair in pairs if pair[1])


NO_CALL = Call()
_current: ContextVar[Call] = ContextVar("owui_call", default=NO_CALL)
set_call = _current.set
reset_call = _current.reset


def current_call() -> Call:
    """Return the call being served; an empty one outside of calls."""
    return _current.get()


@contextmanager
def serving(call: Call) -> Iterator[None]:
    """Make `call` the current one inside the block, for work that continues after its request."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)


def current_principal() -> Principal:
    """Return who is asking; raise Unauthenticated when nobody is."""
    principal = _current.get().principal
    if principal is None:
        raise Unauthenticated("Not authenticated", "not_authenticated")
    return principal


def client_address() -> str:
    """Return the address of the client as the gateway saw it; empty when unknown."""
    return _current.get().client_address


def user_agent() -> str:
    """Return the client's User-Agent; empty when unknown."""
    return _current.get().user_agent


def trace_id() -> str:
    """Return the 32 hexadecimal digits of the current trace; empty outside of calls."""
    trace = _current.get().trace
    return trace[3:35] if len(trace) >= 35 else ""
