"""Keeps child processes alive: starts them again when they end by themselves."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence

from owui_local.errors import LocalError
from owui_local.process import ChildProcess

log = logging.getLogger(__name__)
POLL_SECONDS = 0.3
LONGEST_BACKOFF = 30.0  # seconds; also the time after which a child counts as healthy again
Child = tuple[ChildProcess, Callable[[], None]]


def watch(stack: contextlib.AsyncExitStack, children: Sequence[Child], changed: Callable[[], None]) -> None:
    """Keep the children alive until the stack unwinds; `changed` is called after each new start."""
    for process, start in children:
        task = asyncio.create_task(keep_alive(process, start, changed), name=f"keeping {process.name} alive")
        stack.callback(task.cancel)


async def keep_alive(process: ChildProcess, start: Callable[[], None], changed: Callable[[], None]) -> None:
    """Start one child again when it has ended, waiting longer each time it ends soon after its start."""
    backoff = POLL_SECONDS
    started = time.monotonic()
    while True:
        await asyncio.sleep(POLL_SECONDS)
        if process.running:
            if time.monotonic() - started > LONGEST_BACKOFF:
                backoff = POLL_SECONDS
            continue
        log.warning(
            "%s ended (%s) and is started again; see %s", process.name, process.exit_code, process.log
        )
        try:
            start()
            changed()
        except (LocalError, OSError) as error:
            log.warning("%s cannot be started: %s", process.name, error)
        started = time.monotonic()
        await asyncio.sleep(backoff)
        backoff = min(LONGEST_BACKOFF, backoff * 2)
