"""Lets single processes of a platform be those of the previous release."""

from collections.abc import Iterable
from pathlib import Path

# Read by every Python that finds it on its path: a process whose name has a file becomes another program.
_CHOICE = '''"""Runs this process with the Python that a file of its name tells."""

import os
import sys
from pathlib import Path

_file = Path(__file__).with_name(os.environ.get("POD_NAME", "platform"))
if _file.exists():
    _python = _file.read_text()
    if Path(_python).parents[1] != Path(sys.prefix):
        os.execv(_python, [_python, *sys.orig_argv[1:]])
'''
PLATFORM = "platform"


class Releases:
    """Who runs as the previous release when it is started next."""

    def __init__(self, folder: Path, previous: Path) -> None:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(_CHOICE, encoding="utf-8")
        self._folder = folder
        self._python = str(previous / ".venv" / "bin" / "python")
        self.settings = {"PYTHONPATH": str(folder)}

    def choose_previous(self, names: Iterable[str]) -> None:
        """Have these processes, and no others, run as the previous release."""
        for file in self._folder.iterdir():
            if file.suffix != ".py" and file.is_file():
                file.unlink()
        for name in names:
            (self._folder / name).write_text(self._python, encoding="utf-8")

    def is_previous(self, pid: int) -> bool:
        """Whether a process runs as the previous release."""
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode() == self._python
