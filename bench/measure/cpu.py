"""CPU-seconds of a system's processes over a stretch of time, those that died in it included."""

from __future__ import annotations

import os

from bench.measure.process_tree import descendants, program


class CpuMeter:
    """Reads the processes below this one but the stubs; call `adopt_orphans` before the system starts."""

    def __init__(self, stubs: frozenset[int]) -> None:
        self._without = stubs
        self._start: dict[int, float] = {}
        self._programs: dict[int, str] = {}
        self._started = 0.0
        self._provider_start = 0.0
        self._own_start = 0.0

    def _sample(self) -> tuple[dict[int, float], float]:
        processes = descendants(os.getpid(), self._without)
        for process in processes:
            if process.pid not in self._programs:
                self._programs[process.pid] = program(process.pid)
        # Children of this process that died and were waited for: the system's, the stubs live on.
        dead = os.times().children_user + os.times().children_system
        return {process.pid: process.cpu for process in processes}, dead

    def start(self) -> None:
        """Begins a stretch."""
        self._start, dead = self._sample()
        self._started = sum(self._start.values()) + dead
        self._provider_start = self._provider_cpu()
        self._own_start = self._own_cpu()

    def stop(self) -> dict[str, float]:
        """CPU-seconds since `start`: `server` is the whole system, then its parts, `provider` and `load`."""
        now, dead = self._sample()
        parts: dict[str, float] = {"server": sum(now.values()) + dead - self._started}
        for pid, cpu in now.items():
            name = self._programs[pid]
            parts[name] = parts.get(name, 0.0) + cpu - self._start.get(pid, 0.0)
        parts["provider"] = self._provider_cpu() - self._provider_start
        parts["load"] = self._own_cpu() - self._own_start
        return {name: round(seconds, 3) for name, seconds in parts.items()}

    @staticmethod
    def _own_cpu() -> float:
        times = os.times()
        return times.user + times.system

    def _provider_cpu(self) -> float:
        return sum(p.cpu for p in descendants(os.getpid()) if p.pid in self._without)
