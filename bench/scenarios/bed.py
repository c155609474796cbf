"""What a scenario gets: a running system, its accounts, the provider and the meter."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bench.load.accounts import Accounts
from bench.load.http import Address, HttpConnection
from bench.load.receipt import Receipt
from bench.measure.cpu import CpuMeter

Figures = dict[str, float]


@dataclass(frozen=True)
class Bed:
    """A running system under test; `encoding` is the Accept-Encoding of plain requests.

    `provider` answers chats, `embeddings` makes vectors; `pid` is the process that was started.
    """

    system: str
    address: Address
    provider: Address
    embeddings: Address
    meter: CpuMeter
    accounts: Accounts
    encoding: str
    deflate: bool
    pid: int
    # What a scenario leaves for those after it, by name.
    kept: dict[str, str] = field(default_factory=dict)


class WrongResultError(Exception):
    """Streams that lost, doubled or reordered tokens, failed or ended early; names the first."""


async def run_streams(starts: Sequence[Callable[[], Awaitable[None]]], ramp: float) -> None:
    """Runs all streams at once, their starts spread evenly over `ramp` seconds."""

    async def run(index: int, start: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(ramp * index / len(starts))
        await start()

    await asyncio.gather(*(run(index, start) for index, start in enumerate(starts)))


async def take_sends(provider: Address) -> dict[str, list[float]]:
    """The provider's send times of each named stream since the last call."""
    http = HttpConnection(provider)
    answer = await http.request("GET", "/bench/sends")
    http.close()
    sends: dict[str, list[float]] = answer.json()
    return sends


def check_receipts(receipts: list[Receipt], sends: dict[str, list[float]], figures: Figures) -> None:
    """Raises WrongResultError unless each stream brought every token the provider sent once, in order."""
    errors = [receipt.error for receipt in receipts if receipt.error]
    errors += [
        f"{receipt.name}: the provider sent {len(sends.get(receipt.name, ()))} tokens"
        for receipt in receipts
        if len(sends.get(receipt.name, ())) != receipt.expected.count
    ]
    if errors:
        raise WrongResultError(
            f"{len(errors)} of {len(receipts)} streams, first: {errors[0]}; its figures {figures}"
        )


def cpu_figures(cpu: dict[str, float], tokens: int) -> Figures:
    """CPU-seconds per 10,000 tokens: the system's, and of each part."""
    tokens = max(1, tokens)
    figures = {"cpu_s_per_10k_tokens": round(cpu["server"] * 10_000 / tokens, 3)}
    for part in ("python", "postgres", "redis", "provider", "load"):
        if part in cpu:
            figures[f"{part}_cpu_s_per_10k_tokens"] = round(cpu[part] * 10_000 / tokens, 3)
    return figures
