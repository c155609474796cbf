"""Flow control of one stream: the sender stops when the receiver does not keep up."""

import asyncio

WINDOW_BYTES = 256 * 1024


class Credit:
    """Bytes that may be sent before the receiver has taken earlier ones."""

    def __init__(self, available: int) -> None:
        self._available = available
        self._more = asyncio.Event()

    def give(self, amount: int) -> None:
        """Allow more bytes."""
        self._available += amount
        self._more.set()

    async def spend(self, amount: int) -> None:
        """Wait until something may be sent, then take it off; one message may overdraw the window."""
        while self._available <= 0:
            self._more.clear()
            await self._more.wait()
        self._available -= amount
