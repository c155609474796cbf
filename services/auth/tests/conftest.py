"""A served auth with real Postgres and Redis behind it, called as the gateway calls it."""

from collections.abc import AsyncIterator

import pytest_asyncio
from owui.auth.v1 import (
    account_service_pb2_grpc,
    admin_config_service_pb2_grpc,
    api_key_service_pb2_grpc,
    group_service_pb2_grpc,
    identity_service_pb2,
    identity_service_pb2_grpc,
    permission_service_pb2_grpc,
    preference_service_pb2_grpc,
    public_config_service_pb2_grpc,
    session_service_pb2,
    session_service_pb2_grpc,
    user_service_pb2_grpc,
)
from owui_auth.main import build
from owui_chassis.call import Call, serving
from owui_chassis.database import Database
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.identity import Identities, Principal
from owui_chassis.migrations import migrate
from owui_chassis.redis import open_redis
from owui_chassis.runtime import Runtime

SECRET = "a secret for tests, long enough"
PASSWORD = "correct horse battery"
ADMIN_EMAIL = "first@example.com"


class AuthClient:
    """Calls auth over gRPC, on behalf of whoever's credential is given."""

    def __init__(self, channel, database, redis):
        self.database = database
        self.redis = redis
        self._identities = Identities(SECRET)
        self.identity = identity_service_pb2_grpc.IdentityServiceStub(channel)
        self.sessions = session_service_pb2_grpc.SessionServiceStub(channel)
        self.accounts = account_service_pb2_grpc.AccountServiceStub(channel)
        self.keys = api_key_service_pb2_grpc.ApiKeyServiceStub(channel)
        self.config = admin_config_service_pb2_grpc.AdminConfigServiceStub(channel)
        self.public = public_config_service_pb2_grpc.PublicConfigServiceStub(channel)
        self.users = user_service_pb2_grpc.UserServiceStub(channel)
        self.preferences = preference_service_pb2_grpc.PreferenceServiceStub(channel)
        self.permissions = permission_service_pb2_grpc.PermissionServiceStub(channel)
        self.groups = group_service_pb2_grpc.GroupServiceStub(channel)

    async def resolve(self, credential, path="/api/v1/auths/"):
        """Return who is behind a credential."""
        return await self.identity.ResolveCredential(
            identity_service_pb2.ResolveCredentialRequest(credential=credential, path=path)
        )

    async def remembered(self, credential):
        """Return the token by which the gateway tells services who has a credential."""
        found = await self.resolve(credential)
        return self._identities.sign(
            Principal(
                user_id=found.user_id,
                name=found.name,
                email=found.email,
                role=found.role,
                group_ids=tuple(found.group_ids),
                permissions=frozenset(found.permissions),
                credential_id=found.credential_id,
                via=found.via,
            )
        )

    async def call(self, method, request, credential="", address="203.0.113.7", identity=""):
        """Call a method as the gateway does: with the verified identity of a credential, or a given one."""
        if credential:
            identity = await self.remembered(credential)
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        with serving(Call(identity=identity, trace=trace, client_address=address, user_agent="tests")):
            return await method(request)

    async def sign_up(self, email, name="Somebody", password=PASSWORD, **more):
        """Create an account; return the session user."""
        request = session_service_pb2.SignUpRequest(name=name, email=email, password=password)
        return (await self.call(self.sessions.SignUp, request, **more)).user

    async def sign_in(self, email, password=PASSWORD, **more):
        """Sign in; return the session user."""
        request = session_service_pb2.SignInRequest(email=email, password=password)
        return (await self.call(self.sessions.SignIn, request, **more)).user


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def environ(postgres_url, redis_url) -> dict[str, str]:
    """The environment of the service."""
    return {"WEBUI_SECRET_KEY": SECRET, "DATABASE_URL": postgres_url, "REDIS_URL": redis_url}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def auth(environ) -> AsyncIterator[AuthClient]:
    """A served auth without any account."""
    await migrate("owui_auth", "auth", environ["DATABASE_URL"])
    service = await build(Runtime(environ, lambda name: None))
    server = GrpcServer(service)
    port = await server.start("127.0.0.1:0")
    try:
        async with (
            RemoteChannels({"AUTH_ADDRESS": f"127.0.0.1:{port}"}) as channels,
            Database(environ["DATABASE_URL"], "auth", 4) as database,
            open_redis(environ["REDIS_URL"]) as redis,
        ):
            yield AuthClient(channels("auth"), database, redis)
    finally:
        await server.stop(1)
        await service.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(auth) -> str:
    """The token of the first account."""
    return (await auth.sign_up(ADMIN_EMAIL, "Ada")).token


class People:
    """Accounts made by the administrator, each with an address of its own."""

    def __init__(self, auth, admin):
        self._auth = auth
        self._admin = admin
        self._count = 0

    async def add(self, role="user", name="Person"):
        """Add an account and sign it in; return the session user."""
        from owui.auth.v1 import account_service_pb2

        self._count += 1
        email = f"person{self._count}@example.com"
        request = account_service_pb2.AddUserRequest(name=name, email=email, password=PASSWORD, role=role)
        await self._auth.call(self._auth.accounts.AddUser, request, self._admin)
        return await self._auth.sign_in(email)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(auth, admin) -> People:
    """A way to make more accounts."""
    return People(auth, admin)
