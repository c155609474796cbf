"""The servicer of embeddings."""

from typing import Any

from owui.model_proxy.v1 import embedding_service_pb2 as pb
from owui.model_proxy.v1.embedding_service_pb2_grpc import EmbeddingServiceServicer
from owui_chassis.call import current_principal

from owui_model_proxy.usecases.embed import Embed


class EmbeddingServicer(EmbeddingServiceServicer):
    """Embeddings of every provider behind one method."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    async def CreateEmbeddings(
        self, request: pb.CreateEmbeddingsRequest, _context: Any
    ) -> pb.CreateEmbeddingsResponse:
        """Turn texts into vectors."""
        return pb.CreateEmbeddingsResponse(answer=await self._embed(request.body, current_principal()))
