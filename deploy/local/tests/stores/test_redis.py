"""The embedded Redis asks for its password and keeps its data over restarts."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from owui_local.account import private_folder, store_account
from owui_local.errors import LocalError
from owui_local.leftovers import prefix_of
from owui_local.redis import EmbeddedRedis
from redis import AuthenticationError, Redis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    sockets = private_folder(store_account(), prefix=prefix_of("test"))
    found = EmbeddedRedis(tmp_path / "a b" / "redis", sockets, tmp_path / "log", "secret")
    found.prepare()
    found.start()
    found.wait_ready()
    yield found
    found.stop()
    shutil.rmtree(sockets, ignore_errors=True)


def test_it_refuses_who_does_not_know_the_password(server: EmbeddedRedis) -> None:
    with Redis(unix_socket_path=str(server.socket)) as stranger, pytest.raises(AuthenticationError):
        stranger.ping()


def test_data_survives_a_stop_and_a_full_memory_refuses_instead_of_forgetting(server: EmbeddedRedis) -> None:
    with Redis.from_url(server.url()) as client:
        client.set("key", "value")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    server.stop()
    server.start()
    server.wait_ready()
    with Redis.from_url(server.url()) as client:
        assert client.get("key") == b"value"


def test_a_damaged_file_is_one_sentence(server: EmbeddedRedis) -> None:
    server.stop()
    [manifest] = server.folder.glob("appendonlydir/*.manifest")
    manifest.write_text("nonsense\n", encoding="utf-8")
    server.start()
    with pytest.raises(LocalError, match="does not start with the data in"):
        server.wait_ready()
