"""Access tokens are kept while they are good, and asked for once."""

import asyncio

import pytest
from owui_chassis.errors import Unavailable
from owui_chassis.tokens import Token, Tokens


class Source:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.count = 0
        self.away = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> Token:
        self.count += 1
        await self.gate.wait()
        if self.away:
            raise Unavailable("away", "identity_away")
        return Token(f"token {self.count}", self.seconds)


class TestToken:
    async def test_is_asked_for_once_by_many(self) -> None:
        source = Source(3600)
        tokens = Tokens(source)
        assert set(await asyncio.gather(*(tokens.current() for _ in range(20)))) == {"token 1"}
        assert await tokens.current() == "token 1"
        assert source.count == 1

    async def test_comes_for_the_others_when_one_gives_up(self) -> None:
        source = Source(3600)
        source.gate.clear()
        tokens = Tokens(source)
        first, second = asyncio.create_task(tokens.current()), asyncio.create_task(tokens.current())
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait({first})
        source.gate.set()
        assert await asyncio.wait_for(second, 5) == "token 1"
        assert source.count == 1

    async def test_is_replaced_before_its_end(self) -> None:
        tokens = Tokens(Source(0))
        assert await tokens.current() == "token 1"
        assert await tokens.current() == "token 2"

    async def test_is_used_to_its_end_while_there_is_no_other(self) -> None:
        source = Source(3600)
        tokens = Tokens(source)
        assert await tokens.current() == "token 1"
        tokens._renew_at = 0.0  # as if most of the hour had gone
        source.away = True
        assert await tokens.current() == "token 1"
        tokens.forget("another")
        assert await tokens.current() == "token 1"
        tokens.forget("token 1")
        with pytest.raises(Unavailable):
            await tokens.current()
        source.away = False
        assert await tokens.current() == f"token {source.count}"
