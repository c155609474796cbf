"""The servicer of what Ollama tells about itself."""

from typing import Any

import orjson
from owui.model_proxy.v1 import ollama_service_pb2 as pb
from owui.model_proxy.v1.ollama_service_pb2_grpc import OllamaServiceServicer

from owui_model_proxy.usecases.ollama_state import OllamaState


class OllamaServicer(OllamaServiceServicer):
    """State of the Ollama connections; `live` are the current settings."""

    def __init__(self, state: OllamaState, live: Any) -> None:
        self._state = state
        self._live = live

    async def GetOllamaStatus(
        self, _request: pb.GetOllamaStatusRequest, _context: Any
    ) -> pb.GetOllamaStatusResponse:
        """Tell that the routes exist."""
        return pb.GetOllamaStatusResponse(status=True)

    async def GetOllamaVersion(
        self, request: pb.GetOllamaVersionRequest, _context: Any
    ) -> pb.GetOllamaVersionResponse:
        """Tell the version."""
        if not self._live.enable_ollama_api:
            return pb.GetOllamaVersionResponse(version=b"false")
        version = await self._state.version(request.url_idx if request.HasField("url_idx") else None)
        return pb.GetOllamaVersionResponse(version=orjson.dumps(version))

    async def ListLoadedModels(
        self, _request: pb.ListLoadedModelsRequest, _context: Any
    ) -> pb.ListLoadedModelsResponse:
        """List the models that are loaded."""
        return pb.ListLoadedModelsResponse(models_by_url=orjson.dumps(await self._state.loaded()))
