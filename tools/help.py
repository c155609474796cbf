"""Print the targets of a Makefile in groups: `##@ Group` lines and `target: … ## text` lines."""

import re
import sys
from pathlib import Path


def main() -> None:
    """Read the Makefile named on the command line."""
    lines = ["make TARGET [NAME=value …]"]
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        target = re.match(r"^([a-z%-]+):.*?## (.+)$", line)
        if line.startswith("##@"):
            lines.append(f"\n{line[3:].strip()}")
        elif target:
            lines.append(f"  {target[1].replace('%', 'SUITE'):<12} {target[2]}")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
