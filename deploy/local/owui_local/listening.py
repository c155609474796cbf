"""Ports: whether one can be used, what to say when not, and free ones."""

import contextlib
import errno
import random
import socket

from owui_local.errors import LocalError

PORTS = range(20_000, 32_000)


def check_port(host: str, port: int) -> None:
    """Raise LocalError when nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise port_error(host, port, error) from error


def port_error(host: str, port: int, error: OSError) -> LocalError:
    """Return the sentence for a port that cannot be used."""
    if error.errno == errno.EADDRINUSE:
        return LocalError(f"Port {port} is taken by another program. Choose another with PORT={port + 1}")
    if error.errno == errno.EACCES:
        return LocalError(f"Port {port} needs the rights of root. Choose one above 1023 with PORT=8080")
    return LocalError(
        f"{host}:{port} cannot be used: {error.strerror or error}. Choose with PORT=… and HOST=…"
    )


def free_ports(count: int) -> list[int]:
    """Return loopback ports that are free now, all different.

    They lie below the range from which systems take the ports of outgoing connections: one from that range
    may be taken again before whoever asked for it listens there.
    """
    found: list[int] = []
    candidates = random.SystemRandom().sample(PORTS, len(PORTS))
    for port in candidates:
        if len(found) == count:
            return found
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
    raise LocalError("This machine has no free port between 20000 and 32000.")
