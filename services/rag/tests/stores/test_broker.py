"""The queue of files on every kind of Redis that Celery can use."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from owui_chassis.errors import Unavailable
from owui_chassis.redis_place import RedisPlace, Sentinels
from owui_chassis.settings import SettingsError
from owui_rag.adapters.broker import broker_of
from owui_rag.adapters.queue import CeleryQueue, celery_app
from owui_rag.settings import RagSettings
from owui_testkit.certificates import Authority
from owui_testkit.redis_servers import PRIMARY, redis_server, watched_servers
from owui_testkit.tls_front import tls_front

PASSWORD = "a/p@ss:word"


def settings(**environ: str) -> RagSettings:
    return RagSettings.read({"WEBUI_SECRET_KEY": "a-long-enough-secret", **environ})


def queue_at(place: RedisPlace) -> tuple[CeleryQueue, Callable[[], Any]]:
    """Return the queue, and what puts one message into it."""
    app = celery_app(place, "test")
    rows: Any = None
    policy = {"max_retries": 1, "interval_start": 0.1}
    return CeleryQueue(app, rows, 1), lambda: app.send_task("rag.ingest_file", ("x",), retry_policy=policy)


class TestBroker:
    async def test_is_found_again_after_its_primary_has_changed(self) -> None:
        with watched_servers(replicas=1, password=PASSWORD) as watched:
            given = settings(
                REDIS_URL=f"redis://{PRIMARY}/0",
                REDIS_PASSWORD=PASSWORD,
                REDIS_SENTINEL_HOSTS=f"127.0.0.1:1,{watched.hosts}",
            )
            queue, send = queue_at(given.broker)
            await asyncio.to_thread(send)
            assert await queue.length() == 1
            await asyncio.to_thread(watched.change_primary)
            await asyncio.to_thread(watched.reunite)
            async with asyncio.timeout(30):
                while True:
                    with suppress(Unavailable):
                        if await queue.length() == 1:
                            break
                    await asyncio.sleep(0.1)
            await asyncio.to_thread(send)
            assert await queue.length() == 2

    async def test_is_reached_over_tls_only_when_it_can_be_trusted(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        with redis_server(password=PASSWORD) as server:
            async with tls_front(
                authority.server(), lambda: asyncio.open_connection("127.0.0.1", server.port)
            ) as port:
                url = f"rediss://127.0.0.1:{port}"
                environ = {"REDIS_URL": f"{url}/0", "REDIS_PASSWORD": PASSWORD}
                queue, send = queue_at(settings(**environ, SSL_CERT_FILE=str(authority.bundle)).broker)
                await asyncio.to_thread(send)
                assert await queue.length() == 1
                # Another database: Celery shares connections of one address, whatever they trust.
                queue, _ = queue_at(settings(**{**environ, "REDIS_URL": f"{url}/1"}).broker)
                with pytest.raises(Unavailable):
                    await queue.length()

    async def test_may_be_another_redis(self) -> None:
        with redis_server() as server:
            given = settings(
                REDIS_CLUSTER="true", REDIS_URL="redis://cluster:6379", RAG_BROKER_URL=server.url
            )
            queue, send = queue_at(given.broker)
            await asyncio.to_thread(send)
            assert await queue.length() == 1

    def test_cannot_be_a_cluster(self) -> None:
        with pytest.raises(SettingsError, match="RAG_BROKER_URL is not set, and with REDIS_CLUSTER=true"):
            settings(REDIS_CLUSTER="true")

    def test_is_spelled_as_celery_reads_it(self) -> None:
        unix = broker_of(RedisPlace("unix://:secret@/tmp/a folder/redis.sock?db=3"))
        assert unix.url == "redis+socket://:secret@/tmp/a%20folder/redis.sock?virtual_host=3"
        sentinels = Sentinels((("a", 1), ("::1", 2)), "watcher", "theirs")
        several = broker_of(RedisPlace("redis://main/2", password="a/b", sentinels=sentinels))
        assert several.url == "sentinel://:a%2Fb@a:1/2;sentinel://:a%2Fb@[::1]:2/2"
        assert several.options["master_name"] == "main"
        assert several.options["sentinel_kwargs"]["password"] == "theirs"
