"""The routes of files that are written by hand because bytes stream through them."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from owui_gateway.files.download import Downloads
from owui_gateway.files.status import FileStatus
from owui_gateway.files.upload import UPLOAD_DESCRIPTION, UPLOAD_PATH, Uploads


def file_routes(uploads: Uploads, downloads: Downloads, status: FileStatus) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["files"])
    reads: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        ("/api/v1/files/{id}/content", downloads.content),
        # Before the next one, which would take it for the name of a file.
        ("/api/v1/files/{id}/content/html", downloads.source),
        ("/api/v1/files/{id}/content/{file_name}", downloads.content),
        ("/api/v1/files/{id}/process/status", status.status),
    ]
    router.add_api_route(
        UPLOAD_PATH, uploads.upload, methods=["POST"], response_model=None, openapi_extra=UPLOAD_DESCRIPTION
    )
    for path, endpoint in reads:
        router.add_api_route(path, endpoint, methods=["GET"], response_model=None)
        if endpoint != status.status:
            router.add_api_route(
                path, endpoint, methods=["HEAD"], response_model=None, include_in_schema=False
            )
    return router
