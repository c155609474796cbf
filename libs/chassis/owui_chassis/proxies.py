"""Which HTTP proxy an address is reached through, as HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say."""

import ipaddress

from yarl import URL

# What is on this machine or in this cluster, or tells a machine who it is: no proxy knows the way there.
_NEAR = (".svc", ".cluster.local", ".localhost", "metadata.google.internal", "host.docker.internal")
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class OutboundProxies:
    """Read once: an HTTP client would read the environment and a netrc file again for every request."""

    def __init__(self, http: str = "", https: str = "", otherwise: str = "", direct: str = "") -> None:
        """Take the proxies by scheme and what is reached `direct`; raise ValueError naming a wrong one."""
        self._by_scheme = {
            "http": _proxy("HTTP_PROXY", http) or _proxy("ALL_PROXY", otherwise),
            "https": _proxy("HTTPS_PROXY", https) or _proxy("ALL_PROXY", otherwise),
        }
        entries = [entry.strip().lower() for entry in direct.split(",") if entry.strip()]
        self._never = "*" in entries
        self._networks = [network for entry in entries if (network := _network(entry)) is not None]
        self._hosts = {entry.removeprefix("*").removeprefix(".") for entry in entries}

    def for_url(self, url: URL) -> URL | None:
        """Return the proxy for a request, None when it goes there directly."""
        proxy = self._by_scheme.get(url.scheme)
        if proxy is None or url.host is None or self._never or self._is_direct(url.host.lower(), url.port):
            return None
        return proxy

    def __bool__(self) -> bool:
        """Whether there is any proxy."""
        return any(self._by_scheme.values())

    def _is_direct(self, host: str, port: int | None) -> bool:
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return self._is_direct_name(host.rstrip("."), port)
        if address.is_loopback or address.is_link_local or f"{host}:{port}" in self._hosts:
            return True
        return any(address in network for network in self._networks)

    def _is_direct_name(self, host: str, port: int | None) -> bool:
        if "." not in host or host.endswith(_NEAR):
            return True
        labels = host.split(".")
        suffixes = (".".join(labels[begin:]) for begin in range(len(labels)))
        return any(suffix in self._hosts or f"{suffix}:{port}" in self._hosts for suffix in suffixes)


def _proxy(variable: str, text: str) -> URL | None:
    if not text:
        return None
    try:
        url = URL(text if "://" in text else f"http://{text}")
    except ValueError:
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host:
        # The address may hold a password, so it is not repeated.
        raise ValueError(f"{variable} is no address such as http://proxy.example:3128")
    return url


def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None
