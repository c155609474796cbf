"""Redis over TLS and behind passwords."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from owui_chassis.redis import open_redis
from owui_chassis.redis_place import RedisPlace
from owui_chassis.settings import ServiceSettings, SettingsError
from owui_testkit.certificates import Authority
from owui_testkit.redis_servers import RedisServer, redis_cluster, redis_server
from owui_testkit.tls_front import tls_front
from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as RedisConnectionError

PASSWORD = "a/p@ss:w%ord?#"


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server(["user worker on >theirs ~* &* +@all"], password=PASSWORD) as server:
        yield server


@asynccontextmanager
async def encrypted(server: RedisServer, authority: Authority) -> AsyncIterator[int]:
    files = authority.server()
    async with tls_front(files, lambda: asyncio.open_connection("127.0.0.1", server.port)) as port:
        yield port


def place(**environ: str) -> RedisPlace:
    return ServiceSettings.read({"WEBUI_SECRET_KEY": "a-long-enough-secret", **environ}).redis


class TestPassword:
    async def test_is_given_as_it_is(self, server: RedisServer) -> None:
        url = f"redis://127.0.0.1:{server.port}/0"
        async with open_redis(place(REDIS_URL=url, REDIS_PASSWORD=PASSWORD)) as redis:
            assert await redis.ping()
        async with open_redis(
            place(REDIS_URL=url, REDIS_USERNAME="worker", REDIS_PASSWORD="theirs")
        ) as redis:
            assert await redis.execute_command("ACL WHOAMI") == "worker"

    async def test_that_is_wrong_is_refused(self, server: RedisServer) -> None:
        async with open_redis(
            place(REDIS_URL=f"redis://127.0.0.1:{server.port}", REDIS_PASSWORD="no")
        ) as redis:
            with pytest.raises(AuthenticationError):
                await redis.ping()

    def test_is_shown_nowhere(self) -> None:
        given = place(REDIS_URL="redis://:in-the-url@h", REDIS_PASSWORD="beside-it")
        assert "in-the-url" not in repr(given)
        assert "beside-it" not in repr(given)


class TestEncryption:
    async def test_is_accepted_with_the_authority_and_refused_without(
        self, server: RedisServer, tmp_path: Path
    ) -> None:
        authority = Authority(tmp_path)
        other = Authority(tmp_path, "other")
        async with encrypted(server, authority) as port:
            environ = {"REDIS_URL": f"rediss://127.0.0.1:{port}/0", "REDIS_PASSWORD": PASSWORD}
            async with open_redis(place(**environ, SSL_CERT_FILE=str(authority.bundle))) as redis:
                await asyncio.gather(*(redis.incr("encrypted") for _ in range(40)))
                assert await redis.get("encrypted") == b"40"
            for wrong in ({}, {"SSL_CERT_FILE": str(other.bundle)}):
                async with open_redis(place(**environ, **wrong)) as redis:
                    with pytest.raises(RedisConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
                        await redis.ping()

    async def test_to_a_server_with_another_name_is_refused(
        self, server: RedisServer, tmp_path: Path
    ) -> None:
        authority = Authority(tmp_path)
        files = authority.server(hosts=("redis.example",))
        async with tls_front(files, lambda: asyncio.open_connection("127.0.0.1", server.port)) as port:
            given = place(
                REDIS_URL=f"rediss://127.0.0.1:{port}/0",
                REDIS_PASSWORD=PASSWORD,
                SSL_CERT_FILE=str(authority.bundle),
            )
            async with open_redis(given) as redis:
                with pytest.raises(RedisConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
                    await redis.ping()
            # Who says so in the address is obeyed.
            asked = place(
                REDIS_URL=f"rediss://127.0.0.1:{port}/0?ssl_cert_reqs=none", REDIS_PASSWORD=PASSWORD
            )
            async with open_redis(asked) as redis:
                assert await redis.ping()

    async def test_reaches_a_cluster(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        with redis_cluster(password=PASSWORD) as nodes:
            # A node tells its own address and knows no TLS: it is told where its front is.
            async with AsyncExitStack() as stack:
                ports = [await stack.enter_async_context(encrypted(node, authority)) for node in nodes]
                for node, port in zip(nodes, ports, strict=True):
                    node.ask("CONFIG", "SET", "cluster-announce-port", str(port))
                given = place(
                    REDIS_URL=f"rediss://127.0.0.1:{ports[0]}",
                    REDIS_PASSWORD=PASSWORD,
                    REDIS_CLUSTER="true",
                    SSL_CERT_FILE=str(authority.bundle),
                )
                async with open_redis(given) as redis:
                    await asyncio.gather(*(redis.set(f"key {n}", n) for n in range(50)))
                    assert await redis.get("key 49") == b"49"


class TestSettings:
    @pytest.mark.parametrize(
        ("environ", "words"),
        [
            ({"REDIS_URL": "localhost:6379"}, "REDIS_URL begins with"),
            ({"REDIS_URL": "redis://:p/w@h:1"}, "REDIS_PASSWORD"),
            ({"REDIS_URL": "unix:///s", "REDIS_CLUSTER": "true"}, "REDIS_URL is a socket"),
            ({"REDIS_CLUSTER": "true", "REDIS_SENTINEL_HOSTS": "a"}, "exclude each other"),
            ({"REDIS_CLUSTER": "true", "REDIS_URL": "redis://h/1"}, "number 0"),
            ({"REDIS_SENTINEL_HOSTS": "a:b"}, "REDIS_SENTINEL_HOSTS: 'a:b'"),
        ],
    )
    def test_that_cannot_be_are_refused_by_name(self, environ: dict[str, str], words: str) -> None:
        with pytest.raises(SettingsError, match=words):
            place(**environ)

    def test_sentinels_may_have_ports_of_their_own(self) -> None:
        given = place(REDIS_SENTINEL_HOSTS="a, b:1,[::1]:2 ,::1", REDIS_SENTINEL_PORT="7")
        assert given.sentinels is not None
        assert given.sentinels.addresses == (("a", 7), ("b", 1), ("::1", 2), ("::1", 7))


def test_an_address_may_hold_certificates_of_its_own(tmp_path: Path) -> None:
    options = RedisPlace(f"rediss://h?ssl_ca_certs={tmp_path}/x").options()
    assert options["ssl_ca_certs"] == f"{tmp_path}/x"
    assert isinstance(RedisPlace("rediss://h").options()["context"], ssl.SSLContext)
