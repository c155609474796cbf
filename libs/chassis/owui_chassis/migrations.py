"""Schema migrations: one process migrates, all others wait or find that nothing is to be done.

A service keeps Alembic revisions in `migrations/versions/NNNN_subject.py` with revision "NNNN".
"""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from owui_chassis.database_access import DatabaseAccess, access_of
from owui_chassis.settings import SettingsError
from owui_chassis.settings_of.database import DatabaseSettings

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = logging.getLogger(__name__)
LOCK_SECONDS = 600

_SETTING_TABLE = """
CREATE TABLE IF NOT EXISTS {schema}.setting (
    name text PRIMARY KEY,
    value text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    updated_by text NOT NULL DEFAULT '',
    updated_at timestamptz NOT NULL DEFAULT now()
)
"""


def head(package: str) -> str:
    """Return the newest revision that a package carries."""
    names = sorted(path.name[:4] for path in _versions(package).glob("[0-9]*.py"))
    return names[-1] if names else ""


def _versions(package: str) -> Path:
    return Path(str(files(package))) / "migrations" / "versions"


def _engine(where: str | DatabaseAccess) -> AsyncEngine:
    access = access_of(where) if isinstance(where, str) else where
    # A server that only notices at the end of a long statement that its migrator was killed would block the
    # next one until then.
    watch = {"client_connection_check_interval": "1000"}
    return create_async_engine(
        access.url,
        poolclass=NullPool,
        connect_args={**access.arguments(), "server_settings": watch, "timeout": 10},
    )


async def is_current(package: str, schema: str, where: str | DatabaseAccess) -> bool:
    """Whether the schema is at the package's head (or beyond, when a newer release has migrated it)."""
    engine = _engine(where)
    try:
        async with engine.connect() as connection:
            return await _revision(connection, schema) >= head(package)
    finally:
        await engine.dispose()


async def _revision(connection: AsyncConnection, schema: str) -> str:
    table = f"{schema}.alembic_version"
    if (await connection.execute(text("SELECT to_regclass(:table)"), {"table": table})).scalar() is None:
        return ""
    found = (await connection.execute(text(f"SELECT version_num FROM {table}"))).scalar()  # noqa: S608 - our name
    return found or ""


async def migrate(package: str, schema: str, where: str | DatabaseAccess) -> bool:
    """Bring the schema to the head of the package; return whether there was anything to do.

    An advisory lock lets one of many starting replicas do it; each revision is one transaction, so a
    migration that was killed goes on where the last committed revision ended. One at a time per process:
    Alembic's operations find their connection in a global variable.
    """
    if await is_current(package, schema, where):
        return False
    engine = _engine(where)
    try:
        async with engine.connect() as guard:
            await guard.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
            key = {"key": f"owui migrations {schema}"}
            await guard.execute(text("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
            await guard.commit()
            if await _revision(guard, schema) >= head(package):
                return False
            await guard.commit()
            async with engine.connect() as connection:
                await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
                await connection.execute(text(f"SET search_path TO {schema}, public"))
                await connection.execute(text(_SETTING_TABLE.format(schema=schema)))
                await connection.commit()
                await connection.run_sync(_upgrade, package, schema)
                await connection.commit()
        log.info("schema %s migrated to %s", schema, head(package))
        return True
    finally:
        await engine.dispose()


def _upgrade(connection: "Connection", package: str, schema: str) -> None:
    # Alembic costs 20 MB and 150 ms; a replica whose schema is current never imports it.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(_versions(package).parent))

    def steps(revision: object, _context: object) -> object:
        return scripts._upgrade_revs("head", revision)  # type: ignore[arg-type]  # the hook Alembic's own command uses

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(
            connection=connection, version_table_schema=schema, transaction_per_migration=True
        )
        with environment.begin_transaction():
            environment.run_migrations()


def access_from(environ: Mapping[str, str], prefix: str) -> DatabaseAccess:
    """Return how the service with this prefix gets into its database; raise SettingsError."""
    own = prefix

    class MigrationSettings(DatabaseSettings):
        prefix = own

    return MigrationSettings.read(environ).database


def main(package: str, schema: str, url_variables: tuple[str, ...]) -> int:
    """Run as `python -m owui_x.migrate`; the exit code is 1 with one line of reason when it fails."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        access = access_from(os.environ, url_variables[0].removesuffix("DATABASE_URL"))
        changed = asyncio.run(migrate(package, schema, access))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Exception as error:
        log.debug("migration failed", exc_info=True)
        sys.stderr.write(f"migrating schema {schema} failed: {type(error).__name__}: {error}\n")
        return 1
    sys.stdout.write(f"schema {schema}: {'migrated to' if changed else 'already at'} {head(package)}\n")
    return 0
