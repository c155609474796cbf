"""`make up` and `owui`: embedded stores, all services in this one process, the address; until Ctrl-C."""

import contextlib
from collections.abc import Mapping

from owui_local.command_line import parser
from owui_local.foundation import Foundation
from owui_local.listening import port_error
from owui_local.stopping import run_until_stopped, stop_event
from owui_local.surroundings import read_environment
from owui_local.worker import worker_process


async def run(environ: Mapping[str, str]) -> None:
    """Start everything, wait for the signal to stop, stop everything in the opposite order."""
    stopped = stop_event()
    async with contextlib.AsyncExitStack() as stack:
        parts = contextlib.ExitStack()
        stack.enter_context(parts)
        foundation = Foundation.start(environ, parts)
        # Importing the services takes about as long as the stores take to start.
        from owui_local.one_process import OneProcess

        platform = OneProcess(foundation.settings, foundation.data.log("platform"))
        await foundation.ready()
        stack.push_async_callback(platform.stop)
        await platform.migrate()
        try:
            port = await platform.start()
        except OSError as error:
            raise port_error(foundation.host, foundation.port, error) from error
        worker = worker_process(foundation, await platform.serve_workers())
        parts.callback(worker.stop)
        worker.start()
        await foundation.announce(stack, [port], [(worker, worker.start)])
        await stopped.wait()
        print("Stopping …", flush=True)


def main() -> None:
    """Run until stopped."""
    options = parser("owui", "Start the platform on this machine.").parse_args()
    run_until_stopped(lambda: run(read_environment()), end_with_parent=options.end_with_parent)


if __name__ == "__main__":
    main()
