"""Postgres over TLS, behind passwords that change and tokens that end."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from owui_chassis.database import Database
from owui_chassis.errors import Unavailable
from owui_chassis.settings import ServiceSettings, SettingsError
from owui_chassis.statements import Statement
from owui_testkit.certificates import Authority
from owui_testkit.fake_entra import FakeEntra, fake_entra
from owui_testkit.tls_postgres import TlsPostgres, tls_postgres

PASSWORD = "a/p@ss:w%ord'?#"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def postgres(authority: Authority) -> Iterator[TlsPostgres]:
    with tls_postgres(authority.server()) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def entra() -> AsyncIterator[FakeEntra]:
    async with fake_entra() as running:
        yield running


def settings(postgres: TlsPostgres, **environ: str) -> ServiceSettings:
    given = {
        "WEBUI_SECRET_KEY": "a-long-enough-secret",
        "DATABASE_HOST": "127.0.0.1",
        "DATABASE_PORT": str(postgres.port),
        "DATABASE_NAME": "postgres",
        "DATABASE_USER": "app",
        **environ,
    }
    return ServiceSettings.read(given)


def opened(postgres: TlsPostgres, **environ: str) -> Database:
    return Database(settings(postgres, **environ).database, "public", 3)


class TestEncryption:
    async def test_is_verified_against_the_authority(
        self, postgres: TlsPostgres, authority: Authority
    ) -> None:
        await postgres.set_password("app", PASSWORD)
        full = {"DATABASE_PASSWORD": PASSWORD, "DATABASE_SSLMODE": "verify-full"}
        for trusting in ("DATABASE_SSLROOTCERT", "SSL_CERT_FILE"):
            async with opened(postgres, **full, **{trusting: str(authority.bundle)}) as database:
                found = await database.first(Statement("SELECT current_user AS name"))
                assert found is not None
                assert found.name == "app"
        async with opened(postgres, **full) as database:
            with pytest.raises(ssl.SSLCertVerificationError):
                await database.ping()

    async def test_words_of_libpq_in_the_address_count(
        self, postgres: TlsPostgres, authority: Authority
    ) -> None:
        await postgres.set_password("app", "plain")
        base = f"postgres://app:plain@127.0.0.1:{postgres.port}/postgres?sslmode="
        for words in ("require", "verify-ca&sslrootcert=" + str(authority.bundle), "prefer"):
            async with opened(postgres, DATABASE_URL=base + words) as database:
                await database.ping()
        async with opened(postgres, DATABASE_URL=f"{base}verify-ca") as database:
            with pytest.raises(ssl.SSLCertVerificationError):
                await database.ping()
        async with opened(postgres, DATABASE_URL=f"{base}disable") as database:
            with pytest.raises(Exception, match="no encryption"):
                await database.ping()


class TestPasswordFile:
    async def test_is_read_for_each_connection(
        self, postgres: TlsPostgres, authority: Authority, tmp_path: Path
    ) -> None:
        file = tmp_path / "password"
        file.write_text("first\n")
        await postgres.set_password("app", "first")
        environ = {"DATABASE_PASSWORD_FILE": str(file), "SSL_CERT_FILE": str(authority.bundle)}
        async with opened(postgres, **environ) as database:
            await database.ping()
            file.write_text("second")
            await postgres.set_password("app", "second")
            await postgres.end_connections("app")
            await database.ping()


class TestTokensOfEntra:
    async def test_that_end_soon_keep_the_pool_working(
        self, postgres: TlsPostgres, authority: Authority, entra: FakeEntra, tmp_path: Path
    ) -> None:
        entra.lifetime = 1

        async def rotate(token: str) -> None:
            await postgres.set_password("app", token)

        entra.on_token = rotate
        environ = {
            "DATABASE_AUTH": "azure",
            "SSL_CERT_FILE": str(authority.bundle),
            **entra.environ(entra.write_assertion(tmp_path / "token")),
        }
        async with opened(postgres, **environ) as database:
            for _ in range(12):
                await asyncio.gather(*(database.ping() for _ in range(6)))
                await postgres.end_connections("app")
                await asyncio.sleep(0.3)
        assert 3 <= len(entra.tokens) <= 12
        assert {form["scope"] for form in entra.asked} == {
            "https://ossrdbms-aad.database.windows.net/.default"
        }

    async def test_that_is_refused_is_replaced_at_once(
        self, postgres: TlsPostgres, authority: Authority, entra: FakeEntra, tmp_path: Path
    ) -> None:
        environ = {
            "DATABASE_AUTH": "azure",
            "SSL_CERT_FILE": str(authority.bundle),
            **entra.environ(entra.write_assertion(tmp_path / "token")),
        }

        async def rotate(token: str) -> None:
            await postgres.set_password("app", token)

        entra.on_token = rotate
        async with opened(postgres, **environ) as database:
            await database.ping()
            await database.ping()
            assert len(entra.tokens) == 1
            await postgres.set_password("app", "something else")
            await postgres.end_connections("app")
            await database.ping()
            assert len(entra.tokens) == 2

    @pytest.mark.parametrize("claims", [{"aud": "somebody"}, {"sub": "another:account"}, {"exp": 1}])
    async def test_for_somebody_else_are_not_given(
        self, postgres: TlsPostgres, entra: FakeEntra, tmp_path: Path, claims: dict[str, object]
    ) -> None:
        environ = entra.environ(entra.write_assertion(tmp_path / "token", **claims))
        async with opened(postgres, DATABASE_AUTH="azure", **environ) as database:
            with pytest.raises(Unavailable, match="Entra gave no token"):
                await database.ping()
        assert entra.tokens == []

    async def test_are_not_sent_to_a_server_that_cannot_prove_itself(
        self, postgres: TlsPostgres, entra: FakeEntra, tmp_path: Path
    ) -> None:
        environ = entra.environ(entra.write_assertion(tmp_path / "token"))
        async with opened(postgres, DATABASE_AUTH="azure", **environ) as database:
            with pytest.raises(ssl.SSLCertVerificationError):
                await database.ping()


class TestSettings:
    @pytest.mark.parametrize(
        ("environ", "words"),
        [
            ({"DATABASE_AUTH": "kerberos"}, "DATABASE_AUTH is password, azure or aws"),
            ({"DATABASE_SSLMODE": "on"}, "DATABASE_SSLMODE is one of"),
            ({"DATABASE_URL": "postgresql://h/d?sslmode=on"}, "sslmode is one of"),
            ({"DATABASE_URL": "postgresql://h/d?channel_binding=require"}, "channel_binding=require"),
            ({"DATABASE_URL": "no address"}, "DATABASE_URL, or DATABASE_HOST"),
            ({"DATABASE_SSLMODE": "verify-full", "DATABASE_SSLROOTCERT": "/none"}, "/none cannot be read"),
            ({"SSL_CERT_FILE": "/none"}, "SSL_CERT_FILE: /none cannot be read"),
            ({"AZURE_TOKEN_CREDENTIALS": "dev"}, "AZURE_TOKEN_CREDENTIALS is Workload"),
            ({"AZURE_TOKEN_CREDENTIALS": "WorkloadIdentityCredential"}, "AZURE_FEDERATED_TOKEN_FILE is not"),
        ],
    )
    def test_that_cannot_be_are_refused_by_name(
        self, postgres: TlsPostgres, environ: dict[str, str], words: str
    ) -> None:
        with pytest.raises(SettingsError, match=words):
            assert settings(postgres, **environ).database

    def test_a_service_without_an_address_is_told_the_variable(self) -> None:
        with pytest.raises(SettingsError, match="DATABASE_URL is not set"):
            assert ServiceSettings.read({"WEBUI_SECRET_KEY": "a-long-enough-secret"}).database

    def test_names_of_a_service_win(self) -> None:
        class AuthLike(ServiceSettings):
            prefix = "AUTH_"

        url = AuthLike.read(
            {
                "WEBUI_SECRET_KEY": "a-long-enough-secret",
                "DATABASE_URL": "postgresql://all:theirs@h:1/d",
                "AUTH_DATABASE_USER": "auth_app",
                "AUTH_DATABASE_PASSWORD": "a/b@c",
            }
        ).database.url
        assert (url.username, url.password, url.host, url.port, url.database) == (
            "auth_app",
            "a/b@c",
            "h",
            1,
            "d",
        )
