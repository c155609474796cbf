"""Builds the use cases and adds their servicers to the service."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from owui.model_proxy.v1.catalogue_service_pb2_grpc import add_CatalogueServiceServicer_to_server
from owui.model_proxy.v1.completion_service_pb2_grpc import add_CompletionServiceServicer_to_server
from owui.model_proxy.v1.connection_service_pb2_grpc import add_ConnectionServiceServicer_to_server
from owui.model_proxy.v1.embedding_service_pb2_grpc import add_EmbeddingServiceServicer_to_server
from owui.model_proxy.v1.model_service_pb2_grpc import add_ModelServiceServicer_to_server
from owui.model_proxy.v1.ollama_service_pb2_grpc import add_OllamaServiceServicer_to_server
from owui.model_proxy.v1.pass_through_service_pb2_grpc import add_PassThroughServiceServicer_to_server
from owui_chassis.live import LiveSettings
from owui_chassis.service import Service

from owui_model_proxy.ports import ModelRows
from owui_model_proxy.rpc.catalogue import CatalogueServicer
from owui_model_proxy.rpc.completions import CompletionServicer
from owui_model_proxy.rpc.connections import ConnectionServicer
from owui_model_proxy.rpc.embeddings import EmbeddingServicer
from owui_model_proxy.rpc.models import ModelServicer
from owui_model_proxy.rpc.ollama import OllamaServicer
from owui_model_proxy.rpc.pass_through import PassThroughServicer
from owui_model_proxy.usecases.configure import Configure
from owui_model_proxy.usecases.door import Door
from owui_model_proxy.usecases.embed import Embed
from owui_model_proxy.usecases.ollama_state import OllamaState
from owui_model_proxy.usecases.pass_through import PassThrough
from owui_model_proxy.usecases.stream_completion import StreamCompletion
from owui_model_proxy.usecases.verify_connection import VerifyConnection
from owui_model_proxy.usecases.workspace import Workspace


def register(
    service: Service,
    door: Door,
    live: LiveSettings[Any],
    rows: ModelRows,
    rows_changed: Callable[[], Awaitable[None]],
    *,
    verify_seconds: float,
) -> None:
    """Add every servicer of the model proxy."""
    catalogue = door.catalogue
    verify = VerifyConnection(door.providers, verify_seconds)
    complete = StreamCompletion(door, now=lambda: datetime.now().astimezone())
    workspace = Workspace(rows, catalogue, rows_changed)
    add = service.add
    add(add_CompletionServiceServicer_to_server, CompletionServicer(complete))
    add(add_PassThroughServiceServicer_to_server, PassThroughServicer(PassThrough(door)))
    add(add_EmbeddingServiceServicer_to_server, EmbeddingServicer(Embed(door)))
    add(add_CatalogueServiceServicer_to_server, CatalogueServicer(catalogue, live))
    add(add_OllamaServiceServicer_to_server, OllamaServicer(OllamaState(catalogue, door.providers), live))
    add(
        add_ConnectionServiceServicer_to_server,
        ConnectionServicer(live, Configure(live, catalogue), verify, catalogue),
    )
    add(add_ModelServiceServicer_to_server, ModelServicer(workspace, rows, catalogue))
