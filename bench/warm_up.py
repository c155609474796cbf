"""The first requests of a system, which load what is loaded late; nothing of them is measured."""

from __future__ import annotations

import asyncio

from bench.load.http import HttpConnection
from bench.load.sse import stream_completion
from bench.load.ui_stream import UiStream
from bench.scenarios.api_stream import new_receipts
from bench.scenarios.bed import Bed, take_sends

MODEL = "stub-0tps-1"


async def warm_up(bed: Bed) -> None:
    """Asks for the models, a streamed answer in API mode and one in UI mode; RuntimeError when one fails."""
    http = HttpConnection(bed.address, bed.accounts.admin)
    models = (await http.request("GET", "/api/models")).json()["data"]
    if MODEL not in {model["id"] for model in models}:
        raise RuntimeError(f"{bed.system} does not list {MODEL}: {[model['id'] for model in models]}")
    http.close()
    token = bed.accounts.users[0]
    receipts = new_receipts(8, MODEL)
    await asyncio.gather(
        *(stream_completion(bed.address, token, MODEL, receipt, 30.0) for receipt in receipts[:7])
    )
    client = UiStream(bed.address, token, receipts[7], delta=False, deflate=bed.deflate)
    await client.prepare(MODEL)
    await client.run(MODEL, 30.0)
    client.close()
    await take_sends(bed.provider)
    if wrong := [receipt.error for receipt in receipts if receipt.error]:
        print(f"{bed.system}: warm-up: {wrong[0]}")
