"""Tokens of Google for a workload that another cloud or cluster vouches for.

Shapes: https://google.aip.dev/auth/4117 and https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token.
"""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import aiohttp
import msgspec
from owui_chassis.errors import Unavailable
from owui_chassis.tokens import Token

log = logging.getLogger(__name__)
T = TypeVar("T")
_EVERYTHING = "https://www.googleapis.com/auth/cloud-platform"
_LIFETIME_SECONDS = 3600


class Format(msgspec.Struct):
    """How a file holds the token: as its text, or as a member of JSON."""

    type: str = "text"
    subject_token_field_name: str = ""


class Source(msgspec.Struct):
    """Where the token of the workload is."""

    file: str
    format: Format = msgspec.field(default_factory=Format)

    def read(self) -> str:
        """Return the token; raise OSError or msgspec's errors."""
        text = Path(self.file).read_text(encoding="utf-8")
        if self.format.type != "json":
            return text.strip()
        return msgspec.json.decode(text, type=dict[str, str])[self.format.subject_token_field_name]


class Federation(msgspec.Struct):
    """What of a federation's file is needed."""

    audience: str
    subject_token_type: str
    token_url: str
    credential_source: Source
    service_account_impersonation_url: str = ""


class Exchanged(msgspec.Struct):
    """What Google's token service answers."""

    access_token: str
    expires_in: int = _LIFETIME_SECONDS


class _Impersonated(msgspec.Struct, rename="camel"):
    access_token: str
    expire_time: datetime


async def federated_token(
    federation: Federation, scope: str, session: aiohttp.ClientSession, timeout: aiohttp.ClientTimeout
) -> Token:
    """Exchange the token of the workload for one of Google; raise Unavailable or aiohttp's errors."""
    try:
        subject = await asyncio.to_thread(federation.credential_source.read)
    except (OSError, KeyError):
        raise Unavailable("The token of the workload cannot be read", "storage_refused") from None
    impersonation = federation.service_account_impersonation_url
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "audience": federation.audience,
        "scope": _EVERYTHING if impersonation else scope,
        "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "subject_token": subject,
        "subject_token_type": federation.subject_token_type,
    }
    exchanged = await answered(session.post(federation.token_url, data=form, timeout=timeout), Exchanged)
    if not impersonation:
        return Token(exchanged.access_token, exchanged.expires_in)
    body = msgspec.json.encode({"scope": [scope], "lifetime": f"{_LIFETIME_SECONDS}s"})
    headers = {"authorization": f"Bearer {exchanged.access_token}", "content-type": "application/json"}
    asking = session.post(impersonation, data=body, headers=headers, timeout=timeout)
    found = await answered(asking, _Impersonated)
    left = (found.expire_time - datetime.now(UTC)).total_seconds()
    return Token(found.access_token, left)


async def answered(asking: AbstractAsyncContextManager[aiohttp.ClientResponse], kind: type[T]) -> T:
    """Return the answer of a token service; raise Unavailable when it refuses."""
    async with asking as answer:
        if answer.status != 200:
            log.warning("%s gave no token: %d", answer.url.host, answer.status)
            raise Unavailable("Google gave no token for the storage of files", "storage_refused")
        return msgspec.json.decode(await answer.read(), type=kind)
