"""Shows where a system spends its time: `python -m bench profile SYSTEM SCENARIO` (needs py-spy)."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from bench.measure.process_tree import adopt_orphans, descendants, program
from bench.provider.process import RunningProvider, running_provider
from bench.scenarios.measure import measure
from bench.scenarios.registry import BY_NAME, Scenario
from bench.testbed import RESULTS, SYSTEMS, Plan, clear_data, make_bed, prepare_accounts, started
from bench.warm_up import warm_up


def main() -> None:
    """Runs one scenario under py-spy; writes the stacks to bench/results and prints the top functions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("system", choices=list(SYSTEMS))
    parser.add_argument("scenario", choices=list(BY_NAME))
    parser.add_argument("--rate", type=int, default=200, help="samples per second")
    parser.add_argument("--native", action="store_true", help="show C functions, too")
    parser.add_argument("--top", type=int, default=40)
    options = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    adopt_orphans()
    clear_data(options.system)
    with running_provider() as provider, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        files = runner.run(profile(options, BY_NAME[options.scenario], provider))
    for name, file in files.items():
        print_top(name, file, options.top)


async def profile(
    options: argparse.Namespace, scenario: Scenario, provider: RunningProvider
) -> dict[str, Path]:
    """Profiles each Python process of the system during the scenario; the stacks, by process."""
    async with started(options.system, provider) as running:
        made = await prepare_accounts(options.system, running.address, [scenario])
        bed = make_bed(options.system, running, provider, made, Plan([scenario], "identity", deflate=True))
        await warm_up(bed)
        pids = [
            process.pid
            for process in descendants(os.getpid(), provider.pids)
            if program(process.pid) == "python"
        ]
        files = {str(pid): RESULTS / f"{options.system}-{scenario.name}-{pid}.stacks" for pid in pids}
        with recording(files, options.rate, options.native):
            print(f"under the profiler, so no result: {await measure(bed, scenario)}")
        return files


@contextmanager
def recording(files: dict[str, Path], rate: int, native: bool) -> Iterator[None]:
    """Records the stacks of these processes until the block ends; idle threads are not sampled."""
    beside = Path(sys.executable).with_name("py-spy")
    spy = str(beside) if beside.exists() else shutil.which("py-spy")
    if not spy:
        raise SystemExit("py-spy is not installed")
    command = [spy, "record", "--nonblocking", "--format", "raw", "--rate", str(rate), "--duration", "3600"]
    command += ["--native"] if native else []
    recorders = [
        subprocess.Popen([*command, "--pid", pid, "--output", str(file)], stdout=subprocess.DEVNULL)
        for pid, file in files.items()
    ]
    try:
        yield
    finally:
        for recorder in recorders:
            recorder.send_signal(2)  # SIGINT: write what was recorded
        for recorder in recorders:
            recorder.wait()


def print_top(name: str, file: Path, count: int) -> None:
    """Prints the functions of a stack file by the time spent in them, and by the time below them."""
    if not file.exists():
        print(f"\n## process {name}: no samples")
        return
    own, below, total = Counter[str](), Counter[str](), 0
    for line in file.read_text().splitlines():
        stack, _, samples = line.rpartition(" ")
        # A frame reads "function (file:line)"; lines of one function are added up.
        frames = [frame.rsplit(":", 1)[0] for frame in stack.split(";") if frame]
        if not frames:
            continue
        own[frames[-1]] += int(samples)
        total += int(samples)
        for frame in set(frames):
            below[frame] += int(samples)
    print(f"\n## process {name}: {total} samples; % of them in the function itself, % in it and below")
    for frame, times in own.most_common(count):
        print(f"{times * 100 / total:5.1f} {below[frame] * 100 / total:5.1f}  {frame})")


if __name__ == "__main__":
    main()
