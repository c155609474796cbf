"""Who is behind a credential, and who is not."""

import asyncio
import base64
import json
import time

import pytest
from jose import jwt
from owui.auth.v1 import (
    account_service_pb2,
    identity_service_pb2,
    session_service_pb2,
    user_service_pb2,
)
from owui_chassis.errors import Unauthenticated
from sqlalchemy import text

SECRET = "a secret for tests, long enough"
SEEN_SINCE = 'SELECT last_active_at > :past FROM "user" WHERE id = :id'


def part(value):
    """Return one part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def scalar(auth, query, **values):
    """Return one value of the database."""
    async with auth.database.connect() as connection:
        return (await connection.execute(text(query), values)).scalar()


class TestForgery:
    async def test_unsigned_tokens_are_refused(self, auth, people):
        claims = jwt.get_unverified_claims((await people.add()).token)
        for algorithm in ("none", "None", "NONE", ""):
            with pytest.raises(Unauthenticated):
                await auth.resolve(f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(claims)}.")

    async def test_tokens_signed_with_another_key_or_algorithm_are_refused(self, auth, people):
        claims = jwt.get_unverified_claims((await people.add()).token)
        for key, algorithm in (("another secret", "HS256"), (SECRET, "HS512"), (SECRET, "HS384")):
            with pytest.raises(Unauthenticated):
                await auth.resolve(jwt.encode(claims, key, algorithm=algorithm))

    async def test_a_header_that_names_an_asymmetric_algorithm_is_refused(self, auth, people):
        _, body, signature = (await people.add()).token.split(".")
        with pytest.raises(Unauthenticated):
            await auth.resolve(f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{body}.{signature}")

    async def test_changed_claims_are_refused(self, auth, people):
        user, other = await people.add(), await people.add()
        header, _, signature = user.token.split(".")
        claims = jwt.get_unverified_claims(user.token) | {"id": other.id}
        with pytest.raises(Unauthenticated):
            await auth.resolve(f"{header}.{part(claims)}.{signature}")

    async def test_well_signed_tokens_without_a_session_are_refused(self, auth, people):
        user = await people.add()
        future = int(time.time()) + 3600
        for claims in (
            {"id": user.id, "exp": future},
            {"id": user.id, "exp": future, "jti": "unknown", "epoch": 0},
            {"id": user.id, "exp": future, "jti": ["a"], "epoch": 0},
            {"id": user.id, "exp": future, "jti": "x'; DROP TABLE session; --", "epoch": 0},
            {"id": user.id, "exp": future, "jti": "nul\x00", "epoch": 0},
            {"id": user.id, "exp": "soon", "jti": "a", "epoch": 0},
        ):
            with pytest.raises(Unauthenticated):
                await auth.resolve(jwt.encode(claims, SECRET, algorithm="HS256"))

    async def test_a_session_of_somebody_else_does_not_make_a_token_valid(self, auth, people):
        user, other = await people.add(), await people.add()
        claims = jwt.get_unverified_claims(other.token) | {"id": user.id}
        with pytest.raises(Unauthenticated):
            await auth.resolve(jwt.encode(claims, SECRET, algorithm="HS256"))

    @pytest.mark.parametrize(
        "credential",
        ["", "x", "..", "a.b.c", "sk-", "sk-unknown", "ﬀ" * 100, "x" * 100_000, "sk-" + "0" * 100_000],
    )
    async def test_garbage_is_refused(self, auth, admin, credential):
        with pytest.raises(Unauthenticated):
            await auth.resolve(credential)


class TestEnd:
    async def test_expired_tokens_are_refused_even_if_the_row_says_otherwise(self, auth, people):
        user = await people.add()
        claims = jwt.get_unverified_claims(user.token) | {"exp": int(time.time()) - 1}
        with pytest.raises(Unauthenticated):
            await auth.resolve(jwt.encode(claims, SECRET, algorithm="HS256"))

    async def test_expired_sessions_are_refused_even_if_the_token_says_otherwise(self, auth, people):
        user = await people.add()
        claims = jwt.get_unverified_claims(user.token)
        async with auth.database.connect() as connection:
            await connection.execute(
                text("UPDATE session SET expires_at = :past WHERE id = :id"),
                {"past": int(time.time()) - 1, "id": claims["jti"]},
            )
        with pytest.raises(Unauthenticated):
            await auth.resolve(user.token)

    async def test_role_change_ends_sessions_and_is_announced(self, auth, admin, people):
        user = await people.add("user")
        request = user_service_pb2.UpdateUserRequest(
            user_id=user.id, role="pending", name=user.name, email=user.email, profile_image_url="/user.png"
        )
        async with auth.redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe("owui:revocations")
            await pubsub.get_message(timeout=5)
            await auth.call(auth.users.UpdateUser, request, admin)
            heard = await next_message(pubsub, user.id)
        assert heard == {"user_id": user.id, "credential_id": None}
        with pytest.raises(Unauthenticated):
            await auth.resolve(user.token)
        assert (await auth.resolve((await auth.sign_in(user.email)).token)).role == "pending"

    async def test_sign_out_is_announced_with_its_session(self, auth, people):
        user = await people.add()
        session = (await auth.resolve(user.token)).credential_id
        async with auth.redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe("owui:revocations")
            await pubsub.get_message(timeout=5)
            await auth.call(auth.sessions.SignOut, session_service_pb2.SignOutRequest(), user.token)
            heard = await next_message(pubsub, user.id)
        assert heard == {"user_id": user.id, "credential_id": session}

    async def test_deleted_accounts_are_gone_everywhere(self, auth, admin, people):
        user = await people.add()
        await auth.call(auth.users.DeleteUser, user_service_pb2.DeleteUserRequest(user_id=user.id), admin)
        with pytest.raises(Unauthenticated):
            await auth.resolve(user.token)
        with pytest.raises(Unauthenticated):
            await auth.sign_in(user.email)
        assert await until(lambda: announced_deletion(auth, user.id))

    async def test_profile_change_ends_no_session(self, auth, people):
        user = await people.add()
        request = account_service_pb2.UpdateProfileRequest(
            name="New Name", profile_image_url="/user.png", bio="Hello\nworld", date_of_birth="1990-12-31"
        )
        await auth.call(auth.accounts.UpdateProfile, request, user.token)
        assert (await auth.resolve(user.token)).name == "New Name"


class TestSessionsTogether:
    async def test_each_has_its_own_answer(self, auth, people):
        ada, bob, gone = await people.add(), await people.add(), await people.add()
        await auth.call(auth.sessions.SignOut, session_service_pb2.SignOutRequest(), gone.token)
        credentials = [bob.token, "x", gone.token, ada.token, f"{ada.token}x", bob.token]
        request = identity_service_pb2.ResolveSessionsRequest(credentials=credentials)
        answer = await auth.identity.ResolveSessions(request)
        found = [one.caller.user_id if one.HasField("caller") else None for one in answer.sessions]
        assert found == [bob.id, None, None, ada.id, None, bob.id]
        assert answer.sessions[3].caller == await auth.resolve(ada.token)

    async def test_keys_are_no_sessions(self, auth):
        request = identity_service_pb2.ResolveSessionsRequest(credentials=["sk-unknown", ""])
        answer = await auth.identity.ResolveSessions(request)
        assert [one.HasField("caller") for one in answer.sessions] == [False, False]


class TestActivity:
    async def test_many_look_ups_write_one_sign_of_life(self, auth, people):
        user = await people.add()
        past = int(time.time()) - 3600
        async with auth.database.connect() as connection:
            await connection.execute(
                text('UPDATE "user" SET last_active_at = :past WHERE id = :id'), {"past": past, "id": user.id}
            )
        before = await scalar(auth, 'SELECT xmin::text FROM "user" WHERE id = :id', id=user.id)
        await asyncio.gather(*(auth.resolve(user.token) for _ in range(20)))
        assert await until(lambda: scalar(auth, SEEN_SINCE, id=user.id, past=past))
        written = await scalar(auth, 'SELECT xmin::text FROM "user" WHERE id = :id', id=user.id)
        await asyncio.gather(*(auth.resolve(user.token) for _ in range(20)))
        assert before != written
        assert await scalar(auth, 'SELECT xmin::text FROM "user" WHERE id = :id', id=user.id) == written


async def next_message(pubsub, user_id):
    """Return the next announcement about a person."""
    async with asyncio.timeout(10):
        while True:
            message = await pubsub.get_message(timeout=1)
            if message is not None and json.loads(message["data"])["user_id"] == user_id:
                return json.loads(message["data"])


async def announced_deletion(auth, user_id):
    """Whether the deletion of a person stands in the stream."""
    entries = await auth.redis.xrange("owui:users:deleted")
    return any(json.loads(fields[b"data"])["user_id"] == user_id for _, fields in entries)


async def until(condition, seconds=20):
    """Ask again and again until something is so; nothing else tells of what happens in the background."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the change is in a store, there is no event to wait for
            await asyncio.sleep(0.05)
    return True
