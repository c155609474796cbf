"""Child processes end with us, however we end, and tell why they ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from owui_local.process import ChildProcess, wait_until_gone

PARENT = """
import sys
from pathlib import Path
from owui_local.process import ChildProcess
folder = Path(sys.argv[1])
child = ChildProcess("sleeper", ["/bin/sleep", "600"], folder / "log", folder)
child.start()
print(child.pid, flush=True)
sys.stdin.read()
"""


def child(folder: Path, *command: str) -> ChildProcess:
    return ChildProcess("child", command, folder / "log", folder, {"PATH": "/usr/bin:/bin"})


class TestEnd:
    def test_a_child_dies_with_a_killed_parent(self, tmp_path: Path) -> None:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()
        parent.communicate()
        assert wait_until_gone(pid, 60)

    def test_a_child_that_ignores_the_signal_is_killed(self, tmp_path: Path) -> None:
        stubborn = child(tmp_path, "/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
        seen: list[str] = []
        stubborn.echo = seen.append
        stubborn.start()
        while not seen:
            assert stubborn.running
        stubborn.stop(grace=0.2)
        assert stubborn.exit_code == -signal.SIGKILL

    def test_stopping_twice_is_harmless(self, tmp_path: Path) -> None:
        quick = child(tmp_path, "/bin/true")
        quick.stop()
        quick.start()
        quick.stop()
        quick.stop()
        assert not quick.running


class TestLog:
    def test_last_words_are_those_of_this_start(self, tmp_path: Path) -> None:
        speaker = child(tmp_path, "/bin/sh", "-c", "echo old")
        speaker.start()
        speaker.stop()
        speaker.command = ["/bin/sh", "-c", "echo new; exit 3"]
        speaker.start()
        while speaker.running:
            pass
        assert speaker.last_words() == "new"
        assert speaker.exit_code == 3

    def test_input_reaches_the_program(self, tmp_path: Path) -> None:
        echo = child(tmp_path, "/bin/cat")
        echo.input_text = "configuration"
        echo.start()
        while echo.running:
            pass
        assert echo.last_words() == "configuration"
