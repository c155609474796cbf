"""The file that tells which processes run and where; for tests, benches and curious people."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from owui_local.process import ChildProcess


class RunState:
    """Writes `run.json`: the ports of the gateways and the process ids by name."""

    def __init__(self, folder: Path, ports: Sequence[int], children: Sequence[ChildProcess]) -> None:
        """Describe these children and ourselves."""
        self._file = folder / "run.json"
        self._ports = list(ports)
        self._children = children

    def write(self) -> None:
        """Write the present state in one step."""
        pids = {child.name: child.pid for child in self._children if child.pid is not None}
        state = {"ports": self._ports, "pids": {"main": os.getpid(), **pids}}
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(state), encoding="utf-8")
        draft.replace(self._file)

    def remove(self) -> None:
        """Nothing runs any more."""
        self._file.unlink(missing_ok=True)


def read_state(folder: Path) -> tuple[list[int], dict[str, int]]:
    """Return the ports and the process ids by name; raise FileNotFoundError when nothing runs there."""
    state = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return state["ports"], state["pids"]
