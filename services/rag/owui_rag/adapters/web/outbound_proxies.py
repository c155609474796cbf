"""The proxies of the environment, used only where a setting trusts it."""

from urllib.request import (  # type: ignore[attr-defined]  # the second is public and missing from the stubs
    getproxies_environment,
    proxy_bypass_environment,
)

from yarl import URL


def proxy_for(url: URL, trusted: bool) -> str | None:
    """Return the proxy for a request by HTTP_PROXY, HTTPS_PROXY and NO_PROXY, None for a direct one."""
    if not trusted or url.host is None:
        return None
    by_scheme = getproxies_environment()
    if not by_scheme or proxy_bypass_environment(f"{url.host}:{url.port}", by_scheme):
        return None
    return by_scheme.get(url.scheme) or by_scheme.get("all")
