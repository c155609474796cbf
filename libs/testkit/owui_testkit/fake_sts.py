"""A token service of AWS that gives one role to one pod."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from owui_testkit.certificates import ServerFiles

ROLE, TOKEN = "arn:aws:iam::123456789012:role/owui", "token-of-the-pod"
_UNSET = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_CA_BUNDLE")


class FakeSts:
    """Gives credentials to who brings the token of the pod."""

    def __init__(self, key: str, secret: str, session: str) -> None:
        self.url = ""
        self.asked = 0
        self.key, self.secret, self.session = key, secret, session

    def environ(self, file: Path, region: str) -> dict[str, str]:
        """Return the variables that EKS injects; those that are empty have to be unset."""
        return {
            "AWS_ROLE_ARN": ROLE,
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(file),
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_CONFIG_FILE": "/none",
            "AWS_SHARED_CREDENTIALS_FILE": "/none",
            "AWS_EC2_METADATA_DISABLED": "true",
            **dict.fromkeys(_UNSET, ""),
        }

    async def answer(self, request: web.Request) -> web.Response:
        """Answer AssumeRoleWithWebIdentity."""
        form = await request.post()
        self.asked += 1
        if (
            form["Action"] != "AssumeRoleWithWebIdentity"
            or form["WebIdentityToken"] != TOKEN
            or form["RoleArn"] != ROLE
        ):
            body = "<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>"
            return web.Response(status=400, text=body, content_type="text/xml")
        text = (
            '<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            "<AssumeRoleWithWebIdentityResult><Credentials>"
            f"<AccessKeyId>{self.key}</AccessKeyId><SecretAccessKey>{self.secret}</SecretAccessKey>"
            f"<SessionToken>{self.session}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
            "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
        )
        return web.Response(text=text, content_type="text/xml")


@contextlib.asynccontextmanager
async def fake_sts(
    files: ServerFiles,
    key: str = "ASIATESTS",
    secret: str = "secret-of-the-role",  # noqa: S107 - of nobody
    session: str = "session-of-the-role",
) -> AsyncIterator[FakeSts]:
    """Yield a service behind TLS that gives these credentials."""
    fake, app = FakeSts(key, secret, session), web.Application()
    app.router.add_post("/", fake.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=files.context()).start()
    fake.url = f"https://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
