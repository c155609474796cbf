"""Makes a Postgres database ready: itself, its extensions, and for each service a schema with a role.

`python -m owui_chassis.provision` does it once before the migrations of a first start; safe to repeat.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from owui_chassis.database_access import DatabaseAccess
from owui_chassis.errors import ServiceError
from owui_chassis.scram import verifier
from owui_chassis.settings import SettingsError, setting
from owui_chassis.settings_of.database import DatabaseSettings

MAINTENANCE = "postgres"
CONNECT_SECONDS = 10.0
_PAUSE_SECONDS = 0.5
_SET_SINCE = 16  # the release of Postgres in which being a member and acting as the role became two things
_LOCK = "SELECT pg_advisory_{}lock(hashtextextended('owui provision', 0))"


class ProvisionError(Exception):
    """The database cannot be made ready; the message tells why and holds no secret."""


class ProvisionSettings(DatabaseSettings):
    """Read once. The address is the administrator's; the database that it names is the one to make ready."""

    prefix = "PROVISION_"

    schemas: tuple[str, ...] = setting(
        "PROVISION_SCHEMAS",
        (),
        "Schemas to make; role and password of each are those in <SCHEMA>_DATABASE_URL or DATABASE_URL, or "
        "the password is in <SCHEMA>_DATABASE_PASSWORD or DATABASE_PASSWORD.",
    )
    extensions: tuple[str, ...] = setting(
        "PROVISION_EXTENSIONS", ("vector", "pg_trgm", "unaccent"), "Extensions of Postgres to add."
    )
    grants: tuple[str, ...] = setting(
        "PROVISION_GRANTS", (), "Roles that every role made here becomes a member of, such as rds_iam."
    )
    wait: timedelta = setting(
        "PROVISION_WAIT", timedelta(seconds=60), "How long to wait for a server that does not answer yet."
    )


@dataclass(frozen=True)
class SchemaRole:
    """A schema, the role that owns it, and the password of the role (none: it signs in otherwise)."""

    schema: str
    role: str
    password: str | None = field(default=None, repr=False)


def roles_of(schemas: Sequence[str], environ: Mapping[str, str]) -> list[SchemaRole]:
    """Read roles and passwords from what the services are given; raise SettingsError."""
    return [role_of(schema, environ) for schema in schemas]


def role_of(schema: str, environ: Mapping[str, str]) -> SchemaRole:
    """Read the role and the password of one schema; none for a role that signs in with tokens."""
    variables = f"{schema.upper()}_"

    class RoleSettings(DatabaseSettings):
        prefix = variables

    settings = RoleSettings.read(environ)
    url = settings.database.url
    if not url.username:
        raise SettingsError(
            f"{variables}DATABASE_URL names no role: postgresql://ROLE:PASSWORD@HOST/DATABASE"
        )
    password = url.password
    if settings.database_password_file and settings.database_auth == "password":
        password = Path(settings.database_password_file).read_text("utf-8").rstrip("\r\n")
    return SchemaRole(schema, url.username, password)


def quoted(name: str) -> str:
    """Return a name as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


async def connect(
    access: DatabaseAccess, database: str | None = None, wait: timedelta = timedelta()
) -> asyncpg.Connection:
    """Connect, to another database of the same server when one is named; wait for a server that starts."""
    target = access.url.set(drivername="postgresql", database=database or access.url.database)
    options: dict[str, Any] = {} if access.tls is None else {"ssl": access.tls}
    clock = asyncio.get_running_loop().time
    end = clock() + wait.total_seconds()
    while True:
        if access.passwords is not None:
            options["password"] = await access.passwords.current()
        try:
            address = target.render_as_string(hide_password=False)
            return await asyncpg.connect(address, timeout=CONNECT_SECONDS, **options)
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError):
            if clock() >= end:
                raise
            await asyncio.sleep(_PAUSE_SECONDS)


async def provision(
    access: DatabaseAccess,
    roles: Sequence[SchemaRole],
    *,
    extensions: Sequence[str] = (),
    grants: Sequence[str] = (),
    wait: timedelta = timedelta(),
) -> None:
    """Create what is missing and set passwords anew, as the administrator who has this access."""
    try:
        connection = await connect(access, wait=wait)
    except asyncpg.InvalidCatalogNameError:
        await create_database(access)
        connection = await connect(access)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL client_min_messages = warning")
            await connection.execute(_LOCK.format("xact_"))
            for extension in extensions:
                await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {quoted(extension)}")
            for role in roles:
                alone = sum(other.role == role.role for other in roles) == 1
                await make_role(connection, role, grants, alone=alone)
                await make_schema(connection, role)
    finally:
        await connection.close()


async def create_database(access: DatabaseAccess) -> None:
    """Create the database that an address names; one of several that try at the same time does it."""
    name = access.url.database or MAINTENANCE
    connection = await connect(access, MAINTENANCE)
    try:
        # The lock ends with the connection; creating a database is not possible in a transaction.
        await connection.execute(_LOCK.format(""))
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            await connection.execute(f"CREATE DATABASE {quoted(name)}")
    finally:
        await connection.close()


async def make_role(
    connection: asyncpg.Connection, wanted: SchemaRole, grants: Sequence[str], *, alone: bool
) -> None:
    """Let a role sign in and create in this database; `alone` when it owns no other schema."""
    user, superuser, database = await connection.fetchrow(
        "SELECT current_user, rolsuper, current_database() FROM pg_roles WHERE rolname = current_user"
    )
    name = quoted(wanted.role)
    if wanted.role == user:
        return
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", wanted.role):
        await connection.execute(f"CREATE ROLE {name} LOGIN")
    if wanted.password is not None:
        await connection.execute(f"ALTER ROLE {name} PASSWORD '{verifier(wanted.password)}'")
    for group in grants:
        await connection.execute(f"GRANT {quoted(group)} TO {name}")
    kind = "SET" if connection.get_server_version().major >= _SET_SINCE else "MEMBER"
    if not superuser and not await connection.fetchval("SELECT pg_has_role($1, $2)", wanted.role, kind):
        # Giving a schema to a role takes being allowed to act as it.
        await connection.execute(f"GRANT {name} TO CURRENT_USER")
    # Migrations say CREATE SCHEMA IF NOT EXISTS, and Postgres asks for the right before it looks.
    await connection.execute(f"GRANT CREATE ON DATABASE {quoted(database)} TO {name}")
    if alone:
        path = f"{quoted(wanted.schema)}, public"
        await connection.execute(f"ALTER ROLE {name} IN DATABASE {quoted(database)} SET search_path = {path}")


async def make_schema(connection: asyncpg.Connection, wanted: SchemaRole) -> None:
    """Create a schema that belongs to its role; raise ProvisionError when it belongs to another one."""
    schema, role = quoted(wanted.schema), quoted(wanted.role)
    await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}")
    owner = await connection.fetchval(
        "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = $1", wanted.schema
    )
    if owner != wanted.role:
        raise ProvisionError(
            f"schema {wanted.schema} belongs to the role {owner}, not to {wanted.role}: "
            f"name that role in {wanted.schema.upper()}_DATABASE_URL, or give the schema and all in it away"
        )


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Make the database ready as the environment says; 1 with one line of reason when that fails."""
    try:
        settings = ProvisionSettings.read(environ)
        roles = roles_of(settings.schemas, environ)
        work = provision(
            settings.database,
            roles,
            extensions=settings.extensions,
            grants=settings.grants,
            wait=settings.wait,
        )
        asyncio.run(work)
    except (
        SettingsError, ProvisionError, ServiceError, ValueError, OSError, asyncpg.PostgresError,
        asyncpg.InterfaceError,
    ) as error:  # fmt: skip
        sys.stderr.write(f"the database cannot be made ready: {type(error).__name__}: {error}\n")
        return 1
    made = ", ".join(f"{role.schema} ({role.role})" for role in roles) or "no schema of its own"
    sys.stdout.write(f"the database is ready: {made}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
