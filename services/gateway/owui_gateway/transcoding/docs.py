"""Serve /docs: a page of our own that shows the OpenAPI document without scripts from elsewhere."""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# The page runs only its own files and talks only to its own origin; the gateway's policy may be laxer.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = "index.html"
_TYPES = {_PAGE: "text/html", "docs.css": "text/css", "docs.js": "text/javascript"}


def add_docs(app: FastAPI, path: str = "/docs") -> None:
    """Serve the page at `path`, its files below; the application needs docs_url=None and redoc_url=None."""
    folder = files("owui_gateway.transcoding") / "viewer"
    for name, media_type in _TYPES.items():
        content = (folder / name).read_bytes()
        where = path if name == _PAGE else f"{path}/{name}"
        app.router.routes.append(Route(where, _answering(content, media_type)))


def _answering(content: bytes, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_: Request) -> Response:
        headers = {"content-security-policy": CONTENT_SECURITY_POLICY, "cache-control": "no-cache"}
        return Response(content, media_type=media_type, headers=headers)

    return answer
