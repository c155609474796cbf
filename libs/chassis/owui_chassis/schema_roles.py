"""A schema per service and the role that owns it, as the administrator of a Postgres makes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg

from owui_chassis.scram import verifier

_SET_SINCE = 16  # the release of Postgres in which being a member and acting as the role became two things


class ProvisionError(Exception):
    """The database cannot be made ready; the message tells why and holds no secret."""


@dataclass(frozen=True)
class SchemaRole:
    """A schema, the role that owns it, and the password of the role (none: it signs in otherwise)."""

    schema: str
    role: str
    password: str | None = field(default=None, repr=False)


def quoted(name: str) -> str:
    """Return a name as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


async def make_role(
    connection: asyncpg.Connection, wanted: SchemaRole, grants: Sequence[str], *, alone: bool
) -> bool:
    """Let a role sign in and create in this database; `alone` when it owns no other schema.

    Return whether the administrator may act for the role, as giving it a schema takes.
    """
    user, superuser, database = await connection.fetchrow(
        "SELECT current_user, rolsuper, current_database() FROM pg_roles WHERE rolname = current_user"
    )
    name = quoted(wanted.role)
    if wanted.role == user:
        return True
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", wanted.role):
        await connection.execute(f"CREATE ROLE {name} LOGIN")
    if wanted.password is not None:
        await connection.execute(f"ALTER ROLE {name} PASSWORD '{verifier(wanted.password)}'")
    for group in grants:
        await connection.execute(f"GRANT {quoted(group)} TO {name}")
    may_act = superuser or await may_act_as(connection, wanted.role)
    # Migrations say CREATE SCHEMA IF NOT EXISTS, and Postgres asks for the right before it looks.
    await connection.execute(f"GRANT CREATE ON DATABASE {quoted(database)} TO {name}")
    if not await connection.fetchval(
        "SELECT has_database_privilege($1, $2, 'CREATE')", wanted.role, database
    ):
        # To whoever may not grant it, Postgres only gives a warning.
        raise ProvisionError(
            f"the database {database} does not belong to {user}, who cannot let roles create in it: "
            f"as its owner, GRANT CREATE ON DATABASE {quoted(database)} TO {name}, or give it to {user}"
        )
    if alone and may_act:
        path = f"{quoted(wanted.schema)}, public"
        await connection.execute(f"ALTER ROLE {name} IN DATABASE {quoted(database)} SET search_path = {path}")
    return may_act


async def may_act_as(connection: asyncpg.Connection, role: str) -> bool:
    """Become a member of a role if that is possible; say whether one may act for it then."""
    kind = "SET" if connection.get_server_version().major >= _SET_SINCE else "MEMBER"
    if await connection.fetchval("SELECT pg_has_role($1, $2)", role, kind):
        return True
    try:
        async with connection.transaction():
            await connection.execute(f"GRANT {quoted(role)} TO CURRENT_USER")
    except asyncpg.InsufficientPrivilegeError:
        # Somebody else has made the role and keeps it.
        return False
    return True


async def make_schema(connection: asyncpg.Connection, wanted: SchemaRole, *, may_give: bool) -> None:
    """Create a schema that belongs to its role; raise ProvisionError when it belongs to another one.

    One that may not be given away is left to the migrations of its service, which make it too.
    """
    if may_give:
        schema, role = quoted(wanted.schema), quoted(wanted.role)
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}")
    owner = await connection.fetchval(
        "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = $1", wanted.schema
    )
    if owner not in {wanted.role, None}:
        raise ProvisionError(
            f"schema {wanted.schema} belongs to the role {owner}, not to {wanted.role}: "
            f"name that role in {wanted.schema.upper()}_DATABASE_URL, or give the schema and all in it away"
        )
