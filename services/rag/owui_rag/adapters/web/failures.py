"""What people are told when a page cannot be reached."""

import aiohttp
from owui_chassis.errors import ServiceError, Unavailable

from owui_rag.domain.egress import EgressRefused


def unresolved(host: str) -> Unavailable:
    """Return the error for a name without an address."""
    return Unavailable(f"The name {host} cannot be resolved.", "page_unresolved")


def unreachable(host: str, error: Exception) -> ServiceError:
    """Return the error for what the HTTP client raised."""
    if isinstance(error, TimeoutError):
        return Unavailable(f"{host} did not answer in time.", "page_timeout")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return unresolved(host)
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return Unavailable(f"The certificate of {host} is not valid.", "page_certificate")
    if isinstance(getattr(error, "os_error", None), PermissionError):
        return EgressRefused("The address is not one of the public internet, so it is not fetched.")
    if isinstance(error, aiohttp.ClientConnectorError):
        return Unavailable(f"{host} cannot be reached.", "page_unreachable")
    return Unavailable(f"{host} broke off or does not speak HTTP as expected.", "page_garbage")
