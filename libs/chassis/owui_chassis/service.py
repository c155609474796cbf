"""A service that has been built: its methods, its background work, its checks, and how it stops."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any, TypeVar

from owui_chassis.background import Background
from owui_chassis.grpc.guard import Guard
from owui_chassis.grpc.handlers import HandlerCollector
from owui_chassis.identity import Identities
from owui_chassis.settings import ServiceSettings

T = TypeVar("T")


class Service:
    """What `build()` returns: everything a process needs to serve it, and nothing about how it is reached."""

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        self.name = name
        self.settings = settings
        self.background = Background()
        self.identities = Identities(settings.secret_key)
        self.checks: dict[str, Callable[[], Awaitable[object]]] = {}
        self.methods: dict[str, Any] = {}
        self.descriptors: list[str] = []
        self._resources = AsyncExitStack()
        self._finishing: list[Callable[[float], Awaitable[object]]] = []
        self._guard = Guard(self.identities)

    def add(self, register: Callable[[Any, Any], None], servicer: object) -> None:
        """Add a servicer with the `add_XServicer_to_server` function that was generated for it."""
        collector = HandlerCollector()
        register(servicer, collector)
        for method, handler in collector.methods.items():
            self.methods[method] = self._guard.wrap(method, handler)
        self.descriptors.extend(collector.services)

    async def enter(self, resource: AbstractAsyncContextManager[T]) -> T:
        """Open something that is closed when the service stops, last opened first."""
        return await self._resources.enter_async_context(resource)

    def check(self, name: str, check: Callable[[], Awaitable[object]]) -> None:
        """Add a readiness check: it raises when what it checks is away."""
        self.checks[name] = check

    def on_drain(self, finish: Callable[[float], Awaitable[object]]) -> None:
        """Call `finish(seconds)` when the service stops, before its resources close: to end work in good
        order, within these seconds."""
        self._finishing.append(finish)

    async def failing_checks(self) -> Mapping[str, str]:
        """Run all checks; return the failing ones with their reasons."""
        failed = {}
        for name, check in self.checks.items():
            try:
                await check()
            except Exception as error:  # noqa: BLE001 - any exception means "not ready", whatever it is
                failed[name] = f"{type(error).__name__}: {error}"
        return failed

    async def drain(self, seconds: float) -> None:
        """Let the work that calls have begun end in good order, once, within these seconds."""
        finishing, self._finishing = self._finishing, []
        for finish in finishing:
            try:
                await finish(seconds)
            except Exception as error:  # noqa: BLE001 - whatever failed, the rest still has to stop
                self.background.report("draining failed", error)

    async def stop(self) -> None:
        """End the work in good order, unless that is done, then close the resources."""
        await self.drain(self.settings.drain_seconds)
        await self.background.stop()
        await self._resources.aclose()
