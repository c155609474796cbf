"""What the settings say about fetching, read anew for each page."""

import ipaddress
from typing import Any

from owui_chassis.settings import duration

from owui_rag.domain.egress import EgressPolicy

DEFAULT_TOTAL_SECONDS = 30.0


def policy_of(values: Any) -> EgressPolicy:
    """Return what may be fetched."""
    return EgressPolicy(
        allow_private=values.enable_rag_local_web_fetch,
        allowed_networks=tuple(
            ipaddress.ip_network(network) for network in values.web_fetch_allowed_networks
        ),
        domains=tuple(values.web_fetch_filter_list),
    )


def total_seconds_of(values: Any) -> float:
    """Return how long one page may take, redirects included; a mistyped setting counts as none."""
    try:
        limit = duration(values.web_loader_timeout or str(DEFAULT_TOTAL_SECONDS))
    except ValueError:
        limit = None
    return limit.total_seconds() if limit else DEFAULT_TOTAL_SECONDS
