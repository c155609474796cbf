"""Ports that cannot be used are explained."""

import socket

import pytest
from owui_local.errors import LocalError
from owui_local.listening import check_port, free_ports


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalError, match=f"Port {port} is taken.*PORT={port + 1}"):
            check_port("127.0.0.1", port)


def test_a_foreign_address_is_refused() -> None:
    with pytest.raises(LocalError, match="cannot be used"):
        check_port("192.0.2.1", 8080)


def test_free_ports_differ() -> None:
    assert len(set(free_ports(5))) == 5
