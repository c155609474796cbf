"""Runs the benchmarks: `python -m bench` measures ours in both shapes and the peer in turn."""

from __future__ import annotations

import argparse
import asyncio
import fnmatch
import time

import orjson
import uvloop

from bench.measure.cpu import CpuMeter
from bench.measure.process_tree import adopt_orphans
from bench.peer.install import program as peer_program
from bench.provider.process import RunningProvider, running_provider
from bench.report import Report, Rounds
from bench.scenarios.bed import Figures
from bench.scenarios.idle import measure_idle, memory_figures
from bench.scenarios.measure import measure
from bench.scenarios.registry import SCENARIOS
from bench.testbed import (
    RESULTS,
    SYSTEMS,
    Plan,
    clear_data,
    has_data,
    machine,
    make_bed,
    prepare_accounts,
    started,
)
from bench.warm_up import warm_up


def main() -> None:
    """Reads the options, runs, writes bench/results/<time>.json and prints the tables."""
    options = parse_options()
    if "peer" in options.system and not peer_program().exists():
        options.system.remove("peer")
        print("The peer is not installed and left out; `python -m bench install-peer` installs it (3 GB).")
    names = [scenario.name for scenario in SCENARIOS]
    chosen = [s for s in SCENARIOS if any(fnmatch.fnmatch(s.name, pattern) for pattern in options.scenario)]
    if not chosen and options.scenario != ["idle"]:
        raise SystemExit(f"no such scenario; there are: {', '.join(['idle', *names])}")
    plan = Plan(chosen, options.accept_encoding, not options.no_deflate)
    RESULTS.mkdir(exist_ok=True)
    adopt_orphans()
    if not options.keep_data:
        for system in options.system:
            clear_data(system)
    rounds: Rounds = {}
    conditions = machine() | {"rounds": options.rounds, "encoding": plan.encoding, "deflate": plan.deflate}
    file = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    with running_provider() as provider, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for number in range(options.rounds):
            for system in options.system:
                print(f"# round {number + 1}: {system}", flush=True)
                runner.run(run_round(system, provider, plan, rounds))
                file.write_bytes(
                    orjson.dumps({"conditions": conditions, "rounds": rounds}, option=orjson.OPT_INDENT_2)
                )
    print(Report(conditions, rounds).render())
    print(f"written: {file}")


def parse_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument(
        "--scenario",
        nargs="+",
        default=["*"],
        help="names or patterns; `idle`: only start and memory",
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--accept-encoding", default="identity", help="what plain requests accept")
    parser.add_argument("--no-deflate", action="store_true", help="do not offer permessage-deflate")
    parser.add_argument(
        "--keep-data", action="store_true", help="use the accounts and chats of the run before"
    )
    return parser.parse_args()


async def run_round(system: str, provider: RunningProvider, plan: Plan, rounds: Rounds) -> None:
    """Measures each scenario once with a freshly started system and adds the figures to `rounds`."""
    first: Figures = {}
    if not has_data(system):
        # The first start creates databases and is no cold start of an installed system.
        async with started(system, provider) as running:
            first = {"first_start_s": round(running.start_seconds, 2)}
    async with started(system, provider) as running:
        idle = await measure_idle(CpuMeter(provider.pids), provider.pids, running.start_seconds)
        record(rounds, system, "idle", first | idle)
        if not plan.scenarios:
            return
        made = await prepare_accounts(system, running.address, plan.scenarios)
        bed = make_bed(system, running, provider, made, plan)
        await warm_up(bed)
        for scenario in plan.scenarios:
            if scenario.ours_alone and system == "peer":
                continue
            record(rounds, system, scenario.name, await measure(bed, scenario))
            await asyncio.sleep(1)
        record(rounds, system, "after-load", memory_figures(provider.pids))


def record(rounds: Rounds, system: str, scenario: str, figures: Figures | str) -> None:
    """Keeps and prints the outcome of a scenario."""
    rounds.setdefault(scenario, {}).setdefault(system, []).append(figures)
    print(f"{system:14} {scenario:20} {figures}", flush=True)


if __name__ == "__main__":
    main()
