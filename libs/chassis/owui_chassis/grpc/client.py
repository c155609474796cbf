"""Dials the other services: DNS names, round robin, keepalive, one set of channels per process."""

import asyncio
import json
import socket
from collections.abc import Mapping
from typing import Self

import grpc

from owui_chassis.grpc.channel import Channel, RemoteChannel
from owui_chassis.grpc.streams_client import StreamConnections
from owui_chassis.settings import SettingsError

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
# The name under which a server says whether it should be sent calls.
CALLS = "calls"
_SERVICE_CONFIG = json.dumps(
    {
        "loadBalancingConfig": [{"round_robin": {}}],
        # A replica that is about to stop says so on each connection: it gets no more calls from then on.
        "healthCheckConfig": {"serviceName": CALLS},
        # While a replica restarts, calls wait for another one within their deadline instead of failing.
        "methodConfig": [{"name": [{}], "waitForReady": True}],
    }
)
# A whole chat is a quarter of a megabyte. In frames of 16 KiB and through a window that grows from 64 KiB it
# would wake both sides a dozen times.
TRANSPORT_OPTIONS = [
    ("grpc.http2.max_frame_size", 1 << 20),
    ("grpc.http2.lookahead_bytes", 1 << 21),
    ("grpc.http2.bdp_probe", 0),
    ("grpc.experimental.tcp_read_chunk_size", 1 << 18),
    ("grpc.experimental.tcp_min_read_chunk_size", 1 << 16),
    ("grpc.experimental.tcp_max_read_chunk_size", 1 << 20),
]
OPTIONS = [
    *TRANSPORT_OPTIONS,
    ("grpc.service_config", _SERVICE_CONFIG),
    # HTTP_PROXY is for what is outside the platform.
    ("grpc.enable_http_proxy", 0),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.dns_min_time_between_resolutions_ms", 1_000),
]


def dial(address: str) -> grpc.aio.Channel:
    """Return a channel to one address or DNS name; it connects by itself when it is used."""
    return grpc.aio.insecure_channel(address, options=OPTIONS)


def target_of(addresses: str) -> str:
    """Return the gRPC target for "name:port" or for a list "host:port,host:port"."""
    if "," in addresses:
        return f"ipv4:{addresses.replace(' ', '')}"
    return addresses if ":///" in addresses else f"dns:///{addresses}"


async def resolve(addresses: str) -> list[str]:
    """Return "ip:port" of every replica that the addresses name; an empty list when none can be found."""
    found: list[str] = []
    for address in addresses.removeprefix("dns:///").split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            infos = await asyncio.get_running_loop().getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
        except OSError:
            continue
        for family, _, _, _, where in infos:
            ip = str(where[0])
            found.append(f"[{ip}]:{port}" if family == socket.AF_INET6 else f"{ip}:{port}")
    return sorted(set(found))


class RemoteChannels:
    """Channels by service name; MODEL_PROXY_ADDRESS in the environment says where model-proxy answers."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._channels: dict[str, RemoteChannel] = {}
        self._open: list[grpc.aio.Channel] = []
        self._streams: list[StreamConnections] = []

    def __call__(self, service: str) -> Channel:
        """Return the channel to a service; raise SettingsError when its address is not known."""
        if service not in self._channels:
            variable = f"{service.replace('-', '_').upper()}_ADDRESS"
            addresses = self._environ.get(variable, "")
            if not addresses:
                raise SettingsError(f"{variable} is not set: it names host:port of the {service} service")
            channel = dial(target_of(addresses))
            streams = StreamConnections(lambda: resolve(addresses), dial)
            self._open.append(channel)
            self._streams.append(streams)
            self._channels[service] = RemoteChannel(channel, streams)
        return self._channels[service]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(streams.close() for streams in self._streams))
        await asyncio.gather(*(channel.close() for channel in self._open))
