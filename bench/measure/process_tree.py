"""The processes below this one, their CPU-seconds and their memory, read from /proc (Linux)."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Makes this process the parent of orphans below it, so that a server's daemons stay in its tree."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


@dataclass(frozen=True)
class Process:
    """One line of /proc/<pid>/stat: CPU-seconds of itself and of its dead, waited-for children."""

    pid: int
    parent: int
    state: str
    cpu: float


def _read(pid: str) -> Process | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat[stat.rindex(")") + 2 :].split()
    return Process(int(pid), int(fields[1]), fields[0], sum(int(tick) for tick in fields[11:15]) / TICKS)


def descendants(root: int, without: frozenset[int] = frozenset()) -> list[Process]:
    """The processes below `root`, itself not counted, without those in `without` and all below these."""
    children: dict[int, list[Process]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and (process := _read(entry.name)):
            children.setdefault(process.parent, []).append(process)
    found, waiting = [], [root]
    while waiting:
        for process in children.get(waiting.pop(), ()):
            if process.pid not in without:
                found.append(process)
                waiting.append(process.pid)
    return found


def command_line(pid: int) -> str:
    """The command line of a process, "" when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def program(pid: int) -> str:
    """postgres, redis, model or python: which part of a system a process is."""
    line = command_line(pid).lower()
    first = Path(line.split(" ", 1)[0].rstrip(":")).name
    if first.startswith("postgres"):
        return "postgres"
    if first.startswith(("redis", "valkey")):
        return "redis"
    if "xllamacpp" in line or "demo_model" in line or "demo-model" in line:
        return "model"
    return "python" if first.startswith("python") or "python" in line else first


def resident_mib(pid: int) -> float:
    """MiB resident of a process; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass
class Memory:
    """MiB resident (shared pages counted in each process) and proportional, and the number of processes."""

    resident: float = 0.0
    proportional: float = 0.0
    processes: int = 0


def memory_by_program(processes: list[Process]) -> dict[str, Memory]:
    """The memory of each part of a system."""
    parts: dict[str, Memory] = {}
    for process in processes:
        try:
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        except OSError:
            continue
        sizes = {
            line.split(":")[0]: int(line.split()[1])
            for line in rollup.splitlines()[1:]
            if line.endswith("kB")
        }
        part = parts.setdefault(program(process.pid), Memory())
        part.resident += sizes.get("Rss", 0) / 1024
        part.proportional += sizes.get("Pss", 0) / 1024
        part.processes += 1
    return parts
