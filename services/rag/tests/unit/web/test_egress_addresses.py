"""Which addresses may be connected to."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from owui_rag.domain.egress_addresses import address_problem

PUBLIC = ("8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.0", "1.1.1.1",
          "2606:4700:4700::1111", "2001:4860:4860::8888", "64:ff9b::808:808")  # fmt: skip
PRIVATE = ("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1",
           "127.255.255.254", "100.64.0.1", "::1", "fc00::1", "fdff:ffff::1", "64:ff9b::10.0.0.1",
           "64:ff9b::127.0.0.1")  # fmt: skip
METADATA = ("169.254.169.254", "169.254.170.2", "169.254.0.1", "100.100.100.200", "168.63.129.16",
            "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fe80::1", "fe80::a9fe:a9fe",
            "64:ff9b::169.254.169.254")  # fmt: skip
RESERVED = ("0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",  # noqa: S104 - nothing is bound to it
            "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "192.88.99.1",
            "192.0.0.8", "::", "::2", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
            "::ffff:0:127.0.0.1", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "ff02::1", "fec0::1", "3fff::1",
            "4000::1")  # fmt: skip


def problem(text: str, allow_private: bool = False, *allowed: str) -> str:
    networks = [ipaddress.ip_network(network) for network in allowed]
    return address_problem(ipaddress.ip_address(text), allow_private, networks)


class TestAddressProblem:
    @pytest.mark.parametrize("text", PUBLIC)
    def test_public_addresses_may_be_reached(self, text: str) -> None:
        assert problem(text) == ""

    @pytest.mark.parametrize("text", PRIVATE)
    def test_private_addresses_need_the_operators_word(self, text: str) -> None:
        assert problem(text) == "private"
        assert problem(text, True) == ""

    @pytest.mark.parametrize("text", METADATA)
    def test_metadata_services_are_never_reached(self, text: str) -> None:
        assert problem(text) == "metadata"
        assert problem(text, True, "0.0.0.0/0", "::/0") == "metadata"

    @pytest.mark.parametrize("text", RESERVED)
    def test_special_addresses_are_never_reached(self, text: str) -> None:
        assert problem(text) == "reserved"
        assert problem(text, True) == "reserved"

    def test_an_allowed_network_opens_only_itself(self) -> None:
        assert problem("10.20.3.4", False, "10.20.0.0/16") == ""
        assert problem("10.21.3.4", False, "10.20.0.0/16") == "private"
        assert problem("fd12::1", False, "10.20.0.0/16", "fd12::/16") == ""

    @pytest.mark.parametrize("interface", ["0:5efe", "200:5efe"])
    def test_an_address_inside_a_tunnels_address_counts(self, interface: str) -> None:
        assert problem(f"2606:4700::{interface}:7f00:1") == "private"
        assert problem(f"2606:4700::{interface}:a9fe:a9fe", True) == "metadata"
        assert problem(f"2606:4700::{interface}:808:808") == ""

    @settings(deadline=None)
    @given(st.ip_addresses(v=4))
    def test_no_ipv4_address_passes_that_is_not_public(self, address: ipaddress.IPv4Address) -> None:
        if not address.is_global or address.is_multicast or address.is_link_local or address.is_loopback:
            assert address_problem(address) != ""

    @settings(deadline=None)
    @given(st.ip_addresses(v=6))
    def test_no_ipv6_address_passes_that_is_not_public(self, address: ipaddress.IPv6Address) -> None:
        if not address.is_global and address not in ipaddress.ip_network("64:ff9b::/96"):
            assert address_problem(address) != ""

    @settings(deadline=None)
    @given(st.ip_addresses(v=4))
    def test_an_ipv4_address_has_one_verdict_in_every_disguise(self, inner: ipaddress.IPv4Address) -> None:
        translated = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(inner))
        assert address_problem(translated) == address_problem(inner)
        mapped = ipaddress.IPv6Address(f"::ffff:{inner}")
        six_to_four = ipaddress.IPv6Address((0x2002 << 112) | (int(inner) << 80))
        assert address_problem(mapped, allow_private=True) == "reserved"
        assert address_problem(six_to_four, allow_private=True) == "reserved"
