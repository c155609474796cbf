"""Write what other engines than compose run, from compose.yaml; `--check` only compares.

deploy/podman: units for Quadlet, and Pods for `podman kube play`. deploy/swarm: a stack.
"""

import sys
from pathlib import Path

from compose_parts import COMPOSE, read_composition
from kube_play import play
from progress import ROOT, StepError, guard, say
from quadlet_units import units
from swarm_stack import stack

HEAD = "# Written by tools/engine_files.py from {source}; docs/install/{page}.md says how it is used.\n"
PODMAN = ROOT / "deploy" / "podman"
QUADLET = PODMAN / "quadlet"
PLAY = PODMAN / "open-webui.yaml"
STACK = ROOT / "deploy" / "swarm" / "stack.yaml"
KINDS = ("container", "network", "volume")


def wanted() -> dict[Path, str]:
    """Return the files and what stands in them."""
    composition = read_composition()
    found = {QUADLET / name: ("podman", text) for name, text in units(composition).items()}
    found |= {PLAY: ("podman", play(composition)), STACK: ("swarm", stack(composition))}
    source = COMPOSE.relative_to(ROOT)
    return {path: HEAD.format(source=source, page=page) + text for path, (page, text) in found.items()}


def present() -> set[Path]:
    """Return the files that are there."""
    there = {path for kind in KINDS for path in QUADLET.glob(f"*.{kind}")}
    return there | {path for path in (PLAY, STACK) if path.exists()}


def main() -> None:
    """Write or compare."""
    files = wanted()
    stale = sorted(present() - files.keys())
    other = sorted(
        path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    )
    if sys.argv[1:] == ["--check"]:
        if stale or other:
            names = ", ".join(str(path.relative_to(ROOT)) for path in (*stale, *other))
            raise StepError(f"{names}: not as compose.yaml has it. Remedy: python tools/engine_files.py")
        return
    for path in stale:
        path.unlink()
    for path in other:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
        say(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    guard(main)
