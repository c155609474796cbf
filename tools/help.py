"""Print the targets of a Makefile in groups: `##@ Group` lines and `target: … ## text` lines."""

import re
import sys
from pathlib import Path


def main() -> None:
    """Read the Makefile named on the command line."""
    print("make TARGET [NAME=value …]")
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        if line.startswith("##@"):
            print(f"\n{line[3:].strip()}")
        elif match := re.match(r"^([a-z%-]+):.*?## (.+)$", line):
            print(f"  {match[1].replace('%', 'SUITE'):<12} {match[2]}")


if __name__ == "__main__":
    main()
