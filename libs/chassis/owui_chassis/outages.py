"""Tells an outage of Postgres or Redis, which ends by itself, from a bug."""

import asyncio

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# Connection exceptions, insufficient resources, and operator intervention (shutting down, starting up):
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_STATES = ("08", "53", "57P")


def outage(error: BaseException) -> str | None:
    """Return a sentence about what is away; None when the error is something else."""
    if isinstance(error, RedisConnectionError | RedisTimeoutError):
        return "Redis does not answer"
    if isinstance(error, PoolTimeoutError):
        return "All connections to the database are in use"
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or _is_outage(error.orig):
            return "The database does not answer"
        return None
    return "The database does not answer" if _is_outage(error) else None


def _is_outage(error: BaseException | None) -> bool:
    if error is None:
        return False
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""
    if isinstance(state, str) and state.startswith(_STATES):
        return True
    if isinstance(error, ConnectionError | asyncio.IncompleteReadError):
        return True
    return _is_outage(error.__cause__)
