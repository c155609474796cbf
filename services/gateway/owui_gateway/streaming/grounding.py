"""Sends a completion to chat when its model turns out to rest on knowledge."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from owui_chassis.errors import Conflict

from owui_gateway.streaming.answer import Answers

NEEDS_GROUNDING = "needs_grounding"


class GroundedIfNeeded:
    """The responses of model-proxy, or those of chat when model-proxy says so in place of the first one.

    Only the first response comes through here: whoever iterates gets the chosen stream itself, so that a
    model without knowledge pays nothing.
    """

    def __init__(self, answers: Answers, instead: Callable[[], AsyncGenerator[Any, None]]) -> None:
        self._answers = answers
        self._instead = instead

    def __aiter__(self) -> AsyncIterator[Any]:
        return aiter(self._answers)

    async def __anext__(self) -> Any:
        try:
            return await anext(self._answers)
        except Conflict as refusal:
            if refusal.reason != NEEDS_GROUNDING:
                raise
        await self._answers.aclose()
        self._answers = self._instead()
        return await anext(self._answers)

    async def aclose(self) -> None:
        """End the call that was chosen."""
        await self._answers.aclose()
