"""Lines that tell a person what a long step does and how long it has taken, and errors in one sentence."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
HEARTBEAT = 10.0  # seconds of silence after which a step says that it still works


class StepError(Exception):
    """A step cannot go on; the text says what is missing and how to get it."""


def say(text: str) -> None:
    """Print one line at once."""
    print(f"  {text}", flush=True)


def run(
    title: str,
    command: Sequence[str],
    *,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    hint: str = "",
) -> str:
    """Run a program, show its title and seconds; return its output or raise StepError with its last lines."""
    started = time.monotonic()
    say(f"{title} …")
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
        )
    except FileNotFoundError as error:
        raise StepError(f"{title}: the program {command[0]} is missing. {hint}".strip()) from error
    while True:
        try:
            output, _ = process.communicate(timeout=HEARTBEAT)
            break
        except subprocess.TimeoutExpired:
            say(f"{title} … {time.monotonic() - started:.0f} s")
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        tail = "\n".join(output.strip().splitlines()[-15:])
        raise StepError(f"{title} failed ({' '.join(command[:4])} …):\n{tail}\n{hint}".strip())
    say(f"{title}: done in {time.monotonic() - started:.1f} s")
    return output


def guard(main: Callable[[], None]) -> None:
    """Run a tool's main function; errors a person can cause or mend become one message and exit code 1."""
    try:
        main()
    except StepError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        sys.exit(f"error: {error.strerror or error}: {error.filename or ''}".rstrip(": "))
    except KeyboardInterrupt:
        sys.exit(130)
