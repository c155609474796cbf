"""Which addresses of the network this service may connect to on behalf of somebody else."""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


# Where clouds tell a machine its own secrets. Some are public or private addresses, so they have a list.
_METADATA = _networks(
    "169.254.0.0/16",  # most clouds at .169.254, ECS at .170.2, EKS at .170.23
    "100.100.100.200/32",  # Alibaba
    "168.63.129.16/32",  # Azure's host
    "192.0.0.192/32",  # Oracle
    "fd00:ec2::/32",  # AWS
    "fd20:ce::/32",  # Google
    "fe80::/10",
)
_PRIVATE = _networks(
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
)
# What Python's own properties leave out in one version or another, and what is no place of a web server.
_NEVER = _networks(
    "0.0.0.0/8",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/96",  # IPv4-compatible, unspecified
    "::ffff:0:0/96",  # IPv4-mapped
    "::ffff:0:0:0/96",  # IPv4-translated
    "64:ff9b:1::/48",  # local NAT64
    "100::/64",
    "2001::/23",  # Teredo and other protocol assignments
    "2001:db8::/32",
    "2002::/16",  # 6to4
    "3fff::/20",
    "5f00::/16",
    "fec0::/10",
    "ff00::/8",
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
# fe80:: and public prefixes may end in this with an IPv4 address behind it (ISATAP, RFC 5214).
_ISATAP = (0x00005EFE, 0x02005EFE)


def address_problem(address: Address, allow_private: bool = False, allowed: Sequence[Network] = ()) -> str:
    """Say in a word why an address must not be connected to; empty when it may be.

    `allow_private` opens private and loopback ranges, `allowed` single networks; neither opens what serves
    metadata.
    """
    problems = (_problem_of(place, allow_private, allowed) for place in _places(address))
    return next((problem for problem in problems if problem), "")


def _places(address: Address) -> tuple[Address, ...]:
    """Return where packets to an address may end."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            # A network without IPv4 reaches public hosts this way (RFC 6052); others hide behind it.
            return (_embedded(address),)
        if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
            return (address, _embedded(address))
    return (address,)


def _problem_of(address: Address, allow_private: bool, allowed: Sequence[Network]) -> str:
    if _inside(address, _METADATA):
        return "metadata"
    if _inside(address, allowed):
        return ""
    if _inside(address, _PRIVATE):
        return "" if allow_private else "private"
    is_public = address.is_global and not address.is_multicast and not _inside(address, _NEVER)
    if is_public and (address.version == 4 or address in _GLOBAL_IPV6):
        return ""
    return "reserved"


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _inside(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
