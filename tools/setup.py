"""Create or refresh .venv: the locked packages, checked by hash, and our own packages, editable.

Runs on Python 3.6 or newer; one that is too old looks for a newer one and hands over to it.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)


def hand_over_to_newer_python() -> None:
    """Replace this process by the same script on a Python that is new enough, or end with one line."""
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        path = shutil.which(name)
        # Version managers leave commands that only say which versions there are.
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(path, [path, *sys.argv])  # noqa: S606 - no shell is wanted
    found = sys.version.split(maxsplit=1)[0]
    sys.exit(
        f"error: Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; {sys.executable} is {found}. "
        "Install one, or name it: make PYTHON=/path/to/python3"
    )


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        hand_over_to_newer_python()
    import environment

    environment.main(sys.argv[1:])
