"""Serves the built web interface: files by their path, the start page for every page of the application."""

import base64
import hashlib
import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from owui_gateway.compressed_files import CompressedFiles

# Paths of programs: an unknown one is a mistake of the caller and no page.
_PROGRAM_PATHS = ("api/", "openai/", "ollama/", "oauth/", "ws/", "docs", "openapi.json")
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_YEAR_SECONDS = 31_536_000


def content_security_policy(page: str) -> str:
    """Return a policy that allows our own files and the inline scripts of our start page, nothing else."""
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(page)
    ]
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob: https:",
            "media-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


class WebInterface(StaticFiles):
    """The last route: everything that nothing else answered."""

    def __init__(self, folder: Path, policy: str = "") -> None:
        super().__init__(directory=folder, check_dir=True)
        self._start_page = folder / "index.html"
        page = self._start_page.read_text(encoding="utf-8")
        self._policy = policy or content_security_policy(page)
        self._compressed = CompressedFiles()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a socket at any other place than its own is refused."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        await super().__call__(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, the start page, or 404 for what only a program would ask for."""
        if path.startswith(_PROGRAM_PATHS):
            raise HTTPException(404, "Not Found")
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.endswith(".js"):
                raise
            response = FileResponse(self._start_page)
        if path in ("", ".", "index.html") or response.headers.get("content-type", "").startswith(
            "text/html"
        ):
            response.headers["Content-Security-Policy"] = self._policy
            response.headers["Cache-Control"] = "no-cache"
        elif path.startswith("_app/immutable/"):
            response.headers["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable"
        else:
            response.headers["Cache-Control"] = "public, max-age=3600"
        return await self._compressed.answer(response, scope)
