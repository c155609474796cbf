"""A Postgres that is reached over TLS and asks for passwords."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from owui_local.listening import free_ports
from owui_local.postgres import EmbeddedPostgres
from owui_local.provision import database_url

from owui_testkit.certificates import ServerFiles
from owui_testkit.stores import execute, temporary_folders

_RULES = "local all all peer map=owui\nhostssl all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True)
class TlsPostgres:
    """Roles sign in at 127.0.0.1:`port` with passwords; `superuser_url` leads through a socket."""

    port: int
    superuser_url: str

    async def set_password(self, role: str, password: str) -> None:
        """Create a role or change its password."""
        secret = password.replace("'", "''")
        await execute(
            self.superuser_url,
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f"THEN CREATE ROLE {role} LOGIN; END IF; END $$",
            f"ALTER ROLE {role} PASSWORD '{secret}'",
        )

    async def end_connections(self, role: str) -> None:
        """End all connections of a role and wait for their end."""
        await execute(
            self.superuser_url,
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{role}'",  # noqa: S608 - a test's
        )


@contextlib.contextmanager
def tls_postgres(files: ServerFiles) -> Iterator[TlsPostgres]:
    """Yield a server with this certificate."""
    with temporary_folders() as (folder, sockets):
        server = EmbeddedPostgres(folder / "postgres", sockets, folder / "postgres.log", durable=False)
        server.prepare()
        own = []
        for name, source in (("ssl_cert_file", files.certificate), ("ssl_key_file", files.key)):
            target = Path(server.folder) / source.name
            shutil.copyfile(source, target)
            target.chmod(0o600)
            if server.account.switch:
                shutil.chown(target, server.account.uid, server.account.gid)
            own += ["-c", f"{name}={source.name}"]
        (server.folder / "pg_hba.conf").write_text(_RULES)
        [port] = free_ports(1)
        own += ["-c", "ssl=on", "-c", "listen_addresses=127.0.0.1", "-c", f"port={port}"]
        server.process.command = [*server.process.command, *own]
        server.start()
        try:
            server.wait_ready()
            url = f"{database_url(str(sockets), database='postgres')}&port={port}"
            yield TlsPostgres(port, url)
        finally:
            server.stop()
