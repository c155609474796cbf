"""Turns what Postgres refuses about a client's values into errors that name the client's mistake."""

from owui_chassis.database import Database
from owui_chassis.errors import Invalid

# SQLSTATE class 22, "data exception": NUL and half characters, text that is no JSON, numbers out of range.
_DATA_EXCEPTION = "22"


def refuse_bad_values(database: Database) -> None:
    """Make statements raise Invalid for values that Postgres cannot take; other errors pass."""
    database.translate_errors(_invalid)


def _invalid(error: BaseException) -> Invalid | None:
    if str(getattr(error, "sqlstate", None) or "").startswith(_DATA_EXCEPTION):
        return Invalid("The request holds a value that cannot be stored or looked up", "invalid_value")
    return None
