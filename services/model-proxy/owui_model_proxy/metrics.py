"""What is measured about providers, by connection."""

from prometheus_client import Counter, Gauge, Histogram

_LATENCY_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)

ERRORS = Counter(
    "owui_provider_errors", "Failed requests to providers: a status or what broke.", ["connection", "what"]
)
HEAD_SECONDS = Histogram(
    "owui_provider_head_seconds",
    "Time until the head of an answer.",
    ["connection"],
    buckets=_LATENCY_BUCKETS,
)
IN_FLIGHT = Gauge(
    "owui_provider_requests_in_flight", "Requests to providers that are not finished.", ["connection"]
)
FIRST_BYTE_SECONDS = Histogram(
    "owui_completion_first_byte_seconds",
    "Time from a request for a completion to the first bytes of its answer.",
    ["connection"],
    buckets=_LATENCY_BUCKETS,
)
ANSWER_BYTES = Counter("owui_completion_bytes", "Bytes of answers passed on.", ["connection"])
CHUNKS = Counter(
    "owui_completion_chunks", "Pieces of answers passed on; about one per token.", ["connection"]
)
REFUSED = Counter("owui_completion_refused", "Requests that were refused because too many were being served.")
