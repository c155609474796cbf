"""Requests to embedding engines over HTTP: bounded, with deadlines, repeated when that makes sense."""

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import orjson
from owui_chassis.errors import Exhausted, Invalid, ServiceError, Unavailable

log = logging.getLogger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_REASON_CHARACTERS = 300
_ANSWER_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go."""

    url: str
    headers: Mapping[str, str]
    secret: str = ""
    seconds: float = 60.0

    def hide(self, text: str) -> str:
        """Return a text of the engine without our key, which some engines repeat in their errors."""
        return text.replace(self.secret, "…") if self.secret else text


async def post(http: aiohttp.ClientSession, endpoint: Endpoint, body: Any, attempts: int) -> Any:
    """Send JSON and return the JSON of the answer.

    Raises Unavailable or Exhausted for what may pass (after so many attempts) and Invalid for a refusal.
    """
    data = orjson.dumps(body)
    for attempt in range(1, attempts + 1):
        try:
            return await _post_once(http, endpoint, data)
        except (Unavailable, Exhausted) as error:
            if attempt == attempts:
                raise
            await asyncio.sleep(pause(attempt, error.retry_after))
    raise AssertionError("there is at least one attempt")


def pause(attempt: int, asked: float | None) -> float:
    """Return the seconds before the next attempt: what the engine asks for, else growing and spread."""
    if asked is not None:
        return min(asked, _LONGEST_PAUSE)
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (attempt - 1)) * random.uniform(0.5, 1.0)  # noqa: S311


async def _post_once(http: aiohttp.ClientSession, endpoint: Endpoint, data: bytes) -> Any:
    headers = {"Content-Type": "application/json", **endpoint.headers}
    timeout = aiohttp.ClientTimeout(total=endpoint.seconds, connect=min(10.0, endpoint.seconds))
    try:
        # A redirect would carry the key to wherever it points.
        async with http.post(
            endpoint.url, data=data, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            if response.status >= 300:
                raise await _refusal(response, endpoint)
            return orjson.loads(await _read(response))
    except orjson.JSONDecodeError:
        raise Unavailable("The embedding engine did not answer with JSON", "embedding_answer") from None
    except TimeoutError:
        raise Unavailable(
            f"The embedding engine did not answer within {endpoint.seconds:.0f} s", "embedding_timeout"
        ) from None
    except (aiohttp.ClientError, OSError) as error:
        text = endpoint.hide(str(error)) or type(error).__name__
        raise Unavailable(f"The embedding engine is not reachable: {text}", "embedding_away") from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > _ANSWER_BYTES:
            raise Unavailable("The answer of the embedding engine is too long", "embedding_answer")
        parts.append(part)
    return b"".join(parts)


async def _refusal(response: aiohttp.ClientResponse, endpoint: Endpoint) -> ServiceError:
    raw = await response.content.read(8192)
    text = endpoint.hide(reason_of(raw))
    message = f"The embedding engine refused ({response.status}): {text}"
    if response.status not in _PASSING:
        return Invalid(message, "embedding_refused")
    kind = Exhausted if response.status == 429 else Unavailable
    return kind(message, "embedding_busy", retry_after(response.headers.get("Retry-After", "")))


def reason_of(raw: bytes) -> str:
    """Return what an engine's error says, in any of the vendors' forms."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw.decode(errors="replace")[:_REASON_CHARACTERS]
    if isinstance(found, dict):
        found = found.get("error", found.get("message", found.get("detail", found)))
    if isinstance(found, dict):
        found = found.get("message", found)
    return str(found)[:_REASON_CHARACTERS]


def retry_after(text: str) -> float | None:
    """Return the seconds of a Retry-After header: a number or a date."""
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None
