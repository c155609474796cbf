"""The servicer of connections."""

from typing import Any

import orjson
from owui.model_proxy.v1 import connection_service_pb2 as pb
from owui.model_proxy.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from owui_chassis.call import current_principal
from owui_chassis.errors import Forbidden, Invalid

from owui_model_proxy.domain.connections import ollama_connections, openai_connections
from owui_model_proxy.usecases.catalogue import Catalogue
from owui_model_proxy.usecases.configure import Configure
from owui_model_proxy.usecases.verify_connection import VerifyConnection


class ConnectionServicer(ConnectionServiceServicer):
    """Connections to providers, for administrators; `live` are the current settings."""

    def __init__(
        self, live: Any, configure: Configure, verify: VerifyConnection, catalogue: Catalogue
    ) -> None:
        self._live = live
        self._configure = configure
        self._verify = verify
        self._catalogue = catalogue

    async def GetOpenAIConfig(
        self, _request: pb.GetOpenAIConfigRequest, _context: Any
    ) -> pb.GetOpenAIConfigResponse:
        """Tell the OpenAI-compatible connections."""
        _admin()
        return pb.GetOpenAIConfigResponse(**self._openai())

    async def UpdateOpenAIConfig(
        self, request: pb.UpdateOpenAIConfigRequest, _context: Any
    ) -> pb.UpdateOpenAIConfigResponse:
        """Replace the OpenAI-compatible connections."""
        by = _admin()
        await self._configure.set_openai(
            request.enable_openai_api if request.HasField("enable_openai_api") else None,
            request.openai_api_base_urls,
            request.openai_api_keys,
            _object(request.openai_api_configs),
            by,
        )
        return pb.UpdateOpenAIConfigResponse(**self._openai())

    async def VerifyOpenAIConnection(
        self, request: pb.VerifyOpenAIConnectionRequest, _context: Any
    ) -> pb.VerifyOpenAIConnectionResponse:
        """Try an OpenAI-compatible server."""
        _admin()
        config = _object(request.config) | {"enable": True}
        connections = openai_connections(True, [request.url], [request.key], {"0": config})
        if not connections:
            raise Invalid("The address is missing", "connection_invalid")
        return pb.VerifyOpenAIConnectionResponse(answer=await self._verify(connections[0]))

    async def GetOllamaConfig(
        self, _request: pb.GetOllamaConfigRequest, _context: Any
    ) -> pb.GetOllamaConfigResponse:
        """Tell the Ollama connections."""
        _admin()
        return pb.GetOllamaConfigResponse(**self._ollama())

    async def UpdateOllamaConfig(
        self, request: pb.UpdateOllamaConfigRequest, _context: Any
    ) -> pb.UpdateOllamaConfigResponse:
        """Replace the Ollama connections."""
        by = _admin()
        await self._configure.set_ollama(
            request.enable_ollama_api if request.HasField("enable_ollama_api") else None,
            request.ollama_base_urls,
            _object(request.ollama_api_configs),
            by,
        )
        return pb.UpdateOllamaConfigResponse(**self._ollama())

    async def VerifyOllamaConnection(
        self, request: pb.VerifyOllamaConnectionRequest, _context: Any
    ) -> pb.VerifyOllamaConnectionResponse:
        """Try an Ollama server."""
        _admin()
        connections = ollama_connections(True, [request.url], {"0": {"key": request.key}})
        if not connections:
            raise Invalid("The address is missing", "connection_invalid")
        return pb.VerifyOllamaConnectionResponse(answer=await self._verify(connections[0]))

    async def ListConnectionStatuses(
        self, _request: pb.ListConnectionStatusesRequest, _context: Any
    ) -> pb.ListConnectionStatusesResponse:
        """Tell whether the connections answered."""
        _admin()
        items = []
        for state in self._catalogue.states():
            connection = state.connection
            error = connection.problem or state.error
            asked = bool(state.checked_at) or not state.asks
            items.append(
                pb.ConnectionStatus(
                    kind=connection.dialect.value,
                    url_idx=connection.index,
                    url=connection.url,
                    enabled=connection.usable,
                    ok=(not error) if asked and connection.usable else None,
                    error=error or None,
                    model_count=len(state.models),
                    checked_at=state.checked_at or None,
                )
            )
        return pb.ListConnectionStatusesResponse(items=items)

    def _openai(self) -> dict[str, Any]:
        return {
            "enable_openai_api": self._live.enable_openai_api,
            "openai_api_base_urls": self._live.openai_api_base_urls,
            "openai_api_keys": self._live.openai_api_keys,
            "openai_api_configs": orjson.dumps(self._live.openai_api_configs),
        }

    def _ollama(self) -> dict[str, Any]:
        return {
            "enable_ollama_api": self._live.enable_ollama_api,
            "ollama_base_urls": self._live.ollama_base_urls,
            "ollama_api_configs": orjson.dumps(self._live.ollama_api_configs),
        }


def _admin() -> str:
    """Return the caller's identifier; keys are nobody else's business."""
    principal = current_principal()
    if not principal.is_admin:
        raise Forbidden("Only administrators may do this", "admin_required")
    return principal.user_id


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError:
        raise Invalid("The configuration is not valid JSON", "invalid_json") from None
    if value is not None and not isinstance(value, dict):
        raise Invalid("The configuration has to be an object", "invalid_json")
    return value or {}
