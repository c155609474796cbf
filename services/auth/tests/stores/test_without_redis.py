"""What works while Redis is away: everything but speed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from owui.auth.v1 import session_service_pb2, session_service_pb2_grpc
from owui_auth.main import build
from owui_chassis.call import Call, serving
from owui_chassis.errors import Exhausted, Unauthenticated
from owui_chassis.grpc.inprocess import LocalChannel
from owui_chassis.identity import Identities, Principal
from owui_chassis.runtime import Runtime

AWAY = "redis://127.0.0.1:1/0"
PASSWORD = "correct horse battery"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replica(environ, auth) -> AsyncIterator[LocalChannel]:
    """A channel to a second replica on the same database that has no Redis."""
    service = await build(Runtime(environ | {"REDIS_URL": AWAY}, lambda name: None))
    yield LocalChannel("auth", lambda: service.methods)
    await service.stop()


@pytest.fixture
def sessions(replica):
    """The sessions of the second replica."""
    return session_service_pb2_grpc.SessionServiceStub(replica)


class TestWithoutRedis:
    async def test_people_sign_in_and_limits_hold(self, sessions, people):
        person = await people.add()
        right = session_service_pb2.SignInRequest(email=person.email, password=PASSWORD)
        wrong = session_service_pb2.SignInRequest(email=person.email, password="wrong")
        assert (await sessions.SignIn(right)).user.id == person.id
        for expected in [Unauthenticated] * 15 + [Exhausted]:
            with pytest.raises(expected):
                await sessions.SignIn(wrong)

    async def test_a_sign_out_there_counts_on_the_other_replica(self, environ, auth, sessions, people):
        person = await people.add()
        found = await auth.resolve(person.token)
        principal = Principal(user_id=found.user_id, role=found.role, credential_id=found.credential_id)
        identity = Identities(environ["WEBUI_SECRET_KEY"]).sign(principal)
        with serving(Call(identity=identity)):
            await sessions.SignOut(session_service_pb2.SignOutRequest())
        with pytest.raises(Unauthenticated):
            await auth.resolve(person.token)
