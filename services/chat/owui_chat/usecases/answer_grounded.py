"""Answers questions that rest on documents: in a response of the API, or as the provider of a task."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import msgspec
from owui_chassis.errors import Unavailable
from owui_chassis.identity import Principal

from owui_chat.domain.completion_request import Asked, CompletionRequest, parse_question, with_messages
from owui_chat.domain.dialects import Way, first_words
from owui_chat.domain.plan import Plan
from owui_chat.ports import Head, Models, Told
from owui_chat.usecases.attached import Attached
from owui_chat.usecases.ground import Ground

_JSON = "application/json"
_ANSWER_LIMIT = 16 * 1024 * 1024
# A message between processes has an upper bound.
_PIECE_BYTES = 512 * 1024
Answer = AsyncGenerator[Head | bytes, None]


class AnswerGrounded:
    """The model is asked when its sources are in the question; what it answers passes as it is."""

    def __init__(self, ground: Ground, models: Models, attached: Attached) -> None:
        self._ground = ground
        self._attached = attached
        self._models = models

    async def plan(self, principal: Principal, asked: Asked) -> Plan:
        """Find out whether a question may be asked; raise as `Ground.plan` does."""
        return await self._ground.plan(principal, asked)

    async def in_folder(
        self, principal: Principal, request: CompletionRequest, data: str
    ) -> CompletionRequest:
        """Return a request with what the folder of its chat gives, whose data is JSON."""
        return await self._attached.in_folder(principal, request, data)

    async def for_task(
        self, principal: Principal, request: CompletionRequest, plan: Plan | None, told: Told
    ) -> Answer:
        """Gather, tell, then answer; raise ServiceError when that is impossible."""
        plan = plan or await self._ground.plan(principal, request.asked)
        found = await self._ground.gather(plan, told)
        body = with_messages(request.body, found.messages)
        async with aclosing(self._models.stream(body, grounded=True, paced=True)) as answer:
            async for piece in answer:
                yield piece

    async def for_response(self, principal: Principal, body: bytes, way: Way) -> Answer:
        """Give the head, then bytes: the sources first in a stream, as a member of a JSON answer.

        An error of the provider passes without them. Raises ServiceError when there is no answer.
        """
        asked, rest = parse_question(body)
        found = await self._ground.gather(await self._ground.plan(principal, asked), _Nobody())
        async with aclosing(
            self._models.stream(with_messages(rest, found.messages), grounded=True, way=way)
        ) as answer:
            head = await anext(answer, None)
            if not isinstance(head, Head):
                raise Unavailable("The provider closed the connection without an answer", "provider_closed")
            yield head
            shown = found.sources if head.status < 400 else []
            if shown and head.content_type.startswith(_JSON):
                for part in _pieces(_merged(await _whole(answer), shown)):
                    yield part
            elif shown:
                for part in _pieces(first_words(head.content_type, asked.model, shown)):
                    yield part
            async for piece in answer:
                yield piece


class _Nobody:
    """Hears nothing: an answer in a response has no room for it."""

    def status(self, status: Mapping[str, Any]) -> None:
        """Forget it."""

    def sources(self, sources: Sequence[Mapping[str, Any]]) -> None:
        """Forget them; they come with the answer."""


def _merged(body: bytes, sources: list[dict[str, Any]]) -> bytes:
    """Return a JSON answer with its sources; what is no object stays as it is."""
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return body
    return msgspec.json.encode({"sources": sources, **{k: v for k, v in members.items() if k != "sources"}})


async def _whole(answer: Answer) -> bytes:
    parts = []
    size = 0
    async for piece in answer:
        if isinstance(piece, bytes):
            parts.append(piece)
            size += len(piece)
        if size > _ANSWER_LIMIT:
            raise Unavailable("The model's answer is too large", "answer_too_large")
    return b"".join(parts)


def _pieces(body: bytes) -> list[bytes]:
    return [body[start : start + _PIECE_BYTES] for start in range(0, len(body), _PIECE_BYTES)]
