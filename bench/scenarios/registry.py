"""The scenarios by name, the accounts and chats each needs, and the figure compared with the peer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from bench.scenarios.api_stream import measure_api_stream, measure_setup
from bench.scenarios.bed import Bed, Figures
from bench.scenarios.ingest import measure_ingest
from bench.scenarios.ingest_beside_chat import measure_ingest_beside_chat
from bench.scenarios.ingest_builtin import measure_ingest_builtin
from bench.scenarios.rest import measure_rest
from bench.scenarios.retrieve import measure_retrieve
from bench.scenarios.sign_ins import measure_sign_ins
from bench.scenarios.ui_stream import measure_ui_stream


@dataclass(frozen=True)
class Scenario:
    """One measurement; `figure` is the one its ratio is made of, `ours_alone` that the peer has no such
    thing.

    `compared` names the peer's scenario that such a one is compared with.
    """

    name: str
    measure: Callable[[Bed], Awaitable[Figures]]
    figure: str
    users: int = 1
    chats: bool = False
    ours_alone: bool = False
    compared: str = ""

    @property
    def peer_scenario(self) -> str:
        """The peer's scenario this one is compared with."""
        return self.compared or self.name


TOKENS, REQUESTS, REQUEST_COST = "cpu_s_per_10k_tokens", "requests_per_cpu_second", "cpu_ms_per_request"
QUESTIONS, FILES = "queries_per_second", 200
ANSWER, LONG_ANSWER = "stub-50tps-200", "stub-200tps-4000"

SCENARIOS = [
    Scenario("api-stream-100", partial(measure_api_stream, streams=100, model=ANSWER), TOKENS, users=100),
    Scenario("api-stream-20", partial(measure_api_stream, streams=20, model=ANSWER), TOKENS, users=20),
    Scenario("setup-cost", partial(measure_setup, requests=200), REQUEST_COST, users=20),
    # One at a time with pauses, as one person asks: what is kept for a second only is fetched each time.
    Scenario(
        "setup-alone", partial(measure_setup, requests=15, at_once=1, pause=1.2), REQUEST_COST, users=20
    ),
    Scenario(
        "ui-delta-100",
        partial(measure_ui_stream, streams=100, model=ANSWER, delta=True),
        TOKENS,
        users=100,
        ours_alone=True,
        compared="ui-accumulated-100",
    ),
    Scenario(
        "ui-accumulated-100",
        partial(measure_ui_stream, streams=100, model=ANSWER, delta=False),
        TOKENS,
        users=100,
    ),
    Scenario(
        "ui-setup",
        partial(measure_ui_stream, streams=100, model="stub-0tps-1", delta=False),
        "cpu_ms_per_answer",
        users=100,
    ),
    Scenario(
        "ui-long-delta",
        partial(measure_ui_stream, streams=2, model=LONG_ANSWER, delta=True),
        "bytes_per_token",
        users=2,
        ours_alone=True,
        compared="ui-long-accumulated",
    ),
    Scenario(
        "ui-long-accumulated",
        partial(measure_ui_stream, streams=2, model=LONG_ANSWER, delta=False),
        "bytes_per_token",
        users=2,
    ),
    Scenario("rest-models", partial(measure_rest, path="/api/models"), REQUESTS),
    Scenario("rest-chat-list", partial(measure_rest, path="/api/v1/chats/"), REQUESTS, chats=True),
    Scenario(
        "rest-chat",
        partial(measure_rest, path="/api/v1/chats/{long_chat}"),
        REQUESTS,
        chats=True,
    ),
    Scenario("sign-ins", partial(measure_sign_ins, streams=20, sign_ins=20), "latency_p99_ms", users=20),
    Scenario(
        "ingest-builtin",
        partial(measure_ingest_builtin, files=12),
        "chunks_per_cpu_second",
        ours_alone=True,
    ),
    Scenario("ingest-200", partial(measure_ingest, files=FILES), "seconds"),
    Scenario("retrieve-8", partial(measure_retrieve, files=FILES, clients=8), QUESTIONS),
    Scenario("retrieve-8-hybrid", partial(measure_retrieve, files=FILES, clients=8, hybrid=True), QUESTIONS),
    Scenario(
        "ingest-while-chatting",
        partial(measure_ingest_beside_chat, files=100),
        "first_token_ingesting_p50_ms",
    ),
]
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
