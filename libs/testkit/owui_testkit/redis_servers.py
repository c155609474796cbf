"""Redis servers on TCP ports for tests: one, one with replicas and sentinels, a cluster."""

import contextlib
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from owui_local.account import store_account
from owui_local.listening import free_ports
from owui_local.store_programs import installation
from redis import Redis
from redis.exceptions import RedisError

from owui_testkit.stores import temporary_folders

PRIMARY = "main-primary"
_START_SECONDS = 30.0
_SLOTS = 16384


@dataclass
class RedisServer:
    """One process; `lines` are added to its configuration."""

    folder: Path
    port: int
    lines: Sequence[str] = ()
    sentinel: bool = False
    password: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The address."""
        return f"redis://{f':{self.password}@' if self.password else ''}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        home = self.folder / str(self.port)
        home.mkdir(exist_ok=True)
        own = ["save ''", "appendonly no", "repl-diskless-load swapdb"] if not self.sentinel else []
        if self.password and not self.sentinel:
            own += [f"requirepass {self.password}", f"masterauth {self.password}"]
        file = home / "valkey.conf"
        if not file.exists():
            base = [f"port {self.port}", "bind 127.0.0.1", f"dir {home}", "protected-mode no", *own]
            file.write_text("\n".join([*base, *self.lines]) + "\n")
        program = str(installation(store_account()) / "bin" / "valkey-server")
        with (home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, str(file), *(["--sentinel"] if self.sentinel else [])],
                stdout=log,
                stderr=log,
            )
        wait_until(self._answers, f"Redis on port {self.port}")

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError((self.folder / str(self.port) / "log").read_text()[-500:])
        return bool(self.ask("PING"))

    def ask(self, *command: str) -> Any:
        """Run one command over a connection of its own."""
        password = self.password if not self.sentinel else None
        with Redis(port=self.port, password=password, socket_timeout=5, decode_responses=True) as client:
            return client.execute_command(*command)

    def follows(self, primary: "RedisServer") -> bool:
        """Return whether it is a replica that has all that `primary` has."""
        role = self.ask("ROLE")
        return bool(role[0] == "slave" and role[2] == primary.port and role[3] == "connected")

    def kill(self) -> None:
        """End it at once; `start()` may follow."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@dataclass
class WatchedServers:
    """Servers of which one is the primary, and those who watch them."""

    servers: list[RedisServer]
    sentinels: list[RedisServer]

    @property
    def hosts(self) -> str:
        """The value of REDIS_SENTINEL_HOSTS."""
        return ",".join(f"127.0.0.1:{one.port}" for one in self.sentinels)

    def primary(self) -> RedisServer:
        """Return the server that the sentinels name."""
        port = int(self.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", PRIMARY)[1])
        return next(one for one in self.servers if one.port == port)

    def change_primary(self) -> RedisServer:
        """Have the sentinels choose another primary; return it once it is one."""
        before = self.primary()
        wait_until(lambda: self.sentinels[0].ask("SENTINEL", "FAILOVER", PRIMARY), "the start of a failover")
        wait_until(
            lambda: self.primary() is not before and self.primary().ask("ROLE")[0] == "master",
            "another primary",
        )
        return self.primary()

    def reunite(self) -> None:
        """Make the others replicas of the primary, as the sentinels do some seconds after a change."""
        wait_until(self._is_united, "replicas of the primary that the sentinels name")

    def _is_united(self) -> bool:
        # Named anew each time: sentinels that have not finished a failover may still choose another one.
        primary = self.primary()
        if primary.ask("ROLE")[0] != "master":
            return False
        others = [one for one in self.servers if one is not primary]
        for one in others:
            if not one.follows(primary):
                one.ask("REPLICAOF", "127.0.0.1", str(primary.port))
        return all(one.follows(primary) for one in others)


@contextlib.contextmanager
def redis_server(lines: Sequence[str] = (), password: str = "") -> Iterator[RedisServer]:
    """Yield one server."""
    with _started(1, lines, password) as [server]:
        yield server


@contextlib.contextmanager
def watched_servers(replicas: int = 1, sentinels: int = 1, password: str = "") -> Iterator[WatchedServers]:
    """Yield a primary with replicas and sentinels that know each other."""
    with _started(1 + replicas, (), password) as servers:
        for replica in servers[1:]:
            replica.ask("REPLICAOF", "127.0.0.1", str(servers[0].port))
        for replica in servers[1:]:
            wait_until(lambda one=replica: one.follows(servers[0]), "a replica")
        lines = [
            f"sentinel monitor {PRIMARY} 127.0.0.1 {servers[0].port} {sentinels // 2 + 1}",
            f"sentinel down-after-milliseconds {PRIMARY} 1000",
            f"sentinel failover-timeout {PRIMARY} 3000",
            *([f"sentinel auth-pass {PRIMARY} {password}"] if password else []),
        ]
        folder = servers[0].folder
        watching = [RedisServer(folder, port, lines, sentinel=True) for port in free_ports(sentinels)]
        try:
            for one in watching:
                one.start()
            for one in watching:
                wait_until(lambda it=one: _knows(it, replicas, sentinels - 1), "sentinels that know all")
            yield WatchedServers(servers, watching)
        finally:
            for one in watching:
                one.kill()


def _knows(sentinel: RedisServer, replicas: int, others: int) -> bool:
    answer = sentinel.ask("SENTINEL", "MASTER", PRIMARY)
    known = answer if isinstance(answer, dict) else dict(zip(answer[::2], answer[1::2], strict=True))
    return int(known["num-slaves"]) == replicas and int(known["num-other-sentinels"]) == others


@contextlib.contextmanager
def redis_cluster(replicas: int = 0, password: str = "") -> Iterator[list[RedisServer]]:
    """Yield three nodes that share all slots, followed by `replicas` of the first ones."""
    lines = ["cluster-enabled yes", "cluster-node-timeout 1500", "cluster-replica-validity-factor 0"]
    # The usual one lies among the ports of outgoing connections.
    buses = free_ports(3 + replicas)
    with _started(3 + replicas, lines, password, [[f"cluster-port {bus}"] for bus in buses]) as nodes:
        bounds = [0, _SLOTS // 3, 2 * _SLOTS // 3, _SLOTS]
        for number, node in enumerate(nodes):
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
            if number < 3:
                node.ask("CLUSTER", "ADDSLOTSRANGE", str(bounds[number]), str(bounds[number + 1] - 1))
            if number:
                node.ask("CLUSTER", "MEET", "127.0.0.1", str(nodes[0].port), str(buses[0]))
        for node in nodes:
            wait_until(lambda one=node: _is_whole(one, len(nodes)), "a cluster of all nodes")
        for number, replica in enumerate(nodes[3:]):
            replica.ask("CLUSTER", "REPLICATE", str(nodes[number].ask("CLUSTER", "MYID")))
            wait_until(lambda one=replica, of=nodes[number]: one.follows(of), "a replica")
        for node in nodes:
            wait_until(lambda one=node: _replicas(one) == replicas, "nodes that know all replicas")
        yield nodes


def _replicas(node: RedisServer) -> int:
    return sum(len(span) - 3 for span in node.ask("CLUSTER", "SLOTS"))


def _is_whole(node: RedisServer, count: int) -> bool:
    info = node.ask("CLUSTER", "INFO")
    text = info if isinstance(info, str) else "\n".join(f"{name}:{value}" for name, value in info.items())
    return "cluster_state:ok" in text and f"cluster_known_nodes:{count}" in text


@contextlib.contextmanager
def _started(
    count: int, lines: Sequence[str], password: str, own: Sequence[Sequence[str]] = ()
) -> Iterator[list[RedisServer]]:
    with temporary_folders() as (folder, _):
        servers = [
            RedisServer(folder, port, [*lines, *(own[number] if own else ())], password=password)
            for number, port in enumerate(free_ports(count))
        ]
        try:
            for server in servers:
                server.start()
            yield servers
        finally:
            for server in servers:
                server.kill()


def wait_until(is_so: Any, what: str, seconds: float = _START_SECONDS) -> None:
    """Ask again and again; raise TimeoutError naming what did not come."""
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(RedisError, OSError, StopIteration):
            if is_so():
                return
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.05)
