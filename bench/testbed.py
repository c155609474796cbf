"""One round with one system: start it, give it accounts, run scenarios, stop it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from bench.load import accounts
from bench.load.accounts import Accounts
from bench.load.http import Address
from bench.measure.cpu import CpuMeter
from bench.ours.server import launch_ours
from bench.peer.server import launch_peer
from bench.provider.process import RunningProvider
from bench.scenarios.bed import Bed
from bench.scenarios.registry import Scenario
from bench.systems import Launch, RunningSystem, free_port, start_system

RESULTS = Path(__file__).parent / "results"
SYSTEMS = {"ours-local": "local", "ours-services": "services", "peer": ""}


@dataclass(frozen=True)
class Plan:
    """What a run is asked to do."""

    scenarios: Sequence[Scenario]
    encoding: str
    deflate: bool


def data_folder(system: str) -> Path:
    """Where a system keeps its data during a run."""
    return RESULTS / "data" / system


def has_data(system: str) -> bool:
    """Whether the system was started before with this data."""
    folder = data_folder(system)
    return folder.exists() and any(folder.iterdir())


def clear_data(system: str) -> None:
    """Removes what an earlier run left."""
    shutil.rmtree(data_folder(system), ignore_errors=True)


def _launch(system: str, provider: RunningProvider, port: int) -> Launch:
    data = data_folder(system)
    data.mkdir(parents=True, exist_ok=True)
    if system == "peer":
        return launch_peer(provider, data, port)
    return launch_ours(SYSTEMS[system], provider, data, port)


@asynccontextmanager
async def started(system: str, provider: RunningProvider) -> AsyncIterator[RunningSystem]:
    """A system between its start and its stop; complaints about the stop are printed."""
    port = free_port()
    launch = _launch(system, provider, port)
    running = await start_system(launch, port, RESULTS / f"{system}.log")
    try:
        yield running
    finally:
        for complaint in await running.stop(provider.pids):
            print(f"{system}: {complaint}")


async def prepare_accounts(system: str, address: Address, scenarios: Sequence[Scenario]) -> Accounts:
    """The accounts and chats these scenarios need; those of an earlier round are used again."""
    kept = data_folder(system) / "bench-accounts.json"
    if kept.exists():
        return Accounts(**orjson.loads(kept.read_bytes()))
    admin = await accounts.create_admin(address)
    users, emails = await accounts.create_users(address, admin, max(scenario.users for scenario in scenarios))
    long_chat = ""
    if any(scenario.chats for scenario in scenarios):
        await accounts.create_chats(address, admin, 999, 2)
        long_chat = await accounts.create_chats(address, admin, 1, 200)
    made = Accounts(admin, users, emails, long_chat)
    kept.write_bytes(orjson.dumps(asdict(made)))
    return made


def make_bed(
    system: str, running: RunningSystem, provider: RunningProvider, made: Accounts, plan: Plan
) -> Bed:
    """What the scenarios get."""
    meter = CpuMeter(provider.pids)
    return Bed(
        system,
        running.address,
        provider.address,
        provider.embeddings,
        meter,
        made,
        plan.encoding,
        plan.deflate,
        running.process.pid,
    )


def machine() -> dict[str, str | float | int]:
    """The conditions of a run that decide how its figures read."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "unknown",
    )
    return {"cores": os.cpu_count() or 0, "cpu": cpu, "load_before": round(os.getloadavg()[0], 2)}
