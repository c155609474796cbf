"""The errors services raise, and the one table that turns them into gRPC statuses and back."""

from enum import StrEnum

import grpc


class Kind(StrEnum):
    """What sort of failure it is; decides the status that a caller sees."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    ALREADY_EXISTS = "already_exists"
    CONFLICT = "conflict"
    EXHAUSTED = "exhausted"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class ServiceError(Exception):
    """A failure that the caller shall hear about.

    `message` is a sentence for people, `reason` a stable word for programs, `retry_after` the seconds
    after which another try makes sense, if that is known.
    """

    kind: Kind = Kind.INTERNAL

    def __init__(self, message: str, reason: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.kind.value
        self.retry_after = retry_after


class Invalid(ServiceError):
    """The request makes no sense; the same request will fail again."""

    kind = Kind.INVALID


class Unauthenticated(ServiceError):
    """Nobody, or nobody any more, is behind the credential."""

    kind = Kind.UNAUTHENTICATED


class Forbidden(ServiceError):
    """The caller is known and may not do this."""

    kind = Kind.FORBIDDEN


class NotFound(ServiceError):
    """The object does not exist for this caller."""

    kind = Kind.NOT_FOUND


class AlreadyExists(ServiceError):
    """An object with this name or content exists."""

    kind = Kind.ALREADY_EXISTS


class Conflict(ServiceError):
    """The object is not in a state that allows this."""

    kind = Kind.CONFLICT


class Exhausted(ServiceError):
    """A limit is reached; later it may work."""

    kind = Kind.EXHAUSTED


class Unavailable(ServiceError):
    """Something this needs is away; trying again may help."""

    kind = Kind.UNAVAILABLE


_STATUS = {
    Kind.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    Kind.FORBIDDEN: grpc.StatusCode.PERMISSION_DENIED,
    Kind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Kind.ALREADY_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Kind.CONFLICT: grpc.StatusCode.FAILED_PRECONDITION,
    Kind.EXHAUSTED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Kind.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
    Kind.INTERNAL: grpc.StatusCode.INTERNAL,
}
_ERROR = {
    _STATUS[error.kind]: error
    for error in (
        Invalid,
        Unauthenticated,
        Forbidden,
        NotFound,
        AlreadyExists,
        Conflict,
        Exhausted,
        Unavailable,
    )
}
_ERROR[grpc.StatusCode.DEADLINE_EXCEEDED] = Unavailable
_ERROR[grpc.StatusCode.CANCELLED] = Unavailable


def status_of(error: ServiceError) -> grpc.StatusCode:
    """Return the gRPC status for an error."""
    return _STATUS[error.kind]


def error_of(
    status: grpc.StatusCode, message: str, reason: str = "", retry_after: float | None = None
) -> ServiceError:
    """Return the error for a gRPC status; what no table names is internal and its details stay inside."""
    kind = _ERROR.get(status)
    if kind is None:
        return ServiceError("Internal error", reason)
    if status is grpc.StatusCode.DEADLINE_EXCEEDED:
        return Unavailable("The service did not answer in time", "deadline_exceeded")
    return kind(message, reason, retry_after)
