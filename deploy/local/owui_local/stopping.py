"""How a process of this edition learns that it shall end, and what a person sees when it cannot go on."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop
from owui_chassis.settings import SettingsError

from owui_local.errors import LocalError
from owui_local.launch import die_with_parent


def stop_event() -> asyncio.Event:
    """Return an event set by Ctrl-C, SIGTERM or a closed terminal; a second one ends the process at once."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop() -> None:
        stopped.set()
        # Stopping blocks the event loop at times: from now on the interpreter itself looks for signals.
        for number in numbers:
            loop.remove_signal_handler(number)
            signal.signal(number, lambda *_: os._exit(130))  # the children follow: the kernel tells them

    for number in numbers:
        loop.add_signal_handler(number, stop)
    return stopped


def run_until_stopped(run: Callable[[], Coroutine[Any, Any, None]], *, end_with_parent: bool) -> None:
    """Run the coroutine; what a person can mend is one line and exit code 1, never a traceback."""
    if end_with_parent:
        die_with_parent(signal.SIGTERM, os.getppid())
    try:
        uvloop.run(run())
    except (LocalError, SettingsError) as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        sys.exit(f"error: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    except KeyboardInterrupt:
        sys.exit(130)
