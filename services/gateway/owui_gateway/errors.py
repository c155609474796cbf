"""The one table that turns errors into HTTP answers: always `{"detail": …}`."""

import logging
import math
from collections.abc import Mapping

import orjson
from fastapi.exceptions import RequestValidationError
from owui_chassis.errors import Kind, ServiceError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from owui_gateway.transcoding.ports import STATUS_SCOPE_KEY

log = logging.getLogger(__name__)

STATUSES = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.ALREADY_EXISTS: 400,
    Kind.CONFLICT: 409,
    Kind.EXHAUSTED: 429,
    Kind.UNAVAILABLE: 503,
    Kind.INTERNAL: 500,
}
# A credential that is missing or worthless is 401 whatever a method says about objects that are not there.
_ALWAYS_401 = frozenset({"not_authenticated", "invalid_token", "session_ended", "identity_expired"})


def status_of(error: ServiceError, overrides: Mapping[str, int]) -> int:
    """Return the HTTP status of an error, given the statuses that its route declares."""
    if error.reason in _ALWAYS_401:
        return 401
    return overrides.get(error.kind.value, STATUSES[error.kind])


def problem(status: int, detail: object, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer for a failure."""
    body = orjson.dumps({"detail": detail}, default=str)
    return Response(body, status, dict(headers or {}), media_type="application/json")


def answer_to(error: ServiceError, scope: Scope) -> Response:
    """Return the answer for what a service refused."""
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    status = status_of(error, scope.get(STATUS_SCOPE_KEY, {}))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, error.message, headers)


async def on_service_error(request: Request, error: Exception) -> Response:
    """Answer what a service refused."""
    assert isinstance(error, ServiceError)  # noqa: S101 - registered for this type only
    return answer_to(error, request.scope)


async def on_invalid_request(_: Request, error: Exception) -> Response:
    """Answer a request that could not be decoded, naming the field."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    return problem(422, error.errors())


async def on_bug(_: Request, error: Exception) -> Response:
    """Answer what nobody foresaw; the layer around the application logs it."""
    return problem(500, "Internal error")


async def on_http_exception(_: Request, error: Exception) -> Response:
    """Answer what the routing refused."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    return problem(error.status_code, error.detail, error.headers)
