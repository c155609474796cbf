"""Making a database ready: by a superuser or a managed server's administrator, again, and all at once."""

import asyncio
import base64

import asyncpg
import pytest
from owui_chassis.database_access import access_of
from owui_chassis.provision import connect
from owui_chassis.scram import verifier

from .provisioned import Server, run

_STORED = "SELECT rolpassword FROM pg_authid WHERE rolname = $1"


class TestFirstStart:
    async def test_makes_database_extensions_roles_and_schemas(self, server: Server) -> None:
        assert await run(server.environ()) == 0
        assert (
            await server.ask("SELECT count(*) FROM pg_extension WHERE extname IN ('vector', 'pg_trgm')") == 2
        )
        await server.ask("CREATE TABLE account (id int)", role=server.role("auth"))
        assert await server.ask("SELECT to_regclass('auth.account') IS NOT NULL")

    async def test_a_role_may_do_what_migrations_do(self, server: Server) -> None:
        await run(server.environ())
        await server.ask("CREATE SCHEMA IF NOT EXISTS auth", role=server.role("auth"))

    async def test_a_role_sees_its_own_schema_only(self, server: Server) -> None:
        await run(server.environ())
        await server.ask("CREATE TABLE account (id int)", role=server.role("auth"))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await server.ask("SELECT count(*) FROM auth.account", role=server.role("chat"))

    async def test_without_schemas_it_makes_the_database_only(self, server: Server) -> None:
        assert await run(server.environ(PROVISION_SCHEMAS="", PROVISION_EXTENSIONS="pg_trgm")) == 0
        assert await server.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'auth'") == 0
        assert await server.ask("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'") == 1

    async def test_one_role_may_own_several_schemas(self, server: Server) -> None:
        shared = server.address(server.role("all"))
        environ = server.environ(AUTH_DATABASE_URL="", CHAT_DATABASE_URL="", DATABASE_URL=shared)
        assert await run(environ) == 0
        await server.ask("CREATE TABLE auth.a AS SELECT 1", role=server.role("all"))
        await server.ask("CREATE TABLE chat.c AS SELECT 1", role=server.role("all"))

    async def test_five_at_once_do_it_once(self, server: Server) -> None:
        assert await asyncio.gather(*(run(server.environ()) for _ in range(5))) == [0] * 5
        assert await server.ask("SELECT count(*) FROM pg_namespace WHERE nspname IN ('auth', 'chat')") == 2


class TestAgain:
    async def test_keeps_what_is_there_and_sets_a_new_password(self, server: Server) -> None:
        await run(server.environ())
        await server.ask("CREATE TABLE kept AS SELECT 42 AS answer", role=server.role("auth"))
        changed = server.address(server.role("auth"), "a new one")
        assert await run(server.environ(AUTH_DATABASE_URL=changed)) == 0
        assert await server.ask("SELECT answer FROM auth.kept") == 42
        stored = await server.ask(_STORED, server.role("auth"))
        assert stored == verifier("a new one", salt_of(str(stored)))

    async def test_passwords_may_stand_beside_the_addresses_as_they_are(self, server: Server) -> None:
        changed = {
            "AUTH_DATABASE_URL": server.address(server.role("auth")),
            "AUTH_DATABASE_PASSWORD": "p@ss:w/rd#%",
        }
        assert await run(server.environ(**changed)) == 0
        stored = await server.ask(_STORED, server.role("auth"))
        assert stored == verifier("p@ss:w/rd#%", salt_of(str(stored)))

    async def test_adds_a_schema_of_a_newer_release(self, server: Server) -> None:
        await run(server.environ())
        added = server.address(server.role("audio"))
        more = server.environ(PROVISION_SCHEMAS="auth,chat,audio", AUDIO_DATABASE_URL=added)
        assert await run(more) == 0
        await server.ask("CREATE TABLE job (id int)", role=server.role("audio"))


class TestManagedServer:
    """An administrator who may make roles and databases but is no superuser, as clouds have it."""

    async def test_is_made_ready_again_and_again(self, server: Server) -> None:
        administrator = await server.administrator()
        # The extension vector takes a superuser where the cloud has not allowed it to others.
        environ = server.environ(PROVISION_DATABASE_URL=administrator, PROVISION_EXTENSIONS="pg_trgm")
        assert await run(environ) == 0
        assert await run(environ) == 0
        await server.ask("CREATE TABLE account (id int)", role=server.role("auth"))

    async def test_roles_join_the_group_that_may_sign_in_with_tokens(self, server: Server) -> None:
        administrator = await server.administrator()
        group = f"iam_{server.mark}"
        environ = server.environ(PROVISION_DATABASE_URL=administrator, PROVISION_GRANTS=group)
        environ |= {
            "AUTH_DATABASE_URL": server.address(server.role("auth")),
            "PROVISION_EXTENSIONS": "pg_trgm",
        }
        assert await run(environ) == 0
        assert await server.ask("SELECT pg_has_role($1, $2, 'USAGE')", server.role("auth"), group)


class TestRefusals:
    async def test_a_schema_of_another_role_is_named(
        self, server: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        await run(server.environ())
        other = server.address(server.role("other"), "third-password")
        assert await run(server.environ(AUTH_DATABASE_URL=other)) == 1
        told = capsys.readouterr().err
        assert f"schema auth belongs to the role {server.role('auth')}" in told
        assert "third-password" not in told

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"PROVISION_DATABASE_URL": ""}, "PROVISION_DATABASE_URL is not set"),
            ({"AUTH_DATABASE_URL": ""}, "AUTH_DATABASE_URL is not set"),
            ({"AUTH_DATABASE_URL": "postgresql://database/owui"}, "AUTH_DATABASE_URL names no role"),
            (
                {"CHAT_DATABASE_URL": "postgresql//chat:pass.word@database/owui"},
                "do not name a Postgres",
            ),
            ({"AUTH_DATABASE_URL": "postgresql://auth:p%C3%A4ss@database/owui"}, "printable ASCII"),
        ],
    )
    async def test_a_wrong_setting_is_named_without_its_value(
        self, server: Server, capsys: pytest.CaptureFixture[str], changes: dict[str, str], told: str
    ) -> None:
        assert await run(server.environ(**changes)) == 1
        error = capsys.readouterr().err
        assert told in error
        assert "word" not in error.replace("password", "")
        assert error.count("\n") == 1

    async def test_a_server_that_stays_away(self, capsys: pytest.CaptureFixture[str]) -> None:
        environ = {
            "PROVISION_DATABASE_URL": "postgresql://postgres:pw@127.0.0.1:1/owui",
            "PROVISION_WAIT": "1s",
        }
        assert await run(environ) == 1
        assert "the database cannot be made ready" in capsys.readouterr().err


def salt_of(stored: str) -> bytes:
    return base64.b64decode(stored.split("$")[1].split(":")[1])


class TestVerifier:
    async def test_equals_what_postgres_makes_of_the_password(self, server: Server) -> None:
        connection = await connect(access_of(server.superuser))
        try:
            await connection.execute(f"CREATE ROLE plain_{server.mark} PASSWORD 'correct horse $battery'")
            stored = await connection.fetchval(_STORED, f"plain_{server.mark}")
        finally:
            await connection.close()
        assert verifier("correct horse $battery", salt_of(stored)) == stored
