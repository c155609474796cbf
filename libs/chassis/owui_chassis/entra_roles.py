"""Roles in Postgres for identities in Entra, made with the functions that Azure's Postgres has for that.

They are in the database `postgres` alone, and only an administrator whom Entra knows may call them.
"""

from collections.abc import Mapping, Sequence

import asyncpg

# Neither an administrator nor one who has to prove more than the token.
_BY_NAME = "SELECT pg_catalog.pgaadauth_create_principal($1, false, false)"
_BY_ID = "SELECT pg_catalog.pgaadauth_create_principal_with_oid($1, $2, 'service', false, false)"


async def make_entra_roles(
    connection: asyncpg.Connection, roles: Sequence[str], principals: Mapping[str, str]
) -> None:
    """Create the roles that are missing, over a connection to the database `postgres`.

    `principals` has object ids of identities by role; a role without one is for the identity of its name.
    Raises asyncpg.UndefinedFunctionError where the server knows nothing of Entra.
    """
    for role in roles:
        if await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
            continue
        if role in principals:
            await connection.execute(_BY_ID, role, principals[role])
        else:
            await connection.execute(_BY_NAME, role)
