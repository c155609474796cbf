"""Where Postgres is, and how a service proves who it is."""

from functools import cached_property

from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from owui_chassis.aws_identity import RdsTokens
from owui_chassis.azure_identity import AzureTokens
from owui_chassis.certificates import CertificateError
from owui_chassis.database_access import (
    SSL_MODES,
    DatabaseAccess,
    PasswordFile,
    Passwords,
    access_of,
    async_url,
)
from owui_chassis.declared_settings import SettingsError, setting
from owui_chassis.settings_of.azure import AzureSettings
from owui_chassis.settings_of.outside import OutsideSettings

_PORT = 5432
_WITH_TOKENS = ("azure", "aws")


class DatabaseSettings(OutsideSettings, AzureSettings):
    """Where Postgres is, and how a service proves who it is."""

    database_url: str = setting(
        ("{prefix}DATABASE_URL", "DATABASE_URL"),
        "",
        "Postgres of the service: postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full.",
        secret=True,
    )
    database_host: str = setting("DATABASE_HOST", "", "Host of Postgres, when no address is given.")
    database_port: int = setting("DATABASE_PORT", _PORT, "Port of Postgres, when no address is given.")
    database_name: str = setting("DATABASE_NAME", "", "Database; completes the address.")
    database_user: str = setting(
        ("{prefix}DATABASE_USER", "DATABASE_USER"), "", "Role; wins over that of the address."
    )
    database_password: str = setting(
        ("{prefix}DATABASE_PASSWORD", "DATABASE_PASSWORD"),
        "",
        "Password as it is; wins over that of the address.",
        secret=True,
    )
    database_password_file: str = setting(
        ("{prefix}DATABASE_PASSWORD_FILE", "DATABASE_PASSWORD_FILE"),
        "",
        "File with the password, read for each new connection.",
    )
    database_auth: str = setting(
        "DATABASE_AUTH",
        "password",
        "How the service signs in: password, azure (token of Entra) or aws (token of RDS).",
    )
    database_azure_scope: str = setting(
        "DATABASE_AZURE_SCOPE",
        "https://ossrdbms-aad.database.windows.net/.default",
        "What a token of Entra for Postgres is asked for; other clouds have others.",
    )
    aws_region: str = setting(
        ("AWS_REGION", "AWS_DEFAULT_REGION"), "", "Region of RDS; what the surroundings say when empty."
    )
    database_ssl_mode: str = setting(
        ("DATABASE_SSLMODE", "PGSSLMODE"),
        "",
        f"{', '.join(SSL_MODES)}; that of the address wins; else prefer, with tokens verify-full.",
    )
    database_ssl_root: str = setting(
        ("DATABASE_SSLROOTCERT", "PGSSLROOTCERT"),
        "",
        "File with the certificates that sign those of Postgres; what all clients trust when empty.",
    )
    database_pool_size: int = setting(
        ("{prefix}DATABASE_POOL_SIZE", "DATABASE_POOL_SIZE"),
        10,
        "Connections to Postgres per replica, at most.",
    )

    @cached_property
    def database(self) -> DatabaseAccess:
        """How to get into Postgres; raise SettingsError for an address that is none."""
        if not (self.database_url or self.database_host):
            variable = self.declared["database_url"].names[0]
            raise SettingsError(f"{variable} is not set: it names the Postgres database of the service")
        try:
            url = self._address()
            return access_of(
                url,
                mode=self.database_ssl_mode or self._default_mode(url),
                root=self.database_ssl_root,
                trust=self.trust,
                passwords=self._passwords(url),
            )
        except (ValueError, ArgumentError, CertificateError) as error:
            # What SQLAlchemy says of an address may repeat a password.
            reason = f": {error}" if not isinstance(error, ArgumentError) else ""
            raise SettingsError(
                "DATABASE_URL, or DATABASE_HOST, _PORT, _NAME and _USER, do not name a Postgres such as "
                f"postgresql://USER:PASSWORD@HOST:5432/DATABASE{reason}"
            ) from None

    def check(self) -> None:
        """Raise SettingsError for a way to sign in or a word about TLS that does not exist."""
        super().check()
        if self.database_auth not in {"password", *_WITH_TOKENS}:
            raise SettingsError(f"DATABASE_AUTH is password, azure or aws, not {self.database_auth!r}")
        if self.database_ssl_mode and self.database_ssl_mode not in SSL_MODES:
            raise SettingsError(f"DATABASE_SSLMODE is one of {', '.join(SSL_MODES)}")

    def _address(self) -> URL:
        if self.database_url:
            url = async_url(self.database_url)
        else:
            url = URL.create("postgresql+asyncpg", host=self.database_host or None, port=self.database_port)
        if not (url.host or url.query.get("host")):
            url = url.set(host=self.database_host or None, port=self.database_port)
        return url.set(
            username=self.database_user or url.username,
            password=self.database_password or url.password,
            database=url.database or self.database_name or None,
        )

    def _default_mode(self, url: URL) -> str:
        # A token opens the database to whoever answers, so that must be the right one.
        return "verify-full" if self.database_auth in _WITH_TOKENS and url.host else ""

    def _passwords(self, url: URL) -> Passwords | None:
        if self.database_auth == "azure":
            return AzureTokens(self.azure_identity, self).of(self.database_azure_scope)
        if self.database_auth == "aws":
            return RdsTokens(
                str(url.host), url.port or _PORT, str(url.username), self.aws_region, self
            ).tokens
        return PasswordFile(self.database_password_file) if self.database_password_file else None
