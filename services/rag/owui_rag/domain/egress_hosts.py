"""Host names in addresses that strangers give: one reading, and what is refused by name alone."""

import ipaddress
import re
import unicodedata

import idna

from owui_rag.domain.egress_addresses import Address

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# The rule of browsers (URL standard, "ends in a number"): such a host is an IPv4 address or nothing.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_METADATA = frozenset({
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "metadata.azure.com",
    "metadata.tencentyun.com",
    "metadata.platformequinix.com",
    "metadata.packet.net",
    "instance-data",
    "instance-data.ec2.internal",
    "rancher-metadata",
    "kubernetes-metadata",
})  # fmt: skip
_PRIVATE_ENDINGS = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home.arpa", "svc")


def host_of(text: str) -> Address | str:
    """Return the address that a host spells, or its name in lower-case ASCII without a final dot.

    Raises ValueError, with a sentence for people, for what is no host or spells an address in an unusual
    way: what this reads as harmless, a resolver could read as 127.0.0.1.
    """
    if text.startswith("["):
        return _ipv6(text)
    if "%" in text:
        raise ValueError("The host of the address must not be percent-encoded.")
    name = unicodedata.normalize("NFKC", text)
    name = name.removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(text)
    try:
        name = idna.encode(name, uts46=True).decode("ascii").lower() if not name.isascii() else name.lower()
    except UnicodeError:
        raise ValueError("The host of the address is not a valid name.") from None
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("The host of the address is not a valid name.")
    if _NUMBER.fullmatch(labels[-1]):
        raise ValueError("The host of the address spells a number in an unusual way.")
    return name


def _ipv4(text: str) -> ipaddress.IPv4Address:
    try:
        return ipaddress.IPv4Address(text)
    except ValueError:
        raise ValueError("An IP address has to be written as four decimal numbers.") from None


def _ipv6(text: str) -> ipaddress.IPv6Address:
    if not text.endswith("]") or "%" in text:
        raise ValueError("The IPv6 address is not valid.")
    try:
        address = ipaddress.IPv6Address(text[1:-1])
    except ValueError:
        raise ValueError("The IPv6 address is not valid.") from None
    if address.ipv4_mapped is not None:
        raise ValueError("An IPv4 address has to be written as four decimal numbers.")
    return address


def name_problem(name: str, allow_private: bool = False) -> str:
    """Say in a word why a name is refused without asking what it resolves to; empty when it is not."""
    if name in _METADATA or name.endswith(".metadata.google.internal"):
        return "metadata"
    if allow_private:
        return ""
    if "." not in name or any(name == ending or name.endswith(f".{ending}") for ending in _PRIVATE_ENDINGS):
        return "private"
    return ""
