"""A process that migrates when it is told to: a line "package schema url" in, what came of it out."""

import asyncio
import sys

from owui_chassis.migrations import migrate


def say(line: str) -> None:
    """Answer."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve lines until there are no more."""
    say("ready")
    for line in sys.stdin:
        try:
            say("migrated" if asyncio.run(migrate(*line.split())) else "nothing to do")
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shall hear of it
            say(f"failed: {error!r}".replace("\n", " "))


if __name__ == "__main__":
    main()
