"""POST /api/v1/files/: a form whose file goes to rag part by part."""

from owui.rag.v1 import file_pb2
from owui.rag.v1 import file_transfer_service_pb2 as pb
from owui_chassis.errors import Forbidden, ServiceError, Unavailable
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from owui_gateway.access import PROHIBITED, Doorkeeper
from owui_gateway.errors import problem
from owui_gateway.files.form import UploadForm, unfit
from owui_gateway.files.multipart import BrokenForm
from owui_gateway.files.rag import Rag
from owui_gateway.files.status import until_settled
from owui_gateway.http.limits import ALLOW_BODY_SCOPE_KEY
from owui_gateway.sockets.origins import Origins
from owui_gateway.transcoding.encode import encode
from owui_gateway.transcoding.ports import STATUS_SCOPE_KEY, Access

UPLOAD_PATH = "/api/v1/files/"
_UPLOADER = Access("user", "chat.file_upload")
# The form around the file.
_FORM_BYTES = 1024 * 1024
_BUSY_SECONDS = 5
_SECONDS = 24 * 3600.0
_NO = frozenset({"false", "0", "off", "no"})
# How the route is described in the OpenAPI document.
UPLOAD_DESCRIPTION = {
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": {"type": kind}}
        for name, kind in (
            ("process", "boolean"),
            ("process_in_background", "boolean"),
            ("knowledge_id", "string"),
            ("folder", "string"),
        )
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "metadata": {"type": "string", "description": "A JSON object."},
                    },
                }
            }
        },
    },
}


class Uploads:
    """Takes files in; no body is ever held whole, and rag's pace is the client's."""

    def __init__(self, rag: Rag, doorkeeper: Doorkeeper, origins: Origins, most: int) -> None:
        """`most` is how many uploads may run at the same time."""
        self._rag = rag
        self._doorkeeper = doorkeeper
        self._origins = origins
        self._most = most
        self._running = 0

    async def upload(self, request: Request) -> Response:
        """Store a file and have it read.

        The form has the file in `file` and, if wanted, a JSON object in `metadata`. The query may say
        `process=false` (the file is only kept) or `process_in_background=false` (the answer waits until the
        file has been read), and name a knowledge base (`knowledge_id`, `folder`) that shall hold it.
        """
        # A quota is full until something is deleted; waiting does not help.
        request.scope[STATUS_SCOPE_KEY] = {"exhausted": 413}
        await self._doorkeeper(request, _UPLOADER)
        by_cookie = not {"authorization", "x-api-key"}.intersection(request.headers)
        if by_cookie and not self._origins.allows(request.scope):
            # Any web page can make a browser send a form, with the cookies of its visitor.
            raise Forbidden(PROHIBITED, "origin_not_allowed")
        if self._running >= self._most:
            raise Unavailable(
                "Too many files are being uploaded at the moment", "too_many_uploads", _BUSY_SECONDS
            )
        self._running += 1
        try:
            file = await self._receive(request)
        except BrokenForm as error:
            raise unfit("value_error", str(error), ["body"]) from None
        except ServiceError as error:
            if error.reason == "file_too_large":
                return problem(413, error.message)
            raise
        except ClientDisconnect:
            # Nobody is left to answer.
            return Response(status_code=499)
        finally:
            self._running -= 1
        query = request.query_params
        if _is_on(query.get("process")) and not _is_on(query.get("process_in_background")):
            await until_settled(self._rag, file.id)
        return Response(b'{"status":true,' + encode(file)[1:], media_type="application/json")

    async def _receive(self, request: Request) -> file_pb2.File:
        limits = await self._rag.transfers.GetUploadLimits(pb.GetUploadLimitsRequest())
        request.scope[ALLOW_BODY_SCOPE_KEY](limits.max_bytes + _FORM_BYTES)
        query = request.query_params
        head = pb.UploadHead(
            process=_is_on(query.get("process")),
            knowledge_id=query.get("knowledge_id") or None,
            folder=query.get("folder") or None,
        )
        form = UploadForm(request, head)
        await form.find_file()
        return await self._send(form)

    async def _send(self, form: UploadForm) -> file_pb2.File:
        try:
            answer: pb.UploadResponse = await self._rag.transfers.Upload(form.messages(), timeout=_SECONDS)
            return answer.file
        except ServiceError:
            # What broke the form off says more than what rag makes of a file without an end.
            if form.failure is not None:
                raise form.failure from None
            raise


def _is_on(value: str | None) -> bool:
    return value is None or value.strip().lower() not in _NO
