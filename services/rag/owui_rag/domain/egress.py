"""Decide whether an address that somebody gave may be fetched from inside the network."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from owui_chassis.errors import Invalid

from owui_rag.domain.egress_addresses import Address, Network, address_problem
from owui_rag.domain.egress_hosts import host_of, name_problem
from owui_rag.domain.egress_lists import is_listed_domain

MAXIMUM_URL_CHARACTERS = 8192
_URL = re.compile(r"(https?)://([^/?#]+)([^#]*)(?:#.*)?", re.IGNORECASE | re.DOTALL)
_PORT = re.compile(r"[0-9]{1,5}")
# Browsers drop some of these and take a backslash for a slash: parsers disagree about what is left.
_FORBIDDEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\\\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ufeff]"
)
_SENTENCES = {
    "metadata": "The address belongs to a metadata service, which is never fetched.",
    "private": "The address belongs to a private network, which is not fetched.",
}
_RESERVED = "The address is not one of the public internet, so it is not fetched."


class EgressRefused(Invalid):
    """An address must not be fetched; the same address will be refused again."""

    def __init__(self, message: str, reason: str = "url_refused") -> None:
        super().__init__(message, reason)


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """What the operator allows beyond public hosts, and which domains he lists."""

    allow_private: bool = False
    allowed_networks: tuple[Network, ...] = ()
    domains: tuple[str, ...] = ()

    def check_addresses(self, addresses: Iterable[Address]) -> None:
        """Raise EgressRefused when one of the addresses of a host is refused: the answer may change."""
        for address in addresses:
            if problem := address_problem(address, self.allow_private, self.allowed_networks):
                refuse(problem)


@dataclass(frozen=True, slots=True)
class Target:
    """An address in the only form in which it is used; `host` is a name or an IP address as text."""

    url: str
    scheme: str
    host: str
    port: int
    address: Address | None = None


def refuse(problem: str) -> NoReturn:
    """Raise EgressRefused with a sentence for a problem of an address or a name."""
    raise EgressRefused(_SENTENCES.get(problem, _RESERVED), f"url_{problem}")


def target_of(url: str, policy: EgressPolicy) -> Target:
    """Read an address and check all that can be checked without asking what its host resolves to.

    Raises EgressRefused.
    """
    target = read_url(url)
    if target.address is not None:
        policy.check_addresses([target.address])
    elif problem := name_problem(target.host, policy.allow_private or bool(policy.allowed_networks)):
        refuse(problem)
    if not is_listed_domain(target.host, policy.domains):
        raise EgressRefused(f"Pages of {target.host} are not fetched here.", "url_not_listed")
    return target


def read_url(url: str) -> Target:
    """Read an address; raise EgressRefused for one that another program could read differently."""
    url = url.strip(" \t\r\n")
    if len(url) > MAXIMUM_URL_CHARACTERS:
        raise EgressRefused("The address is too long.")
    if _FORBIDDEN.search(url):
        raise EgressRefused("The address contains characters that are not allowed in addresses.")
    match = _URL.fullmatch(url)
    if match is None:
        raise EgressRefused("The address has to begin with http:// or https:// and name a host.")
    scheme, authority, rest = match[1].lower(), match[2], match[3]
    if "@" in authority:
        raise EgressRefused("The address must not hold a user name or a password.")
    host, port = _split_authority(authority, scheme)
    try:
        read = host_of(host)
    except ValueError as error:
        raise EgressRefused(str(error)) from None
    text = f"[{read}]" if not isinstance(read, str) and read.version == 6 else str(read)
    shown_port = "" if port == _default_port(scheme) else f":{port}"
    if not rest.startswith("/"):
        rest = f"/{rest}"
    return Target(
        url=f"{scheme}://{text}{shown_port}{rest}",
        scheme=scheme,
        host=str(read),
        port=port,
        address=None if isinstance(read, str) else read,
    )


def _split_authority(authority: str, scheme: str) -> tuple[str, int]:
    if authority.startswith("["):
        host, closing, after = authority.partition("]")
        host += closing
        colon, port = (after[:1], after[1:]) if after else ("", "")
        if colon not in {"", ":"}:
            raise EgressRefused("The IPv6 address is not valid.")
    else:
        host, colon, port = authority.partition(":")
    if not colon or not port:
        return host, _default_port(scheme)
    if not _PORT.fullmatch(port) or not 0 < int(port) < 65536:
        raise EgressRefused("The port of the address is not valid.")
    return host, int(port)


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80
