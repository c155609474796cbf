"""The meter must count what children used, also after they are gone."""

import os
import subprocess
import sys

from bench.measure.process_tree import descendants, program

ANSWER = "print('x', flush=True)\ninput()"
BURN = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"


def family(pid: int) -> float:
    return sum(process.cpu for process in descendants(os.getpid()) if process.pid == pid)


class TestCpu:
    def test_a_dead_child_counts_for_its_parent(self) -> None:
        script = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])\n{ANSWER}"
        with subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as parent:
            assert parent.stdout
            parent.stdout.readline()
            assert family(parent.pid) >= 0.29
            assert program(parent.pid) == "python"
            parent.communicate("\n")

    def test_those_left_out_are_left_out_with_all_below_them(self) -> None:
        child = "child = subprocess.Popen([sys.executable, '-c', 'input()'])"
        script = f"import subprocess, sys\n{child}\n{ANSWER}\nchild.wait()"
        with subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as parent:
            assert parent.stdout
            parent.stdout.readline()
            assert len(descendants(os.getpid())) >= 2
            assert parent.pid not in {p.pid for p in descendants(os.getpid(), frozenset({parent.pid}))}
            assert not descendants(os.getpid(), frozenset({parent.pid}))
            parent.communicate("\n")
