"""Signing in to RDS with the identity of a pod: its token is exchanged for what signs the password."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from owui_chassis.aws_identity import RdsTokens
from owui_chassis.database import Database
from owui_chassis.errors import Unavailable
from owui_chassis.settings import ServiceSettings
from owui_testkit.certificates import Authority
from owui_testkit.fake_sts import FakeSts, fake_sts
from owui_testkit.tls_postgres import tls_postgres

HOST, PORT, REGION = "db.example", 5432, "eu-central-1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest_asyncio.fixture(loop_scope="module")
async def sts(authority: Authority) -> AsyncIterator[FakeSts]:
    async with fake_sts(authority.server("sts")) as running:
        yield running


@pytest.fixture(autouse=True)
def pod(sts: FakeSts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The variables that EKS injects, and nothing else of AWS."""
    file = tmp_path / "token"
    file.write_text("token-of-the-pod")
    for name, text in sts.environ(file, REGION).items():
        if text:
            monkeypatch.setenv(name, text)
        else:
            monkeypatch.delenv(name, raising=False)
    return file


def settings(**environ: str) -> ServiceSettings:
    return ServiceSettings.read({"WEBUI_SECRET_KEY": "a-long-enough-secret", **environ})


def is_signed_by(token: str, credentials: Credentials) -> bool:
    """Work the signature out anew from what the token says."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(f"https://{token}").query).items()}
    request = AWSRequest("GET", f"https://{token.partition('?')[0]}")
    request.context["timestamp"] = query["X-Amz-Date"]
    request.url += f"?Action=connect&DBUser={query['DBUser']}"
    auth = SigV4QueryAuth(credentials, "rds-db", REGION, expires=int(query["X-Amz-Expires"]))
    auth._inject_signature_to_request = lambda request, signature: request  # type: ignore[method-assign]  # only its parts
    auth._modify_request_before_signing(request)
    canonical = auth.canonical_request(request)
    return auth.signature(auth.string_to_sign(request, canonical), request) == query["X-Amz-Signature"]


class TestTokens:
    async def test_are_signed_with_the_role_of_the_pod(self, sts: FakeSts, authority: Authority) -> None:
        outside = settings(SSL_CERT_FILE=str(authority.bundle))
        tokens = RdsTokens(HOST, PORT, "app", "", outside).tokens
        token = await tokens.current()
        query = parse_qs(urlsplit(f"https://{token}").query)
        assert token.startswith(f"{HOST}:{PORT}/?")
        assert query["Action"] == ["connect"]
        assert query["DBUser"] == ["app"]
        assert query["X-Amz-Expires"] == ["900"]
        assert query["X-Amz-Security-Token"] == [sts.session]
        assert query["X-Amz-Credential"][0].split("/")[0] == sts.key
        assert query["X-Amz-Credential"][0].endswith(f"/{REGION}/rds-db/aws4_request")
        assert is_signed_by(token, Credentials(sts.key, sts.secret, sts.session))
        assert not is_signed_by(token, Credentials(sts.key, "another", sts.session))
        assert await tokens.current() == token
        assert sts.asked == 1

    async def test_are_not_given_to_another_pod(self, sts: FakeSts, authority: Authority, pod: Path) -> None:
        pod.write_text("forged")  # noqa: ASYNC240 - a moment in a test
        outside = settings(SSL_CERT_FILE=str(authority.bundle))
        with pytest.raises(Unavailable, match="AWS gives no credentials"):
            await RdsTokens(HOST, PORT, "app", REGION, outside).tokens.current()
        assert sts.asked

    async def test_are_not_asked_of_a_service_that_is_not_trusted(self, sts: FakeSts) -> None:
        with pytest.raises(Unavailable, match="AWS gives no credentials"):
            await RdsTokens(HOST, PORT, "app", REGION, settings()).tokens.current()
        assert sts.asked == 0

    async def test_let_a_service_into_postgres(self, sts: FakeSts, authority: Authority) -> None:
        with tls_postgres(authority.server("postgres")) as server:
            given = settings(
                DATABASE_AUTH="aws",
                DATABASE_URL=f"postgresql://app@127.0.0.1:{server.port}/postgres",
                SSL_CERT_FILE=str(authority.bundle),
            )
            passwords = given.database.passwords
            assert passwords is not None
            # What RDS does when it checks the signature.
            await server.set_password("app", await passwords.current())
            async with Database(given.database, "public", 2) as database:
                await database.ping()
