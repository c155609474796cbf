"""The worker that reads files, a process of its own in every shape: its load must not disturb the chat."""

import os
import sys
from collections.abc import Callable, Mapping

from owui_local.foundation import Foundation
from owui_local.place import checkout
from owui_local.process import ChildProcess

NAME = "rag-worker-1"
_NICE = 10


def worker_process(
    foundation: Foundation, addresses: Mapping[str, str], echo: Callable[[str], None] | None = None
) -> ChildProcess:
    """Return the worker, not started; `addresses` are variables that say where services answer."""
    keep = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return ChildProcess(
        name=NAME,
        command=[sys.executable, "-m", "owui_rag.worker"],
        log=foundation.data.log(NAME),
        folder=checkout() or foundation.data.path,
        environment={**keep, **foundation.settings, **addresses, "PYTHONUNBUFFERED": "1", "POD_NAME": NAME},
        nice=_NICE,
        echo=echo,
    )
