"""Stands in for Azure Database for PostgreSQL: its functions for identities, which are in `postgres` alone.

Names, arguments and what they return are those that Microsoft documents.
"""

from .provisioned import Server

# Whose rights the functions have is not documented. With those of who calls them, who calls administers the
# new role; with Azure's own, the role is Azure's and who calls has no say over it.
RIGHTS = ("INVOKER", "DEFINER")
# Role, object id, kind, whether it is an administrator, whether it needs a second factor.
Call = tuple[str, str, str, bool, bool]

_RECORD = (
    "CREATE SCHEMA azure",
    "CREATE TABLE azure.calls"
    " (role text, id text, kind text, administrator bool, factors bool, position serial)",
    "GRANT USAGE ON SCHEMA azure TO PUBLIC",
    "GRANT ALL ON azure.calls, azure.calls_position_seq TO PUBLIC",
)
_FUNCTIONS = """
    CREATE FUNCTION pg_catalog.pgaadauth_create_principal_with_oid(
        rolename text, objectid text, objecttype text, isadmin boolean, ismfa boolean
    ) RETURNS text LANGUAGE plpgsql SECURITY {rights} AS $$
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN', rolename);
            INSERT INTO azure.calls VALUES (rolename, objectid, objecttype, isadmin, ismfa);
            RETURN format('Created role for "%s"', rolename);
        END
    $$;
    CREATE FUNCTION pg_catalog.pgaadauth_create_principal(rolename text, isadmin boolean, ismfa boolean)
    RETURNS text LANGUAGE sql SECURITY {rights} AS $$
        SELECT pg_catalog.pgaadauth_create_principal_with_oid(rolename, '', '', isadmin, ismfa)
    $$;
"""
_FORGET = (
    "DROP FUNCTION IF EXISTS pg_catalog.pgaadauth_create_principal(text, boolean, boolean)",
    "DROP FUNCTION IF EXISTS"
    " pg_catalog.pgaadauth_create_principal_with_oid(text, text, text, boolean, boolean)",
    "DROP SCHEMA IF EXISTS azure CASCADE",
)


class Azure:
    """A managed server: the roles of two services, who makes them, and what the functions were asked for."""

    def __init__(self, server: Server, administrator: str) -> None:
        self.server = server
        self.auth = f"id-owui-auth-{server.mark}"
        self.chat = f'id-owui-"Chat\'s"-{server.mark}'
        self._administrator = administrator

    def environ(self, **changes: str) -> dict[str, str]:
        """Return the environment of who provisions."""
        return self.server.environ(
            **{
                "PROVISION_DATABASE_URL": self._administrator,
                # The extension vector takes a superuser where the cloud has not allowed it to others.
                "PROVISION_EXTENSIONS": "pg_trgm",
                "PROVISION_ROLES": "entra",
                "AUTH_DATABASE_URL": self.server.address(self.auth),
                "CHAT_DATABASE_URL": self.server.address(self.chat),
                **changes,
            }
        )

    async def have_functions(self, rights: str) -> None:
        """Create the functions; they run as who calls them (INVOKER) or as the superuser (DEFINER)."""
        await self.server.as_superuser(*_FORGET, *_RECORD, _FUNCTIONS.format(rights=rights))

    async def calls(self) -> list[Call]:
        """Return what the functions were asked for, in the order in which they were."""
        asked = "SELECT role, id, kind, administrator, factors FROM azure.calls ORDER BY position"
        return [
            (row["role"], row["id"], row["kind"], row["administrator"], row["factors"])
            for row in await self.server.rows(asked)
        ]

    async def forget(self) -> None:
        """Remove the functions, which other tests of the server know nothing of."""
        await self.server.as_superuser(*_FORGET)
