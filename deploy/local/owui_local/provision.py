"""What every service finds in Postgres: one database, one schema and one role each, the extensions."""

import asyncpg

DATABASE = "owui"
SCHEMAS = ("auth", "chat", "model_proxy", "rag")
EXTENSIONS = ("vector", "pg_trgm", "unaccent")


async def provision(host: str) -> None:
    """Create what is missing; safe to repeat. `host` is the folder of the server's socket."""
    connection = await asyncpg.connect(host=host, user="postgres", database="postgres", timeout=20)
    try:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await connection.close()
    connection = await asyncpg.connect(host=host, user="postgres", database=DATABASE, timeout=20)
    try:
        await connection.execute(statements())
    finally:
        await connection.close()


def statements() -> str:
    """Return the SQL that brings an empty or older database to the wanted state, as one transaction."""
    lines = ["BEGIN;", "SET LOCAL client_min_messages = warning;"]
    lines += [f"CREATE EXTENSION IF NOT EXISTS {extension};" for extension in EXTENSIONS]
    for schema in SCHEMAS:
        lines += [
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{schema}_app') "
            f"THEN CREATE ROLE {schema}_app LOGIN; END IF; END $$;",
            f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {schema}_app;",
            # Migrations say CREATE SCHEMA IF NOT EXISTS, and Postgres asks for the right before it looks.
            f"GRANT CREATE ON DATABASE {DATABASE} TO {schema}_app;",
            f"ALTER ROLE {schema}_app IN DATABASE {DATABASE} SET search_path = {schema}, public;",
        ]
    return "\n".join([*lines, "COMMIT;"])


def database_url(host: str, schema: str | None = None, database: str = DATABASE) -> str:
    """Return the SQLAlchemy address of a database, as the role of that schema or as the superuser."""
    role = f"{schema}_app" if schema else "postgres"
    return f"postgresql+asyncpg://{role}@/{database}?host={host}"
