"""What every service finds in Postgres: one database, one schema and one role each, the extensions."""

from owui_chassis.database_access import access_of
from owui_chassis.provision import ProvisionSettings
from owui_chassis.provision import provision as make_ready
from owui_chassis.schema_roles import SchemaRole

DATABASE = "owui"
SCHEMAS = ("auth", "chat", "model_proxy", "rag")
EXTENSIONS: tuple[str, ...] = ProvisionSettings.declared["extensions"].default


async def provision(host: str) -> None:
    """Create what is missing; safe to repeat. `host` is the folder of the server's socket."""
    # Without passwords: the server asks the kernel who we are.
    roles = [SchemaRole(schema, role_of(schema)) for schema in SCHEMAS]
    await make_ready(access_of(database_url(host)), roles, extensions=EXTENSIONS)


def role_of(schema: str) -> str:
    """Return the name of the role that owns a schema."""
    return f"{schema}_app"


def database_url(host: str, schema: str | None = None, database: str = DATABASE) -> str:
    """Return the SQLAlchemy address of a database, as the role of that schema or as the superuser."""
    role = role_of(schema) if schema else "postgres"
    return f"postgresql+asyncpg://{role}@/{database}?host={host}"
