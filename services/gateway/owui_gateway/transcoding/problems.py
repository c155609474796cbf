"""What is wrong with a request, in the shape FastAPI gives such answers."""

from math import isfinite
from typing import Any

from fastapi.exceptions import RequestValidationError

Location = tuple[str | int, ...]

# A request that is wrong in more places than this is told about the first ones only.
_MOST_PROBLEMS = 50
_LONGEST_INPUT = 200


class Unfit(ValueError):
    """A value that a field cannot hold: `kind` is pydantic's word for it, `message` the sentence.

    `place` is where inside the value the trouble is, when it is not the whole value.
    """

    def __init__(self, kind: str, message: str, place: Location = ()) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.place = place


class Problems:
    """The problems found in one request so far."""

    def __init__(self) -> None:
        self._found: list[dict[str, Any]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, unfit: Unfit, location: Location, value: object) -> None:
        """Note that `value` at `location` does not fit."""
        if len(self._found) < _MOST_PROBLEMS:
            self._found.append(
                {"type": unfit.kind, "loc": location, "msg": unfit.message, "input": _shown(value)}
            )

    def error(self) -> RequestValidationError:
        """Return the error that FastAPI answers with status 422."""
        return RequestValidationError(self._found)


def refused(unfit: Unfit, location: Location, value: object = None) -> RequestValidationError:
    """Return the error for a request that is refused for one reason before its fields are looked at."""
    problems = Problems()
    problems.add(unfit, (*location, *unfit.place), value)
    return problems.error()


def _shown(value: object) -> object:
    """Return what of a value is repeated to the sender: scalars, cut; whole objects and lists are not."""
    if isinstance(value, str):
        # A half of a surrogate pair, left by bytes that are no UTF-8, could not be written into the answer.
        return value[:_LONGEST_INPUT].encode("utf-8", "replace").decode()
    if isinstance(value, int):
        return value if abs(value) < 2**64 else str(value)[:_LONGEST_INPUT]
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return None
