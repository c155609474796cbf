"""API keys, over gRPC."""

import time

import pytest
from owui.auth.v1 import api_key_service_pb2 as pb
from owui.auth.v1 import permission_service_pb2, permissions_pb2, session_service_pb2
from owui.auth.v1.admin_config_service_pb2 import GetAdminConfigRequest, UpdateAdminConfigRequest
from owui_chassis.errors import Exhausted, Forbidden, Invalid, NotFound, Unauthenticated
from sqlalchemy import text


async def create(auth, credential, name="laptop", **more):
    """Make a named key."""
    return await auth.call(auth.keys.CreateApiKey, pb.CreateApiKeyRequest(name=name, **more), credential)


async def listed(auth, credential):
    """Return the keys of a person by identifier."""
    answer = await auth.call(auth.keys.ListApiKeys, pb.ListApiKeysRequest(), credential)
    return {key.id: key for key in answer.items}


async def configure(auth, admin, **values):
    """Change some switches."""
    config = (await auth.call(auth.config.GetAdminConfig, GetAdminConfigRequest(), admin)).config
    for name, value in values.items():
        setattr(config, name, value)
    await auth.call(auth.config.UpdateAdminConfig, UpdateAdminConfigRequest(config=config), admin)


class TestNamedKeys:
    async def test_a_key_acts_for_its_owner(self, auth, admin):
        made = await create(auth, admin)
        found = await auth.resolve(made.api_key, "/api/models")
        assert found.via == "api_key"
        assert found.role == "admin"
        assert found.credential_id == made.id
        assert made.api_key.startswith("sk-")
        assert made.api_key.startswith(made.prefix)
        assert len(made.api_key) == 35

    async def test_many_keys_live_side_by_side(self, auth, admin):
        first, second = await create(auth, admin, "one"), await create(auth, admin, "two")
        keys = await listed(auth, admin)
        assert {keys[first.id].name, keys[second.id].name} == {"one", "two"}
        await auth.call(auth.keys.DeleteApiKey, pb.DeleteApiKeyRequest(id=first.id), admin)
        with pytest.raises(Unauthenticated):
            await auth.resolve(first.api_key)
        assert (await auth.resolve(second.api_key)).role == "admin"

    async def test_secrets_are_not_stored(self, auth, admin):
        made = await create(auth, admin)
        async with auth.database.connect() as connection:
            row = (
                await connection.execute(
                    text("SELECT k::text FROM api_key k WHERE id = :id"), {"id": made.id}
                )
            ).scalar()
        assert made.api_key not in row
        assert made.api_key[3:] not in row

    async def test_expired_keys_are_refused(self, auth, admin):
        made = await create(auth, admin, expires_in_days=1)
        assert made.expires_at - made.created_at == 86_400
        async with auth.database.connect() as connection:
            await connection.execute(
                text("UPDATE api_key SET expires_at = :past WHERE id = :id"),
                {"past": int(time.time()), "id": made.id},
            )
        with pytest.raises(Unauthenticated):
            await auth.resolve(made.api_key)

    @pytest.mark.parametrize("days", [0, -1, 10**9])
    async def test_senseless_expiry_is_refused(self, auth, admin, days):
        with pytest.raises(Invalid):
            await create(auth, admin, expires_in_days=days)

    async def test_somebody_elses_key_cannot_be_deleted_or_seen(self, auth, admin, people):
        made = await create(auth, admin)
        other = await people.add("admin")
        with pytest.raises(NotFound):
            await auth.call(auth.keys.DeleteApiKey, pb.DeleteApiKeyRequest(id=made.id), other.token)
        assert made.id not in await listed(auth, other.token)
        assert (await auth.resolve(made.api_key)).role == "admin"

    @pytest.mark.parametrize("key_id", ["", "' OR '1'='1", "nul\x00", "x" * 10_000])
    async def test_senseless_identifiers_are_not_found(self, auth, admin, key_id):
        with pytest.raises(NotFound):
            await auth.call(auth.keys.DeleteApiKey, pb.DeleteApiKeyRequest(id=key_id), admin)

    async def test_the_number_of_keys_is_bounded(self, auth, people):
        person = await people.add("admin")
        for number in range(100):
            await create(auth, person.token, f"key {number}")
        with pytest.raises(Exhausted):
            await create(auth, person.token, "one too many")


class TestAccountKey:
    async def test_can_be_read_again_and_replaces_only_itself(self, auth, admin):
        named = await create(auth, admin)
        first = (await auth.call(auth.keys.CreateAccountKey, pb.CreateAccountKeyRequest(), admin)).api_key
        assert (await auth.call(auth.keys.GetAccountKey, pb.GetAccountKeyRequest(), admin)).api_key == first
        second = (await auth.call(auth.keys.CreateAccountKey, pb.CreateAccountKeyRequest(), admin)).api_key
        with pytest.raises(Unauthenticated):
            await auth.resolve(first)
        assert (await auth.resolve(second)).via == "api_key"
        assert (await auth.resolve(named.api_key)).via == "api_key"

    async def test_cannot_be_read_with_an_api_key(self, auth, admin):
        key = (await auth.call(auth.keys.CreateAccountKey, pb.CreateAccountKeyRequest(), admin)).api_key
        with pytest.raises(Forbidden):
            await auth.call(auth.keys.GetAccountKey, pb.GetAccountKeyRequest(), key)

    async def test_is_gone_after_deletion(self, auth, admin):
        key = (await auth.call(auth.keys.CreateAccountKey, pb.CreateAccountKeyRequest(), admin)).api_key
        for _ in range(2):
            await auth.call(auth.keys.DeleteAccountKey, pb.DeleteAccountKeyRequest(), admin)
        with pytest.raises(NotFound):
            await auth.call(auth.keys.GetAccountKey, pb.GetAccountKeyRequest(), admin)
        with pytest.raises(Unauthenticated):
            await auth.resolve(key)


class TestRights:
    async def test_people_need_the_permission(self, auth, people):
        person = await people.add("user")
        with pytest.raises(Forbidden):
            await create(auth, person.token)

    async def test_keys_follow_the_permission_of_their_owner(self, auth, admin, people):
        person = await people.add("user")
        await grant_keys(auth, admin, allowed=True)
        made = await create(auth, person.token)
        assert (await auth.resolve(made.api_key)).role == "user"
        await grant_keys(auth, admin, allowed=False)
        with pytest.raises(Forbidden):
            await auth.resolve(made.api_key)

    async def test_keys_do_nothing_when_they_are_switched_off(self, auth, admin):
        made = await create(auth, admin)
        await configure(auth, admin, enable_api_keys=False)
        with pytest.raises(Forbidden):
            await auth.resolve(made.api_key)
        await configure(auth, admin, enable_api_keys=True)
        assert (await auth.resolve(made.api_key)).role == "admin"

    async def test_restricted_keys_open_listed_endpoints_only(self, auth, admin):
        made = await create(auth, admin)
        await configure(
            auth,
            admin,
            enable_api_keys_endpoint_restrictions=True,
            api_keys_allowed_endpoints="/api/models, /api/chat/",
        )
        for path in ("/api/models", "/api/models/base", "/api/chat/completions"):
            assert (await auth.resolve(made.api_key, path)).path_bound
        for path in ("", "/", "/api/modelsx", "/api/v1/users/", "/api/models/../v1/users/", "/api/models//x"):
            with pytest.raises(Forbidden):
                await auth.resolve(made.api_key, path)
        assert not (await auth.resolve(admin, "/api/v1/users/")).path_bound
        await configure(auth, admin, enable_api_keys_endpoint_restrictions=False)

    async def test_an_api_key_learns_no_session_token(self, auth, admin):
        made = await create(auth, admin)
        answer = await auth.call(
            auth.sessions.GetSessionUser, session_service_pb2.GetSessionUserRequest(), made.api_key
        )
        assert answer.user.token == ""
        assert answer.user.role == "admin"

    async def test_signing_out_with_a_key_keeps_the_key(self, auth, admin):
        made = await create(auth, admin)
        await auth.call(auth.sessions.SignOut, session_service_pb2.SignOutRequest(), made.api_key)
        assert (await auth.resolve(made.api_key)).role == "admin"


async def grant_keys(auth, admin, *, allowed):
    """Let everybody have API keys, or not."""
    request = permission_service_pb2.UpdateDefaultPermissionsRequest(
        permissions=permissions_pb2.UserPermissions(
            features=permissions_pb2.FeaturesPermissions(api_keys=allowed)
        )
    )
    await auth.call(auth.permissions.UpdateDefaultPermissions, request, admin)
