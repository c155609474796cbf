"""What browsers are given: no script of a stranger, no way out to another site, headers that say no."""

import base64

import pytest

from tests.integration.clients.people import Person
from tests.integration.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
SCRIPT = "<script>alert(1)</script>"
PICTURES = [
    "javascript:alert(1)",
    "data:text/html;base64," + base64.b64encode(SCRIPT.encode()).decode(),
    "data:image/svg+xml;base64," + base64.b64encode(f"<svg>{SCRIPT}</svg>".encode()).decode(),
    "data:image/svg+xml," + SCRIPT,
    "data:image/png;base64," + base64.b64encode(SCRIPT.encode()).decode(),
    "data:image/png;charset=text/html;base64," + base64.b64encode(PNG).decode(),
    "DATA:text/html," + SCRIPT,
    "//evil.example.com/x.png",
    "/\\evil.example.com/x.png",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "https://user:password@evil.example.com/",
    "vbscript:x",
    "\tjavascript:alert(1)",
]


class TestPictures:
    @pytest.mark.parametrize("url", PICTURES)
    async def test_of_people_that_are_no_pictures_are_refused(self, ada: Person, url: str) -> None:
        form = {"name": "Ada", "profile_image_url": url}
        answer = await ada.rest.post("/api/v1/auths/update/profile", form)
        assert answer.status == 400, answer
        served = await ada.rest.get(f"/api/v1/users/{ada.id}/profile/image")
        assert SCRIPT not in served.body.decode("latin-1")

    async def test_of_people_are_served_as_what_they_are(self, ada: Person, bob: Person) -> None:
        url = "data:image/png;base64," + base64.b64encode(PNG).decode()
        await ada.rest.send("/api/v1/auths/update/profile", {"name": "Ada", "profile_image_url": url})
        served = await bob.rest.get(f"/api/v1/users/{ada.id}/profile/image")
        assert (served.status, served.headers["Content-Type"], served.body) == (200, "image/png", PNG)
        assert served.headers["X-Content-Type-Options"] == "nosniff"

    async def test_a_picture_elsewhere_is_no_redirect(self, ada: Person, bob: Person) -> None:
        form = {"name": "Ada", "profile_image_url": "https://evil.example.com/x.png"}
        await ada.rest.send("/api/v1/auths/update/profile", form)
        served = await bob.rest.get(f"/api/v1/users/{ada.id}/profile/image")
        assert served.status == 200, served
        assert "Location" not in served.headers

    async def test_names_are_text_in_drawn_pictures(self, ada: Person, bob: Person) -> None:
        form = {"name": SCRIPT, "profile_image_url": "/user.png"}
        await ada.rest.send("/api/v1/auths/update/profile", form)
        served = await bob.rest.get(f"/api/v1/users/{ada.id}/profile/image")
        assert b"<script" not in served.body

    @pytest.mark.parametrize("url", [*PICTURES, "https://evil.example.com/x.png"])
    async def test_of_models_never_become_documents_or_redirects(self, platform: World, url: str) -> None:
        row = {"id": "painted", "name": "Painted", "params": {}, "meta": {"profile_image_url": url}}
        made = await platform.admin.rest.post("/api/v1/models/create", {**row, "base_model_id": "fake-model"})
        served = await platform.admin.rest.get("/api/v1/models/model/profile/image?id=painted")
        if made.status == 200:
            await platform.admin.rest.send("/api/v1/models/model/delete", {"id": "painted"})
        kind = served.headers["Content-Type"]
        assert "Location" not in served.headers
        assert kind.startswith(("image/", "application/json")), served
        assert b"<script" not in served.body or kind in {"image/png", "image/jpeg", "image/gif", "image/webp"}
        assert served.headers["X-Content-Type-Options"] == "nosniff"


class TestRedirects:
    @pytest.mark.parametrize(
        "path",
        ["//evil.example.com", "/%2f%2fevil.example.com", "/\\evil.example.com/", "/?redirect=https://evil.example.com",
         "/auth?redirect=//evil.example.com", "/api/v1/auths/signout?redirect_url=https://evil.example.com",
         "/watch?v=//evil.example.com", "/api/v1/chats//evil.example.com/"],
    )  # fmt: skip
    async def test_none_leads_to_another_site(self, platform: World, path: str) -> None:
        answer = await platform.nobody.get(path)
        assert "evil.example.com" not in answer.headers.get("Location", "")

    async def test_a_forged_host_is_not_repeated_as_markup(self, platform: World) -> None:
        answer = await platform.nobody.get(
            "/opensearch.xml", headers={"Host": 'x"><script>alert(1)</script>'}
        )
        assert b"<script" not in answer.body


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "/api/config", "/api/v1/chats/", "/no/such/page", "/openapi.json"])
    async def test_every_answer_has_them(self, platform: World, path: str) -> None:
        headers = (await platform.nobody.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "Server" not in headers

    async def test_foreign_origins_are_not_reflected(self, platform: World, ada: Person) -> None:
        for verb in ("GET", "OPTIONS"):
            headers = {"Origin": "https://evil.example.com", "Access-Control-Request-Method": "POST"}
            answer = await ada.rest.call(verb, "/api/models", headers=headers)
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert "Access-Control-Allow-Credentials" not in answer.headers

    async def test_the_cookie_of_a_session_is_out_of_reach_for_scripts(
        self, platform: World, ada: Person
    ) -> None:
        form = {"email": ada.email, "password": ada.password}
        cookie = (await platform.nobody.post("/api/v1/auths/signin", form)).headers["Set-Cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
