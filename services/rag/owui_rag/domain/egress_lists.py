"""Lists of domains: those without a mark are the only ones allowed, those with "!" are refused."""

from collections.abc import Iterable


def is_listed_domain(host: str, entries: Iterable[str]) -> bool:
    """Whether lists let a host pass: it and its subdomains are meant by an entry, refusals win."""
    allowed: list[str] = []
    refused: list[str] = []
    for entry in entries:
        domain = entry.strip().lower()
        (refused if domain.startswith("!") else allowed).append(_bare(domain.removeprefix("!")))
    host = host.lower().rstrip(".")
    if any(_means(domain, host) for domain in refused if domain):
        return False
    allowed = [domain for domain in allowed if domain]
    return not allowed or any(_means(domain, host) for domain in allowed)


def _bare(domain: str) -> str:
    return domain.strip().removeprefix("*").strip("[]").strip(".")


def _means(domain: str, host: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
