"""Turns what Postgres refuses about a client's values into errors that name the client's mistake."""

from owui_chassis.database import Database
from owui_chassis.errors import Invalid
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

# SQLSTATE class 22, "data exception": NUL and half characters, text that is no JSON, numbers out of range.
_DATA_EXCEPTION = "22"


def refuse_bad_values(database: Database) -> None:
    """Make statements raise Invalid for values that Postgres cannot take; other errors pass."""

    @event.listens_for(database.engine.sync_engine, "handle_error")
    def translate(context: ExceptionContext) -> BaseException | None:
        state = str(getattr(context.original_exception, "sqlstate", None) or "")
        if state.startswith(_DATA_EXCEPTION):
            return Invalid("The request holds a value that cannot be stored or looked up", "invalid_value")
        return None
