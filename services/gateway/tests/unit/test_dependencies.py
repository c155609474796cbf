"""What the gateway makes of what the replicas behind it say about themselves."""

from collections import deque
from collections.abc import Sequence
from typing import Any

from grpc_health.v1 import health_pb2
from owui_chassis.errors import Unavailable
from owui_chassis.runtime import Runtime
from owui_gateway.dependencies import SERVICES, dependency_checks

YES, NO = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class Replicas:
    """The replicas of one service: each question is for the next of them; the last answer stays."""

    def __init__(self, answers: Sequence[Any]) -> None:
        self._answers = deque(answers)

    def unary_unary(self, method: str, *_: Any, **__: Any) -> Any:
        async def check(request: Any, *, timeout: float) -> Any:
            answer = self._answers.popleft() if len(self._answers) > 1 else self._answers[0]
            if isinstance(answer, Exception):
                raise answer
            return health_pb2.HealthCheckResponse(status=answer)

        return check

    unary_stream = unary_unary


async def found_wrong(**answers: Sequence[Any]) -> dict[str, str]:
    channels: Any = {name: Replicas(answers.get(name, (YES,))) for name in SERVICES}
    return dict(await dependency_checks(Runtime({}, channels.__getitem__))())


class TestServicesAreWell:
    async def test_when_one_replica_of_each_is(self) -> None:
        assert await found_wrong() == {}

    async def test_while_replicas_that_leave_are_asked_first(self) -> None:
        assert await found_wrong(chat=(NO, NO, NO, YES), auth=(NO, YES)) == {}

    async def test_but_for_the_one_whose_replicas_all_say_no(self) -> None:
        assert await found_wrong(rag=(NO,)) == {"rag": "not serving"}

    async def test_but_for_the_one_that_cannot_be_reached(self) -> None:
        assert await found_wrong(auth=(Unavailable("Away", "unreachable"),)) == {"auth": "Away"}
