"""What every shape of this edition stands on: the data folder, both stores, the demonstration model."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

from owui_local.banner import banner
from owui_local.data_directory import DataDirectory
from owui_local.demo_model import DemoModel, is_wanted
from owui_local.listening import check_port
from owui_local.run_state import RunState
from owui_local.stores import Stores
from owui_local.supervision import Child, watch
from owui_local.surroundings import (
    DEFAULT_HOST,
    data_path,
    ignored_variables,
    port_of,
    service_environment,
)

DEMO_SECONDS = 20.0  # a cold disk reads 93 MB in this time; afterwards it appears when it is ready


@dataclass(frozen=True)
class Foundation:
    """The running parts, and the environment that tells the services where they are."""

    data: DataDirectory
    stores: Stores
    demo: DemoModel | None
    settings: dict[str, str]
    host: str
    port: int

    @classmethod
    def start(cls, environ: Mapping[str, str], stack: contextlib.ExitStack) -> "Foundation":
        """Check what can be checked, start the parts without waiting; the stack stops them."""
        host, port = environ.get("HOST") or DEFAULT_HOST, port_of(environ)
        check_port(host, port)
        for name in ignored_variables(environ):
            print(f"note: {name} has no effect here: this edition brings its own Postgres and Redis.")
        data = stack.enter_context(DataDirectory(data_path(environ)))
        print("Starting Postgres, Redis and the services …", flush=True)
        stores = Stores(data)
        stack.callback(stores.stop)
        stores.start()
        demo = start_demo_model(environ, data, stack)
        settings = service_environment(environ, data, stores.redis.url())
        settings |= demo.environment() if demo else {}
        return cls(data, stores, demo, settings, host, port)

    async def ready(self) -> None:
        """Wait for the stores; the model may come later."""
        await self.stores.ready()

    async def announce(
        self, stack: contextlib.AsyncExitStack, ports: list[int], services: list[Child]
    ) -> None:
        """Keep all children alive from now on, note them in run.json, and tell the person the address."""
        children = [*self.stores.children(), *services]
        if self.demo is not None:
            await self.demo.wait_ready(DEMO_SECONDS)
            children.append((self.demo.process, self.demo.start))
        state = RunState(self.data.path, ports, [process for process, _ in children])
        stack.callback(state.remove)
        state.write()
        watch(stack, children, state.write)
        text = banner(
            self.host,
            ports[0],
            self.data.path,
            first=self.stores.postgres.created,
            demo=self.demo is not None,
            web=bool(self.settings["WEB_FOLDER"]),
        )
        print(text, flush=True)


def start_demo_model(
    environ: Mapping[str, str], data: DataDirectory, stack: contextlib.ExitStack
) -> DemoModel | None:
    """Start the demonstration model when it is wanted and there."""
    if not is_wanted(environ):
        return None
    if not DemoModel.is_installed():
        print("note: the demonstration model is not installed; connect a provider instead.")
        return None
    demo = DemoModel(data.path, data.log("demo-model"))
    demo.start()
    stack.callback(demo.stop)
    return demo
