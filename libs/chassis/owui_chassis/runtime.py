"""What a process lends to the services in it: the environment, and channels to the other services."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from owui_chassis.grpc.channel import Channel


@dataclass(frozen=True)
class Runtime:
    """Given to `build()`."""

    environ: Mapping[str, str]
    channels: Callable[[str], Channel]

    def channel(self, service: str) -> Channel:
        """Return the channel to a service by its kebab name; generated stubs take it."""
        return self.channels(service)
