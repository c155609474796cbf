"""The methods of the protocol: what an agent may ask before and beside the tools."""

import logging
from typing import Any

import msgspec
from owui_chassis.errors import ServiceError

from owui_gateway.mcp import messages
from owui_gateway.mcp.knowledge import KnowledgeTools
from owui_gateway.mcp.messages import Message, RpcError
from owui_gateway.mcp.tools import describe

log = logging.getLogger(__name__)
# The newest first; a client that speaks another is offered the first.
PROTOCOL_VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
_INSTRUCTIONS = (
    "Search the knowledge of this installation with search_knowledge and quote what you use by file name. "
    "read_file gives the text around a passage, list_knowledge the bases that can be searched."
)


class McpServer:
    """Answers the messages of one client at a time; it keeps nothing between them."""

    def __init__(self, tools: KnowledgeTools, name: str, version: str) -> None:
        self._tools = tools
        self._information = {"name": name, "version": version}
        self._described = describe()

    async def answer(self, message: Message) -> dict[str, Any]:
        """Return the answer to a request, a result or an error."""
        try:
            return messages.result_of(message.identifier, await self._result(message))
        except RpcError as error:
            return messages.error_of(message.identifier, error)
        except Exception:
            log.exception("the MCP method %.40r failed", message.method)
            bug = RpcError(messages.INTERNAL_ERROR, "Internal error")
            return messages.error_of(message.identifier, bug)

    async def _result(self, message: Message) -> dict[str, Any]:
        match message.method:
            case "initialize":
                return self._initialize(message.arguments)
            case "ping":
                return {}
            case "tools/list":
                return {"tools": self._described}
            case "tools/call":
                return await self._call(message.arguments)
        raise RpcError(messages.METHOD_NOT_FOUND, f"There is no method {message.method[:80]}")

    def _initialize(self, arguments: dict[str, Any]) -> dict[str, Any]:
        wanted = arguments.get("protocolVersion")
        return {
            "protocolVersion": wanted if wanted in PROTOCOL_VERSIONS else PROTOCOL_VERSIONS[0],
            "capabilities": {"tools": {"listChanged": False}},
            "serverInfo": self._information,
            "instructions": _INSTRUCTIONS,
        }

    async def _call(self, arguments: dict[str, Any]) -> dict[str, Any]:
        name = arguments.get("name")
        if not isinstance(name, str) or not self._tools.has(name):
            raise RpcError(messages.INVALID_PARAMETERS, f"There is no tool {str(name)[:80]}")
        given = arguments.get("arguments")
        try:
            text, data = await self._tools.call(name, {} if given is None else given)
        except ServiceError as error:
            # An agent can correct itself by what a tool says, but not by a failure of the protocol.
            return {"content": [{"type": "text", "text": error.message}], "isError": True}
        return {
            "content": [{"type": "text", "text": text}],
            "structuredContent": msgspec.to_builtins(data),
            "isError": False,
        }
