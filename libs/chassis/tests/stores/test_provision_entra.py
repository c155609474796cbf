"""Roles from identities in Entra, made by what stands in for the functions of Azure's Postgres."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from .azure_functions import RIGHTS, Azure
from .provisioned import Server, run


@pytest_asyncio.fixture
async def plain(server: Server) -> AsyncIterator[Azure]:
    """A server that is not Azure's."""
    azure = Azure(server, await server.administrator())
    try:
        yield azure
    finally:
        await azure.forget()


@pytest_asyncio.fixture(params=RIGHTS)
async def azure(request: pytest.FixtureRequest, plain: Azure) -> Azure:
    """A server of Azure, of either kind."""
    await plain.have_functions(request.param)
    return plain


class TestRoles:
    async def test_are_made_once_each_as_neither_administrators_nor_people(self, azure: Azure) -> None:
        assert await run(azure.environ()) == 0
        assert await run(azure.environ()) == 0
        assert await azure.calls() == [
            (azure.auth, "", "", False, False),
            (azure.chat, "", "", False, False),
        ]

    async def test_are_bound_to_an_identity_by_its_id_where_that_is_known(self, azure: Azure) -> None:
        environ = azure.environ(PROVISION_PRINCIPALS=f'{{"{azure.auth}": "11111111-2222"}}')
        assert await run(environ) == 0
        assert await run(environ) == 0
        assert await azure.calls() == [
            (azure.auth, "11111111-2222", "service", False, False),
            (azure.chat, "", "", False, False),
        ]

    async def test_a_later_release_adds_what_it_has_more(self, azure: Azure) -> None:
        await run(azure.environ())
        added = f"id-owui-audio-{azure.server.mark}"
        url = azure.server.address(added)
        more = azure.environ(PROVISION_SCHEMAS="auth,chat,audio", AUDIO_DATABASE_URL=url)
        assert await run(more) == 0
        assert [name for name, *_ in await azure.calls()] == [azure.auth, azure.chat, added]

    async def test_five_at_once_make_them_once(self, azure: Azure) -> None:
        assert await asyncio.gather(*(run(azure.environ()) for _ in range(5))) == [0] * 5
        assert len(await azure.calls()) == 2

    async def test_one_role_for_all_schemas_is_made_once(self, azure: Azure) -> None:
        shared = azure.server.address(azure.chat)
        environ = azure.environ(AUTH_DATABASE_URL="", CHAT_DATABASE_URL="", DATABASE_URL=shared)
        assert await run(environ) == 0
        assert [name for name, *_ in await azure.calls()] == [azure.chat]

    async def test_the_administrator_who_owns_the_schemas_is_not_made(self, azure: Azure) -> None:
        own = azure.environ()["PROVISION_DATABASE_URL"]
        environ = azure.environ(AUTH_DATABASE_URL="", CHAT_DATABASE_URL="", DATABASE_URL=own)
        assert await run(environ) == 0
        assert await azure.calls() == []
        await azure.server.ask("CREATE TABLE auth.account (id int)", role=f"admin_{azure.server.mark}")

    async def test_local_ones_are_no_matter_of_azure(self, azure: Azure) -> None:
        assert await run(azure.environ(PROVISION_ROLES="")) == 0
        assert await azure.calls() == []
        assert await azure.server.ask("SELECT true FROM pg_roles WHERE rolname = $1", azure.auth)


class TestWhatTheyMayDo:
    async def migrate(self, azure: Azure, schema: str, role: str) -> None:
        """Do what the migrations of a service do first."""
        await azure.server.ask(f"CREATE SCHEMA IF NOT EXISTS {schema}", role=role)
        await azure.server.ask(f"CREATE TABLE {schema}.account AS SELECT 42 AS answer", role=role)

    async def test_services_make_their_tables_in_schemas_of_their_own(self, azure: Azure) -> None:
        assert await run(azure.environ()) == 0
        await self.migrate(azure, "auth", azure.auth)
        await self.migrate(azure, "chat", azure.chat)
        # What is there is found again.
        assert await run(azure.environ()) == 0
        assert await azure.server.ask("SELECT answer FROM chat.account", role=azure.chat) == 42

    async def test_a_service_reads_nothing_of_another(self, azure: Azure) -> None:
        await run(azure.environ())
        await self.migrate(azure, "auth", azure.auth)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await azure.server.ask("SELECT * FROM auth.account", role=azure.chat)

    async def test_no_service_administers_anything(self, azure: Azure) -> None:
        await run(azure.environ())
        rights = "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = $1"
        member = "SELECT pg_has_role($1, $2, 'MEMBER')"
        for role in (azure.auth, azure.chat):
            assert await azure.server.ask(rights, role) is False
            assert await azure.server.ask(member, role, f"admin_{azure.server.mark}") is False
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await azure.server.ask(f"CREATE ROLE other_{azure.server.mark}", role=role)

    async def test_the_extensions_are_there_before_them(self, azure: Azure) -> None:
        await run(azure.environ())
        await azure.server.ask("SELECT similarity('a', 'b')", role=azure.chat)


class TestWhereTheCallerAdministersTheRoles:
    async def test_schemas_are_there_before_their_services(self, plain: Azure) -> None:
        await plain.have_functions("INVOKER")
        assert await run(plain.environ()) == 0
        owner = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = $1"
        assert await plain.server.ask(owner, "auth") == plain.auth
        assert await plain.server.ask(owner, "chat") == plain.chat


class TestRefusals:
    async def test_a_server_that_knows_nothing_of_entra_is_told_in_one_sentence(
        self, plain: Azure, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert await run(plain.environ()) == 1
        told = capsys.readouterr().err
        assert "PROVISION_ROLES is entra" in told
        assert told.count("\n") == 1
        assert not await plain.server.ask("SELECT true FROM pg_roles WHERE rolname = $1", plain.auth)

    async def test_a_database_of_another_administrator(
        self, azure: Azure, capsys: pytest.CaptureFixture[str]
    ) -> None:
        # Azure's own API gives databases to the administrator with the password, where there is one.
        await azure.server.as_superuser(f"CREATE DATABASE {azure.server.target.database}")
        await azure.server.ask("CREATE EXTENSION pg_trgm")
        assert await run(azure.environ()) == 1
        assert "does not belong to admin_" in capsys.readouterr().err

    async def test_a_kind_of_roles_that_there_is_not(
        self, plain: Azure, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert await run(plain.environ(PROVISION_ROLES="ldap")) == 1
        assert "PROVISION_ROLES is local or entra, not 'ldap'" in capsys.readouterr().err
