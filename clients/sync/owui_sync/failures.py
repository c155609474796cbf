"""What ends a run, and what ends one file of it."""


class UsageError(Exception):
    """The run cannot begin or go on: wrong arguments, no key, no such base; the message is a sentence."""


class Refused(Exception):
    """The server refused one request and would do so again; the message is its reason."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Unreachable(Exception):
    """The server could not be reached, or stayed too busy, after several attempts."""
