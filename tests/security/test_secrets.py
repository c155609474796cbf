"""Secrets stay where they belong: in no log, in no answer to people who are no administrators."""

import re

from owui_local.provision import SCHEMAS

from tests.integration.clients.people import PASSWORD, Person
from tests.integration.world import FIRST_KEY, SECOND_KEY, World

from .matrix import routes
from .test_access_matrix import secret_of

MARKED = "a very private sentence 4711"


def redis_password(world: World) -> str:
    """The password of the embedded Redis."""
    lines = (world.data_dir / "secrets").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)["REDIS_PASSWORD"]


class TestAnswers:
    async def test_no_answer_to_a_user_holds_a_key_of_a_provider(self, platform: World, ada: Person) -> None:
        secrets = {FIRST_KEY, SECOND_KEY, secret_of(platform), redis_password(platform)}
        for route in routes():
            if route.verb == "GET" and route.template != "/api/v1/auths/signout":
                for rest in (ada.rest, platform.nobody):
                    text = (await rest.get(route.path)).body.decode("utf-8", "replace")
                    assert not [secret for secret in secrets if secret in text], route
        for path in ("/metrics", "/ready", "/health", "/openapi.json", "/manifest.json"):
            text = (await platform.nobody.get(path)).body.decode()
            assert not [secret for secret in secrets if secret in text], path

    async def test_passwords_and_their_hashes_are_in_no_answer_to_anybody(self, platform: World) -> None:
        for path in ("/api/v1/users/", "/api/v1/users/all", "/api/v1/auths/", "/api/v1/auths/admin/config"):
            text = (await platform.admin.rest.get(path)).body.decode()
            assert PASSWORD not in text
            assert "$argon2" not in text
            assert "$2b$" not in text

    async def test_the_database_holds_digests(self, platform: World, ada: Person) -> None:
        key = await ada.api_key()
        columns = await platform.query(
            "SELECT table_schema AS s, table_name AS t, column_name AS c FROM information_schema.columns "
            "WHERE table_schema = ANY($1) AND data_type IN ('text', 'character varying', 'jsonb', 'json')",
            list(SCHEMAS),
        )
        for row in columns:
            found = await platform.query(
                f'SELECT 1 FROM "{row["s"]}"."{row["t"]}" WHERE "{row["c"]}"::text LIKE ANY($1) LIMIT 1',  # noqa: S608 - names of our tables
                [f"%{secret}%" for secret in (key, PASSWORD, ada.token)],
            )
            assert not found, tuple(row)


class TestLogs:
    async def test_hold_no_secret_after_all_that_went_before(self, platform: World, ada: Person) -> None:
        key, second = await ada.api_key(), await ada.sign_in()
        wrong = {"email": ada.email, "password": f"{PASSWORD} but wrong"}
        await platform.nobody.post(
            "/api/v1/auths/signin", wrong, headers={"X-Forwarded-For": "203.0.113.250"}
        )
        for credential in (key, second.token):
            await platform.nobody.get(f"/api/v1/auths/?token={credential}")
            await platform.nobody.get("/api/models", headers={"x-api-key": credential})
            await platform.nobody.get("/api/models", headers={"Cookie": f"token={credential}"})
        async with ada.socket() as socket:
            chat = await ada.converse(question=MARKED)
            await socket.ended(await ada.ask(chat, socket.sid))
        await platform.admin.rest.post(
            "/openai/verify", {"url": "http://127.0.0.1:9/v1", "key": "verify-secret"}
        )
        text = platform.logs()
        assert len(text) > 1000
        secrets = {
            "password": PASSWORD,
            "token": second.token,
            "first token": ada.token,
            "token of the administrator": platform.admin.token,
            "API key": key,
            "key of a provider": FIRST_KEY,
            "key of another provider": SECOND_KEY,
            "key that was tried": "verify-secret",
            "secret of all tokens": secret_of(platform),
            "password of Redis": redis_password(platform),
            "what people write": MARKED,
        }
        assert [name for name, secret in secrets.items() if secret in text] == []
        # Nor one of the keys and tokens that any test before has made.
        assert re.findall(r"sk-[0-9A-Za-z_-]{20,}", text) == []
        assert re.findall(r"eyJ[0-9A-Za-z_-]+\.eyJ[0-9A-Za-z_-]+\.[0-9A-Za-z_-]{20,}", text) == []

    async def test_hold_no_traceback(self, platform: World) -> None:
        found = re.findall(r"Traceback[\s\S]{0,1500}", platform.logs())
        assert found == []
