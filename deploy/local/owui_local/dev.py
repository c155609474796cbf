"""`make dev`: the same platform with one process per service and real gRPC between them."""

import asyncio
import contextlib
import http.client
import os
import sys
from collections.abc import Callable, Mapping

from owui_local.command_line import parser
from owui_local.errors import LocalError
from owui_local.foundation import Foundation
from owui_local.listening import free_ports
from owui_local.place import checkout
from owui_local.process import ChildProcess
from owui_local.services import SERVICES, migrate_all, package, snake
from owui_local.stopping import run_until_stopped, stop_event
from owui_local.surroundings import read_environment
from owui_local.worker import NAME as WORKER
from owui_local.worker import worker_process

START_SECONDS = 60.0
GATEWAY = "gateway"


def read_replicas(values: list[str]) -> dict[str, int]:
    """Read `chat=2` and the like; what is not named runs once."""
    replicas = dict.fromkeys((*SERVICES, GATEWAY), 1)
    for value in values:
        name, _, number = value.partition("=")
        if name not in replicas or not number.isdigit() or int(number) < 1:
            raise LocalError(
                f"--replicas {value}: expected SERVICE=NUMBER, SERVICE one of {', '.join(replicas)}"
            )
        replicas[name] = int(number)
    return replicas


class ServiceProcesses:
    """One child process per replica of each service, and the gateways in front of them."""

    def __init__(self, foundation: Foundation, replicas: Mapping[str, int]) -> None:
        """Choose the ports and write down how each process is started."""
        self.foundation = foundation
        self.ports = {name: free_ports(count) for name, count in replicas.items()}
        if foundation.port:
            self.ports[GATEWAY][0] = foundation.port
        keep = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        self._common = {**keep, **foundation.settings, "PYTHONUNBUFFERED": "1"}
        for name in SERVICES:
            addresses = ",".join(f"127.0.0.1:{port}" for port in self.ports[name])
            self._common[f"{snake(name).upper()}_ADDRESS"] = addresses
        self.processes = [
            self._process(name, number, port)
            for name, ports in self.ports.items()
            for number, port in enumerate(ports, 1)
        ]
        known = {name: value for name, value in self._common.items() if name.endswith("_ADDRESS")}
        self.processes.insert(0, worker_process(foundation, known, self._echo(WORKER)))

    def _process(self, name: str, number: int, port: int) -> ChildProcess:
        label = f"{name}-{number}"
        own = (
            {"PORT": str(port)} if name == GATEWAY else {f"{snake(name).upper()}_LISTEN": f"127.0.0.1:{port}"}
        )
        return ChildProcess(
            name=label,
            command=[sys.executable, "-m", f"{package(name)}.main"],
            log=self.foundation.data.log(label),
            folder=checkout() or self.foundation.data.path,
            # A replica that comes back under its name closes what it left unfinished.
            environment={**self._common, **own, "POD_NAME": label},
            echo=self._echo(label),
        )

    def _echo(self, label: str) -> Callable[[str], None]:
        return lambda line: print(f"{label:<14} {line}", flush=True)

    def start(self) -> None:
        """Start all."""
        for process in self.processes:
            process.start()

    async def wait_ready(self) -> None:
        """Wait until every gateway finds every service well; raise LocalError when a process has ended."""
        end = asyncio.get_running_loop().time() + START_SECONDS
        for port in self.ports[GATEWAY]:
            while not await asyncio.to_thread(is_ready, port):
                for process in self.processes:
                    if not process.running:
                        raise LocalError(f"{process.name} does not start: {process.last_words(1)}")
                if asyncio.get_running_loop().time() > end:
                    raise LocalError(
                        f"Not ready after {START_SECONDS:.0f} s; see {self.processes[0].log.parent}"
                    )
                await asyncio.sleep(0.1)

    def stop(self) -> None:
        """Ask all to end, gateways first, then wait."""
        for process in reversed(self.processes):
            process.signal(process.stop_signal)
        for process in reversed(self.processes):
            process.stop()


def is_ready(port: int) -> bool:
    """Say whether a gateway answers that everything works."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


async def run(environ: Mapping[str, str], replicas: list[str]) -> None:
    """Start everything, wait for the signal to stop, stop everything in the opposite order."""
    stopped = stop_event()
    counts = read_replicas(replicas)
    async with contextlib.AsyncExitStack() as stack:
        parts = contextlib.ExitStack()
        stack.enter_context(parts)
        foundation = Foundation.start(environ, parts)
        await foundation.ready()
        await migrate_all(foundation.settings)
        services = ServiceProcesses(foundation, counts)
        parts.callback(services.stop)
        services.start()
        await services.wait_ready()
        children = [(process, process.start) for process in services.processes]
        await foundation.announce(stack, services.ports[GATEWAY], children)
        await stopped.wait()
        print("Stopping …", flush=True)


def main() -> None:
    """Run until stopped."""
    found = parser("python -m owui_local.dev", "Start the platform on this machine, one process per service.")
    found.add_argument("--replicas", action="append", default=[], metavar="SERVICE=NUMBER")
    options = found.parse_args()
    run_until_stopped(
        lambda: run({"GLOBAL_LOG_LEVEL": "INFO", **read_environment()}, options.replicas),
        end_with_parent=options.end_with_parent,
    )


if __name__ == "__main__":
    main()
