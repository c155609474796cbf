"""Waits for files that a question or its model names and that are still being read."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from owui_chat.domain.plan import Checked, Plan, UnreadFile
from owui_chat.ports import Documents, Told

_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 1.0
# The identity of a caller is good for five minutes, of which the search and the model need some.
_LONGEST_WAIT_SECONDS = 240.0
_NAMES_SHOWN = 3
_NAME_LENGTH = 200


class AwaitFiles:
    """People attach a file and ask at once. The answer does without what is not read after `seconds`."""

    def __init__(self, documents: Documents, seconds: float) -> None:
        self._documents = documents
        self._seconds = min(seconds, _LONGEST_WAIT_SECONDS)

    async def __call__(self, plan: Plan, told: Told) -> Plan:
        """Return the question with what is there now; raise ServiceError when nobody can say that.

        What could not be read, or not in time, is told.
        """
        awaited = plan.checked.reading
        if awaited:
            told.status(_step(f"Reading {_names(awaited)} …", done=False))
            plan = replace(plan, checked=await self._settled(plan))
            told.status(_outcome(awaited, plan.checked))
        for file in plan.checked.failed:
            if file.lent and file.id not in {each.id for each in awaited}:
                # Who asks cannot mend it, and would hear of it with each question.
                continue
            description = f"{file.name[:_NAME_LENGTH]}: {file.error}"
            told.status({"description": description, "done": True, "error": True})
        return plan

    async def _settled(self, plan: Plan) -> Checked:
        """Return how it is as soon as nothing is being read any more, or when the time is over."""
        checked = plan.checked
        clock = asyncio.get_running_loop().time
        end, pause = clock() + self._seconds, _FIRST_PAUSE_SECONDS
        while checked.reading and (left := end - clock()) > 0:
            # Readers are other processes, which tell windows but not us.
            await asyncio.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
            checked = await self._documents.check(plan.scope)
        return checked


def _outcome(awaited: Iterable[UnreadFile], checked: Checked) -> dict[str, Any]:
    if checked.reading:
        late = f"Not read yet, the answer does without: {_names(checked.reading)}"
        return {**_step(late, done=True), "error": True}
    lost = {file.id for file in checked.failed} | set(checked.missing)
    if all(file.id in lost for file in awaited):
        return {**_step("Nothing could be read", done=True), "error": True}
    return _step("The documents are ready", done=True)


def _step(description: str, *, done: bool) -> dict[str, Any]:
    return {"action": "file_reading", "description": description, "done": done}


def _names(files: Sequence[UnreadFile]) -> str:
    shown = ", ".join(file.name[:_NAME_LENGTH] for file in files[:_NAMES_SHOWN])
    more = len(files) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
