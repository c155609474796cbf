"""Format the Python code and mend what ruff can mend."""

import subprocess
import sys

from progress import ROOT


def main() -> int:
    """Return the exit code of the last tool that failed."""
    ruff = [sys.executable, "-m", "ruff"]
    mended = subprocess.run([*ruff, "check", "--fix", "--quiet", "."], cwd=ROOT, check=False).returncode
    return subprocess.run([*ruff, "format", "."], cwd=ROOT, check=False).returncode or mended


if __name__ == "__main__":
    sys.exit(main())
