"""The services of this edition: their names, their packages, their migrations."""

import asyncio
import os
import sys
from collections.abc import Mapping

from owui_chassis import migrations

from owui_local.errors import LocalError

# In the order in which they start; each has a schema of its name.
SERVICES = ("auth", "model-proxy", "rag", "chat")


def snake(service: str) -> str:
    """Return the name of its schema, and of its package after "owui_"."""
    return service.replace("-", "_")


def package(service: str) -> str:
    """Return the name of its Python package."""
    return f"owui_{snake(service)}"


def database_variable(service: str) -> str:
    """Return the environment variable that names its database."""
    return f"{snake(service).upper()}_DATABASE_URL"


async def migrate_all(environ: Mapping[str, str]) -> None:
    """Bring every schema to its newest revision."""
    await asyncio.gather(*(migrate(service, environ) for service in SERVICES))


async def migrate(service: str, environ: Mapping[str, str]) -> None:
    """Migrate one schema; a process of its own keeps Alembic (20 MB) out of ours."""
    url = environ[database_variable(service)]
    if await migrations.is_current(package(service), snake(service), url):
        return
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"{package(service)}.migrate",
        env={**os.environ, database_variable(service): url, "PYTHONSAFEPATH": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        lines = output.decode(errors="replace").strip().splitlines()
        raise LocalError(
            f"The database of {service} cannot be migrated: {lines[-1] if lines else 'no reason given'}"
        )
