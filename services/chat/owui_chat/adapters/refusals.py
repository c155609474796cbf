"""Turns what Postgres refuses about a client's values into errors that name the client's mistake."""

from collections.abc import Iterator
from contextlib import contextmanager

from owui_chassis.errors import Invalid
from sqlalchemy.exc import DBAPIError

# SQLSTATE class 22 "data exception": text that is no JSON, escapes of half characters, numbers out of range.
_DATA_EXCEPTION = "22"


@contextmanager
def refusing_bad_values() -> Iterator[None]:
    """Raise Invalid for values that Postgres cannot store; anything else passes."""
    try:
        yield
    except DBAPIError as error:
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if state.startswith(_DATA_EXCEPTION):
            raise Invalid("The chat holds a value that cannot be stored", "invalid_value") from None
        raise
