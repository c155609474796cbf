"""The general administration page, default permissions and the audit record, over gRPC."""

import pytest
from owui.auth.v1 import (
    admin_config_service_pb2,
    permission_service_pb2,
    permissions_pb2,
)
from owui_chassis.errors import Forbidden, Invalid, Unauthenticated
from sqlalchemy import text


async def read_config(auth, admin):
    """Return all switches."""
    request = admin_config_service_pb2.GetAdminConfigRequest()
    return (await auth.call(auth.config.GetAdminConfig, request, admin)).config


async def write_config(auth, admin, config):
    """Change all switches."""
    request = admin_config_service_pb2.UpdateAdminConfigRequest(config=config)
    return (await auth.call(auth.config.UpdateAdminConfig, request, admin)).config


class TestAdminConfig:
    async def test_changes_are_in_force_and_stored(self, auth, admin):
        config = await read_config(auth, admin)
        assert (config.jwt_expires_in, config.default_user_role) == ("4w", "pending")
        config.jwt_expires_in = "90m"
        config.enable_signup = True
        config.default_user_role = "user"
        config.pending_user_overlay_content = "Wait,\nplease"
        changed = await write_config(auth, admin, config)
        assert (changed.jwt_expires_in, changed.default_user_role) == ("90m", "user")
        user = await auth.sign_up("stranger@example.com")
        assert user.role == "user"
        session = await auth.resolve(user.token)
        assert 0 < session.expire_time_seconds - (await created_at(auth, session.credential_id)) <= 5400
        config.enable_signup = False
        await write_config(auth, admin, config)
        with pytest.raises(Forbidden):
            await auth.sign_up("another@example.com")

    async def test_sessions_for_ever(self, auth, admin):
        config = await read_config(auth, admin)
        config.jwt_expires_in = "-1"
        assert (await write_config(auth, admin, config)).jwt_expires_in == "-1"
        user = await auth.sign_in("first@example.com")
        assert not user.HasField("expires_at")
        assert (await auth.resolve(user.token)).expire_time_seconds == 0
        config.jwt_expires_in = "4w"
        await write_config(auth, admin, config)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("jwt_expires_in", "soon"),
            ("jwt_expires_in", "1s"),
            ("jwt_expires_in", ""),
            ("default_user_role", "root"),
        ],
    )
    async def test_senseless_values_are_refused(self, auth, admin, name, value):
        config = await read_config(auth, admin)
        setattr(config, name, value)
        with pytest.raises(Invalid):
            await write_config(auth, admin, config)

    async def test_details_name_the_first_administrator(self, auth, admin):
        user = await auth.sign_in("stranger@example.com")
        request = admin_config_service_pb2.GetAdminDetailsRequest()
        answer = await auth.call(auth.config.GetAdminDetails, request, user.token)
        assert (answer.name, answer.email) == ("Ada", "first@example.com")
        config = await read_config(auth, admin)
        config.show_admin_details = False
        await write_config(auth, admin, config)
        with pytest.raises(Invalid):
            await auth.call(auth.config.GetAdminDetails, request, user.token)

    async def test_is_for_administrators(self, auth, admin):
        user = await auth.sign_in("stranger@example.com")
        with pytest.raises(Forbidden):
            await read_config(auth, user.token)
        with pytest.raises(Forbidden):
            await write_config(auth, user.token, await read_config(auth, admin))


class TestDefaultPermissions:
    async def test_changes_reach_everybody(self, auth, admin):
        user = await auth.sign_in("stranger@example.com")
        assert "chat.delete" in (await auth.resolve(user.token)).permissions
        chat = permissions_pb2.ChatPermissions(delete=False)
        request = permission_service_pb2.UpdateDefaultPermissionsRequest(
            permissions=permissions_pb2.UserPermissions(chat=chat)
        )
        answer = await auth.call(auth.permissions.UpdateDefaultPermissions, request, admin)
        assert answer.permissions.chat.delete is False
        assert answer.permissions.chat.edit is True
        found = (await auth.resolve(user.token)).permissions
        assert "chat.delete" not in found
        assert "chat.edit" in found


class TestAudit:
    async def test_tells_who_did_what_from_where(self, auth, admin, people):
        config = await read_config(auth, admin)
        config.webui_url = "https://chat.example.com"
        await write_config(auth, admin, config)
        user = await people.add()
        with pytest.raises(Unauthenticated):
            await auth.sign_in(user.email, "wrong password")
        async with auth.database.connect() as connection:
            query = text("SELECT action, actor_id, subject_id, address, request_id, details FROM audit_event")
            rows = (await connection.execute(query)).all()
        (changed,) = (
            row for row in rows if row.action == "settings.changed" and "webui_url" in str(row.details)
        )
        assert changed.actor_id == (await auth.resolve(admin)).user_id
        assert (changed.address, len(changed.request_id)) == ("203.0.113.7", 32)
        about_user = [row.action for row in rows if row.subject_id == user.id]
        assert about_user == ["user.added", "sign_in.succeeded", "sign_in.failed"]
        assert "wrong password" not in str(rows)

    async def test_cannot_be_rewritten(self, auth, admin):
        for statement in (
            "UPDATE audit_event SET actor_id = ''",
            "DELETE FROM audit_event",
            "TRUNCATE audit_event",
        ):
            async with auth.database.connect() as connection:
                with pytest.raises(Exception, match="append-only"):
                    await connection.execute(text(statement))


async def created_at(auth, session_id):
    """Return when a session began."""
    async with auth.database.connect() as connection:
        query = text("SELECT created_at FROM session WHERE id = :id")
        return (await connection.execute(query, {"id": session_id})).scalar()
