"""A server for the tests of provisioning: as its superuser and its administrators see it."""

import asyncio
from dataclasses import dataclass

import asyncpg
from owui_chassis.database_access import access_of
from owui_chassis.provision import connect, main
from sqlalchemy.engine import URL


@dataclass(frozen=True)
class Server:
    """The test's server, a database that does not exist yet, and names that no other test uses."""

    superuser: URL
    target: URL
    mark: str

    def role(self, schema: str) -> str:
        return f"{schema}_{self.mark}"

    def address(self, role: str, password: str = "") -> str:
        return self.target.set(username=role, password=password or None).render_as_string(hide_password=False)

    def environ(self, **changes: str) -> dict[str, str]:
        return {
            "PROVISION_DATABASE_URL": self.target.render_as_string(hide_password=False),
            "PROVISION_SCHEMAS": "auth,chat",
            "AUTH_DATABASE_URL": self.address(self.role("auth"), "first-password"),
            "CHAT_DATABASE_URL": self.address(self.role("chat"), "second-password"),
            **changes,
        }

    async def ask(self, statement: str, *values: str, role: str = "") -> object:
        connection = await connect(access_of(self.target.set(username=role or self.superuser.username)))
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    async def rows(self, statement: str) -> list[asyncpg.Record]:
        """Return rows from the superuser's own database."""
        connection = await connect(access_of(self.superuser))
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    async def as_superuser(self, *statements: str) -> None:
        """Run statements in the superuser's own database."""
        connection = await connect(access_of(self.superuser))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def administrator(self) -> str:
        """Make an administrator as clouds have it, no superuser; return the database's address as theirs."""
        name = f"admin_{self.mark}"
        await self.as_superuser(
            f"CREATE ROLE {name} LOGIN CREATEROLE CREATEDB",
            f"CREATE ROLE iam_{self.mark}",
            f"GRANT iam_{self.mark} TO {name} WITH ADMIN OPTION",
        )
        return self.address(name)


async def run(environ: dict[str, str]) -> int:
    # The program has an event loop of its own.
    return await asyncio.to_thread(main, environ)
