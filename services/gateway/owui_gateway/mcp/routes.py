"""POST /mcp: the streamable HTTP transport, without streams that the server would open by itself."""

from typing import Any

import orjson
from fastapi import APIRouter
from owui_chassis.errors import Forbidden
from starlette.requests import Request
from starlette.responses import Response

from owui_gateway.access import Doorkeeper
from owui_gateway.mcp import messages
from owui_gateway.mcp.messages import Message, RpcError, read_messages
from owui_gateway.mcp.server import PROTOCOL_VERSIONS, McpServer
from owui_gateway.mcp.sessions import Sessions
from owui_gateway.sockets.origins import Origins
from owui_gateway.transcoding.ports import Access
from owui_gateway.transcoding.requests import is_json_type

_USER = Access("user")
_SESSION = "Mcp-Session-Id"
_VERSION = "MCP-Protocol-Version"
_BATCHES = "2025-03-26"  # the only version that has them


class McpRoutes:
    """Takes messages of agents that have a session token or an API key of this installation."""

    def __init__(
        self, server: McpServer, doorkeeper: Doorkeeper, origins: Origins, sessions: Sessions
    ) -> None:
        self._server = server
        self._doorkeeper = doorkeeper
        self._origins = origins
        self._sessions = sessions

    async def post(self, request: Request) -> Response:
        """Answer one message or a batch of them; notifications are only taken note of."""
        if not self._origins.allows(request.scope):
            # A page of somebody else must not reach a server in its visitor's network.
            raise Forbidden("This origin may not use the server", "origin_refused")
        caller = await self._doorkeeper(request, _USER)
        user_id = caller.principal.user_id if caller else ""
        if problem := self._problem(request, user_id):
            return problem
        try:
            asked, is_batch = read_messages(await request.body())
            if is_batch and request.headers.get(_VERSION, _BATCHES) != _BATCHES:
                raise RpcError(messages.INVALID_REQUEST, "This version of the protocol has no batches")
        except RpcError as error:
            return _json(messages.error_of(None, error), 400)
        answers = [await self._server.answer(message) for message in asked if message.wants_answer]
        if not answers:
            return Response(status_code=202)
        headers = {_SESSION: self._sessions.start(user_id)} if _begins(asked) else {}
        return _answer(request, answers if is_batch else answers[0], headers)

    def _problem(self, request: Request, user_id: str) -> Response | None:
        """Return the answer to a request that the transport does not allow, None for a good one."""
        headers = request.headers
        if not is_json_type(headers.get("content-type", "")):
            return _refuse(415, "Messages are sent as application/json")
        if not _accepts(headers.get("accept", "*/*"), "application/json", "text/event-stream"):
            return _refuse(406, "Answers come as application/json or text/event-stream")
        if headers.get(_VERSION, PROTOCOL_VERSIONS[0]) not in PROTOCOL_VERSIONS:
            return _refuse(400, f"Supported versions of the protocol: {', '.join(PROTOCOL_VERSIONS)}")
        session = headers.get(_SESSION)
        if session is not None and not self._sessions.belongs(session, user_id):
            # To a client this says: begin anew.
            return _refuse(404, "There is no such session")
        return None

    async def refuse(self) -> Response:
        """Refuse streams that the server would write to, and the end of sessions that nothing remembers."""
        return Response(status_code=405, headers={"Allow": "POST"})

    def routes(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/mcp", self.post, methods=["POST"], response_model=None)
        router.add_api_route("/mcp", self.refuse, methods=["GET", "DELETE"], response_model=None)
        return router


def _begins(asked: list[Message]) -> bool:
    return any(message.method == "initialize" for message in asked)


def _accepts(header: str, *kinds: str) -> bool:
    """Whether one of some types is accepted."""
    accepted = {part.partition(";")[0].strip().lower() for part in header.split(",")}
    return bool(accepted & {"*/*", *kinds, *(f"{kind.partition('/')[0]}/*" for kind in kinds)})


def _answer(request: Request, answer: Any, headers: dict[str, str]) -> Response:
    """Return an answer as JSON, or as one event to a client that takes only those."""
    if _accepts(request.headers.get("accept", "*/*"), "application/json"):
        return _json(answer, 200, headers)
    body = b"event: message\ndata: " + orjson.dumps(answer) + b"\n\n"
    return Response(body, 200, {**headers, "Cache-Control": "no-cache"}, media_type="text/event-stream")


def _refuse(status: int, message: str) -> Response:
    return _json(messages.error_of(None, RpcError(messages.INVALID_REQUEST, message)), status)


def _json(answer: Any, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(answer), status, headers, media_type="application/json")
