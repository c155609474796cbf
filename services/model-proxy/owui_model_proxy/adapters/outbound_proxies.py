"""The HTTP proxies through which providers are reached, as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say."""

from urllib.request import (  # type: ignore[attr-defined]  # the second is public and missing from the stubs
    getproxies_environment,
    proxy_bypass_environment,
)

from yarl import URL


class OutboundProxies:
    """Read once: the HTTP client would read the environment and a netrc file again for every request."""

    def __init__(self) -> None:
        self._by_scheme = getproxies_environment()

    def for_url(self, url: URL) -> str | None:
        """Return the proxy for a request, None when it goes there directly."""
        if not self._by_scheme or url.host is None:
            return None
        if proxy_bypass_environment(f"{url.host}:{url.port}", self._by_scheme):
            return None
        return self._by_scheme.get(url.scheme) or self._by_scheme.get("all")
