"""Coming and going, over gRPC."""

import bcrypt
import pytest
from owui.auth.v1 import account_service_pb2, session_service_pb2, user_service_pb2
from owui_chassis.errors import AlreadyExists, Forbidden, Invalid, Unauthenticated
from sqlalchemy import text


class TestSignUp:
    async def test_first_account_becomes_admin_and_closes_sign_up(self, auth, admin):
        found = await auth.resolve(admin)
        assert found.role == "admin"
        assert found.via == "session"
        with pytest.raises(Forbidden):
            await auth.sign_up("second@example.com")

    async def test_closing_is_persistent(self, auth, admin):
        async with auth.database.connect() as connection:
            stored = (
                await connection.execute(text("SELECT value FROM setting WHERE name = 'ui.enable_signup'"))
            ).scalar()
        assert stored == "false"


class TestSignIn:
    async def test_answers_the_session_user(self, auth, people):
        user = await people.add("user", "Grace")
        assert user.token_type == "Bearer"
        assert user.name == "Grace"
        assert user.expires_at > 0
        assert b'"workspace"' in user.permissions
        assert (await auth.resolve(user.token)).user_id == user.id

    async def test_address_is_case_insensitive(self, auth, people):
        user = await people.add()
        again = await auth.sign_in("  " + user.email.upper())
        assert again.id == user.id

    @pytest.mark.parametrize("email", ["nobody@example.com", "not an address", "", "' OR 1=1 --@x.com"])
    async def test_unknown_accounts_and_wrong_passwords_look_alike(self, auth, people, email):
        user = await people.add()
        with pytest.raises(Unauthenticated) as unknown:
            await auth.sign_in(email)
        with pytest.raises(Unauthenticated) as wrong:
            await auth.sign_in(user.email, "wrong password")
        assert unknown.value.message == wrong.value.message


class TestSignOut:
    async def test_revokes_this_session_and_no_other(self, auth, people):
        user = await people.add()
        other = await auth.sign_in(user.email)
        answer = await auth.call(auth.sessions.SignOut, session_service_pb2.SignOutRequest(), user.token)
        assert answer.status is True
        with pytest.raises(Unauthenticated):
            await auth.resolve(user.token)
        assert (await auth.resolve(other.token)).user_id == user.id

    async def test_is_no_error_for_strangers(self, auth, admin):
        answer = await auth.call(auth.sessions.SignOut, session_service_pb2.SignOutRequest())
        assert answer.status is True


class TestGetSessionUser:
    async def test_shows_the_token_of_the_session_again(self, auth, people):
        user = await people.add("pending")
        answer = await auth.call(
            auth.sessions.GetSessionUser, session_service_pb2.GetSessionUserRequest(), user.token
        )
        assert answer.user.token == user.token
        assert answer.user.role == "pending"

    async def test_refuses_strangers(self, auth, admin):
        with pytest.raises(Unauthenticated):
            await auth.call(auth.sessions.GetSessionUser, session_service_pb2.GetSessionUserRequest())

    async def test_of_an_account_that_is_gone_there_is_none(self, auth, admin, people):
        user = await people.add()
        # A gateway that has not heard of it yet goes on with what it knows.
        remembered = await auth.remembered(user.token)
        await auth.call(auth.users.DeleteUser, user_service_pb2.DeleteUserRequest(user_id=user.id), admin)
        request = session_service_pb2.GetSessionUserRequest()
        with pytest.raises(Unauthenticated):
            await auth.call(auth.sessions.GetSessionUser, request, identity=remembered)


class TestAddUser:
    async def test_refuses_a_taken_address(self, auth, admin, people):
        user = await people.add()
        request = account_service_pb2.AddUserRequest(
            name="Twin", email=user.email.upper(), password="long enough", role="user"
        )
        with pytest.raises(AlreadyExists):
            await auth.call(auth.accounts.AddUser, request, admin)

    @pytest.mark.parametrize("password", ["", "1", "1234567", " " * 20, "x" * 2000])
    async def test_refuses_weak_passwords(self, auth, admin, password):
        request = account_service_pb2.AddUserRequest(name="Weak", email="weak@example.com", password=password)
        with pytest.raises(Invalid):
            await auth.call(auth.accounts.AddUser, request, admin)

    async def test_refuses_people_who_are_no_administrators(self, auth, people):
        user = await people.add()
        request = account_service_pb2.AddUserRequest(name="X", email="x@example.com", password="long enough")
        with pytest.raises(Forbidden):
            await auth.call(auth.accounts.AddUser, request, user.token)

    @pytest.mark.parametrize("email", ["zoë@müller.example", "用户@例え.テスト", "o'hara@example.com"])
    async def test_addresses_of_all_scripts_sign_in(self, auth, admin, email):
        request = account_service_pb2.AddUserRequest(
            name="N", email=email, password="long enough", role="user"
        )
        added = await auth.call(auth.accounts.AddUser, request, admin)
        assert (await auth.sign_in(email.upper(), "long enough")).id == added.id
        assert (await auth.resolve(added.token)).user_id == added.id

    async def test_look_alikes_are_the_same_address(self, auth, admin):
        request = account_service_pb2.AddUserRequest(
            name="N", email="ｆｉｒｓｔ@example.com", password="long enough", role="user"
        )
        with pytest.raises(AlreadyExists):
            await auth.call(auth.accounts.AddUser, request, admin)


class TestOldHashes:
    async def test_are_accepted_once_more_and_replaced(self, auth, people):
        user = await people.add()
        old = bcrypt.hashpw(b"correct horse battery", bcrypt.gensalt(4)).decode()
        query = text(
            "UPDATE credential SET password_hash = :hash WHERE user_id = :id RETURNING password_hash"
        )
        async with auth.database.connect() as connection:
            await connection.execute(query, {"hash": old, "id": user.id})
        for _ in range(2):
            assert (await auth.sign_in(user.email)).id == user.id
        async with auth.database.connect() as connection:
            stored = (
                await connection.execute(
                    text("SELECT password_hash FROM credential WHERE user_id = :id"), {"id": user.id}
                )
            ).scalar()
        assert stored.startswith("$argon2id$")


class TestUpdatePassword:
    async def test_ends_all_sessions(self, auth, people):
        user = await people.add()
        other = await auth.sign_in(user.email)
        request = account_service_pb2.UpdatePasswordRequest(
            password="correct horse battery", new_password="another long one"
        )
        await auth.call(auth.accounts.UpdatePassword, request, user.token)
        for token in (user.token, other.token):
            with pytest.raises(Unauthenticated):
                await auth.resolve(token)
        assert (await auth.sign_in(user.email, "another long one")).id == user.id

    @pytest.mark.parametrize(
        ("current", "wanted"), [("wrong password", "long enough one"), ("correct horse battery", "")]
    )
    async def test_refuses_a_wrong_current_and_an_empty_new_password(self, auth, people, current, wanted):
        user = await people.add()
        request = account_service_pb2.UpdatePasswordRequest(password=current, new_password=wanted)
        with pytest.raises(Invalid):
            await auth.call(auth.accounts.UpdatePassword, request, user.token)
        assert (await auth.resolve(user.token)).user_id == user.id
