"""`python -m bench [COMMAND] …`: without a command, or with options only, it runs the benchmarks."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

COMMANDS = {
    "run": "bench.run",
    "profile": "bench.profile",
    "report": "bench.report",
    "install-peer": "bench.peer.install",
    "first-start": "bench.first_start",
    "codec": "bench.codec.measure",
    "retrieval": "bench.retrieval.measure",
}


def main() -> None:
    """Passes the rest of the command line to the command's module."""
    arguments = sys.argv[1:]
    if arguments in (["--help"], ["-h"]):
        print(f"{__doc__}\n\nCommands: {', '.join(COMMANDS)}; each has --help.")
        return
    named = bool(arguments) and not arguments[0].startswith("-")
    command = arguments.pop(0) if named else "run"
    if command not in COMMANDS:
        raise SystemExit(f"no command {command!r}; there are: {', '.join(COMMANDS)}")
    sys.argv = [f"{Path(sys.argv[0]).parent.name} {command}", *arguments]
    runpy.run_module(COMMANDS[command], run_name="__main__", alter_sys=False)


if __name__ == "__main__":
    main()
