"""A real browser behind a Playwright server, which sees only what the guard lets through."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from owui_chassis.errors import Unavailable
from owui_rag.adapters.web.guard import EgressGuard
from owui_rag.adapters.web.loaders import playwright
from owui_rag.domain.egress import EgressRefused
from owui_rag.settings_of.web import WebSettings

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"]
SCRIPTED = """<title>Before</title><p id="a">raw</p><img src="/picture.png">
<script src="/script.js"></script>
<script>
fetch("http://127.0.0.1:INSIDE/").then(r => r.text()).catch(() => "refused")
  .then(text => { document.getElementById("b").textContent = text });
fetch("/hop").then(r => r.text()).catch(() => "refused")
  .then(text => { document.getElementById("c").textContent = text });
new Image().src = "http://127.0.0.1:INSIDE/";
</script><p id="b"></p><p id="c"></p><iframe src="http://127.0.0.1:INSIDE/"></iframe>"""


@pytest.fixture(scope="module")
async def browser_server(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a Playwright server."""
    folder: Path = tmp_path_factory.mktemp("playwright")
    configuration = folder / "launch.json"
    configuration.write_text(json.dumps({"executablePath": chromium_path, "headless": True, "args": FLAGS}))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playwright", "launch-server", "--browser", "chromium",
        "--config", str(configuration), stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "HOME": str(folder)}, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(60):
        address = (await process.stdout.readline()).decode().strip()
    assert address.startswith("ws://")
    yield address
    # The command is only the parent of what serves.
    os.killpg(process.pid, signal.SIGTERM)
    await process.communicate()


class TestBrowser:
    async def test_scripts_run_and_reach_nothing_inside(
        self, browser_server: str, names: Any, outside: Any, inside: Any
    ) -> None:
        outside.says("/start", "", 302, Location="/page")
        outside.says("/page", SCRIPTED.replace("INSIDE", str(inside.port)))
        outside.says(
            "/script.js", "document.title = 'After'; a.textContent = 'run'", Content_Type="text/javascript"
        )
        outside.says("/hop", "", 302, Location=f"http://127.0.0.1:{inside.port}/")
        settings = WebSettings(
            web_fetch_allowed_networks=("127.0.0.2/32",),
            playwright_ws_url=browser_server,
            playwright_timeout=30_000,
        )
        async with EgressGuard(settings, names) as guard:
            url = f"http://public.example:{outside.port}"
            page = await playwright.load(settings, guard, f"{url}/start")
            with pytest.raises(EgressRefused):
                await playwright.load(settings, guard, f"http://127.0.0.1:{inside.port}/")
        text = page.body.decode()
        assert page.title == "After"
        assert page.url == f"{url}/page"
        assert '<p id="a">run</p>' in text
        assert "the secret" not in text
        assert inside.requests == []
        asked = [request.path for request in outside.requests]
        assert asked.count("/page") == 1
        assert "/picture.png" not in asked

    async def test_what_is_no_web_page_needs_no_browser(self, names: Any, outside: Any) -> None:
        outside.says("/a.pdf", b"%PDF-", Content_Type="application/pdf")
        settings = WebSettings(
            web_fetch_allowed_networks=("127.0.0.2/32",), playwright_ws_url="ws://127.0.0.1:1"
        )
        async with EgressGuard(settings, names) as guard:
            page = await playwright.load(settings, guard, f"http://public.example:{outside.port}/a.pdf")
        assert page.body == b"%PDF-"

    async def test_a_server_that_is_away_is_told(self, names: Any, outside: Any) -> None:
        outside.says("/", "<p>x")
        settings = WebSettings(
            web_fetch_allowed_networks=("127.0.0.2/32",), playwright_ws_url="ws://127.0.0.1:1"
        )
        async with EgressGuard(settings, names) as guard:
            with pytest.raises(Unavailable, match="Playwright"):
                await playwright.load(settings, guard, f"http://public.example:{outside.port}/")
