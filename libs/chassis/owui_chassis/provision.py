"""Makes a Postgres database ready: itself, its extensions, and for each service a schema with a role.

`python -m owui_chassis.provision` does it once before the migrations of a first start; safe to repeat.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from owui_chassis.database_access import DatabaseAccess
from owui_chassis.entra_roles import make_entra_roles
from owui_chassis.errors import ServiceError
from owui_chassis.schema_roles import ProvisionError, SchemaRole, make_role, make_schema, quoted
from owui_chassis.settings import SettingsError, setting
from owui_chassis.settings_of.database import DatabaseSettings

MAINTENANCE = "postgres"
CONNECT_SECONDS = 10.0
_PAUSE_SECONDS = 0.5
_LOCK = "SELECT pg_advisory_{}lock(hashtextextended('owui provision', 0))"


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
    roles: str = setting(
        "PROVISION_ROLES",
        "local",
        "How missing roles are made: local (CREATE ROLE), or entra (by Azure's Postgres, for identities that "
        "sign in with tokens of Entra).",
    )
    principals: dict[str, str] = setting(
        "PROVISION_PRINCIPALS",
        {},
        'Object ids of identities in Entra, by role: {"owui-auth": "ID"}; a role without one is for the '
        "identity of its name, which then has to be the only one in the tenant.",
    )
    wait: timedelta = setting(
        "PROVISION_WAIT", timedelta(seconds=60), "How long to wait for a server that does not answer yet."
    )

    @property
    def entra(self) -> Mapping[str, str] | None:
        """Object ids by role, where roles are made from identities in Entra."""
        return self.principals if self.roles == "entra" else None

    def check(self) -> None:
        """Raise SettingsError for a kind of roles that does not exist."""
        super().check()
        if self.roles not in {"local", "entra"}:
            raise SettingsError(f"PROVISION_ROLES is local or entra, not {self.roles!r}")


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
    entra: Mapping[str, str] | None = None,
    wait: timedelta = timedelta(),
) -> None:
    """Create what is missing and set passwords anew, as the administrator who has this access.

    With `entra` (object ids by role) missing roles are made from identities.
    """
    try:
        connection = await connect(access, wait=wait)
    except asyncpg.InvalidCatalogNameError:
        await create_database(access)
        connection = await connect(access)
    try:
        if entra is not None:
            await create_entra_roles(access, roles, entra)
        async with connection.transaction():
            await connection.execute("SET LOCAL client_min_messages = warning")
            await connection.execute(_LOCK.format("xact_"))
            for extension in extensions:
                await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {quoted(extension)}")
            for role in roles:
                alone = sum(other.role == role.role for other in roles) == 1
                may_give = await make_role(connection, role, grants, alone=alone)
                await make_schema(connection, role, may_give=may_give)
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


async def create_entra_roles(
    access: DatabaseAccess, roles: Sequence[SchemaRole], principals: Mapping[str, str]
) -> None:
    """Create missing roles from identities; one of several that try at the same time does it."""
    connection = await connect(access, MAINTENANCE)
    try:
        # Locks are those of one database, so that this is not the one that is taken for the rest.
        await connection.execute(_LOCK.format(""))
        await make_entra_roles(connection, [one.role for one in roles], principals)
    except asyncpg.UndefinedFunctionError:
        raise ProvisionError(
            "PROVISION_ROLES is entra, and the server cannot make roles from identities: it has to be an "
            "Azure Database for PostgreSQL with Microsoft Entra sign-in, and the administrator one of Entra"
        ) from None
    finally:
        await connection.close()


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
            entra=settings.entra,
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
