"""Providers behind the authority and the proxy of the operator."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from owui_chassis.errors import Unavailable
from owui_testkit.certificates import Authority
from owui_testkit.forward_proxy import forward_proxy
from owui_testkit.tls_front import tls_front

from .test_pass_through import passed


class TestOutside:
    async def test_a_provider_is_believed_by_the_authority_of_the_operator(
        self, start: Any, desk_of: Any, provider: Any, tmp_path: Path
    ) -> None:
        provider.says("GET /v1/files", b"[1]", 200, "application/json")
        authority, place = Authority(tmp_path), urlsplit(provider.url)
        async with tls_front(
            authority.server(), lambda: asyncio.open_connection(place.hostname, place.port)
        ) as port:
            url = f"https://127.0.0.1:{port}{place.path}"
            trusting = desk_of(await start(SSL_CERT_FILE=str(authority.bundle)))
            await trusting.connect(url, keys=("sk-1",))
            _, data = await passed(trusting, trusting.world.admin, "GET", "files")
            assert data == b"[1]"
            other = desk_of(await start())
            await other.connect(url, keys=("sk-1",))
            with pytest.raises(Unavailable, match="certificate"):
                await passed(other, other.world.admin, "GET", "files")

    async def test_a_provider_is_reached_through_the_proxy(
        self, start: Any, desk_of: Any, provider: Any, tmp_path: Path
    ) -> None:
        provider.says("GET /v1/files", b"[2]", 200, "application/json")
        authority, place = Authority(tmp_path), urlsplit(provider.url)
        files = authority.server(hosts=("models.example",))
        async with (
            tls_front(files, lambda: asyncio.open_connection(place.hostname, place.port)) as port,
            forward_proxy() as proxy,
        ):
            proxy.names["models.example"] = ("127.0.0.1", port)
            desk = desk_of(await start(SSL_CERT_FILE=str(authority.bundle), HTTPS_PROXY=proxy.url))
            await desk.connect(f"https://models.example{place.path}", keys=("sk-1",))
            _, data = await passed(desk, desk.world.admin, "GET", "files")
            assert data == b"[2]"
            assert set(proxy.tunnels) == {"models.example:443"}
