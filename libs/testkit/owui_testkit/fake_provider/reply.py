"""What the provider answers: a status and steps, of which a string is a token in the protocol's form."""

import asyncio
import enum
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pause:
    """Wait that many seconds before the next step."""

    seconds: float


class Gate:
    """Wait until the test opens it; `reached` is set when the answer stands before it."""

    def __init__(self) -> None:
        """Start closed."""
        self.reached = asyncio.Event()
        self._opened = asyncio.Event()

    def open(self) -> None:
        """Let the answer go on."""
        self._opened.set()

    async def pass_through(self) -> None:
        """Wait for the test."""
        self.reached.set()
        await self._opened.wait()


class Break(enum.Enum):
    """How an answer ends other than well."""

    HANG = "say nothing more until the client goes away"
    CUT = "reset the connection"


HANG = Break.HANG
CUT = Break.CUT

# A token (str), bytes as they are, or something that happens.
Step = str | bytes | Pause | Gate | Break


@dataclass(frozen=True)
class Reply:
    """One answer.

    `body` (with `status`) is sent as it is. Otherwise `steps` are streamed, or joined to one answer when
    the request asks for no stream. `usage` is (prompt tokens, completion tokens). `finish=False` leaves
    out the last chunk and `[DONE]`. `headers_after` delays even the status line.
    """

    steps: tuple[Step, ...] = ("Hello", " from", " the", " fake", " provider", ".")
    reasoning: tuple[str, ...] = ()
    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    usage: tuple[int, int] | None = None
    finish: bool = True
    headers_after: Pause | Gate | Break | None = None

    @classmethod
    def tokens(cls, count: int, delay: float = 0.0) -> "Reply":
        """Answer `t0 t1 t2 …`, each after `delay` seconds."""
        steps: list[Step] = []
        for number in range(count):
            steps += [Pause(delay)] if delay else []
            steps.append(f"t{number} ")
        return cls(steps=tuple(steps), usage=(7, count))

    @classmethod
    def error(cls, status: int, body: bytes = b'{"error":{"message":"scripted","type":"test"}}') -> "Reply":
        """Answer with a status and a body."""
        return cls(status=status, body=body)

    @property
    def text(self) -> str:
        """The tokens joined."""
        return "".join(step for step in self.steps if isinstance(step, str))
