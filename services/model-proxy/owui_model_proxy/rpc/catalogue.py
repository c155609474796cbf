"""The servicer of lists of models."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from owui.model_proxy.v1 import catalogue_service_pb2 as pb
from owui.model_proxy.v1.catalogue_service_pb2_grpc import CatalogueServiceServicer
from owui_chassis.access_control import Caller
from owui_chassis.call import current_principal
from owui_chassis.errors import Forbidden, Invalid
from owui_chassis.live import LiveSettings

from owui_model_proxy.domain.connections import Connection, Dialect
from owui_model_proxy.domain.model_index import BaseModel, ModelIndex
from owui_model_proxy.domain.model_json import Targets, ollama_tag_json, openai_form_json
from owui_model_proxy.usecases.catalogue import Catalogue

_ORDERED = 10_000


class CatalogueServicer(CatalogueServiceServicer):
    """Lists models as far as the caller may see them."""

    def __init__(self, catalogue: Catalogue, live: LiveSettings[Any]) -> None:
        self._catalogue = catalogue
        self._live = live

    async def ListModels(self, request: pb.ListModelsRequest, _context: Any) -> pb.ListModelsResponse:
        """List the models that the caller may use."""
        principal = current_principal()
        index = await self._catalogue.current(refresh=request.refresh and principal.is_admin)
        return pb.ListModelsResponse(data=index.list_json(self._catalogue.caller(principal)))

    async def ListBaseModels(
        self, _request: pb.ListBaseModelsRequest, _context: Any
    ) -> pb.ListBaseModelsResponse:
        """List the models of the providers."""
        index = await self._catalogue.current()
        return pb.ListBaseModelsResponse(data=_array(entry.json for entry in index.base_listing))

    async def GetModelOrder(
        self, _request: pb.GetModelOrderRequest, _context: Any
    ) -> pb.GetModelOrderResponse:
        """Tell the order in which models are listed."""
        return pb.GetModelOrderResponse(model_ids=self._live.model_order_list)

    async def SetModelOrder(
        self, request: pb.SetModelOrderRequest, _context: Any
    ) -> pb.SetModelOrderResponse:
        """Change the order in which models are listed."""
        principal = current_principal()
        if not principal.is_admin:
            raise Forbidden("Only administrators may order the models", "role_too_low")
        if len(request.model_ids) > _ORDERED:
            raise Invalid(f"At most {_ORDERED} models can be ordered", "too_many_models")
        await self._live.set(by=principal.user_id, model_order_list=tuple(request.model_ids))
        return pb.SetModelOrderResponse()

    async def ListOpenAIModels(
        self, request: pb.ListOpenAIModelsRequest, _context: Any
    ) -> pb.ListOpenAIModelsResponse:
        """List the models of the OpenAI-compatible connections."""
        index, caller = await self._seen()
        chosen = _of(Dialect.OPENAI, request.url_idx if request.HasField("url_idx") else None)
        entries = (
            entry.json
            for entry in index.base_listing
            if chosen(entry.targets) and index.admits(entry.id, caller)
        )
        return pb.ListOpenAIModelsResponse(object="list", data=_array(entries))

    async def ListOllamaTags(
        self, request: pb.ListOllamaTagsRequest, _context: Any
    ) -> pb.ListOllamaTagsResponse:
        """List the models of the Ollama connections as Ollama does."""
        index, caller = await self._seen()
        chosen = _of(Dialect.OLLAMA, request.url_idx if request.HasField("url_idx") else None)
        entries = (
            ollama_tag_json(base.source, base.id, base.targets) for base in _admitted(index, caller, chosen)
        )
        return pb.ListOllamaTagsResponse(models=_array(entries))

    async def ListOllamaOpenAIModels(
        self, request: pb.ListOllamaOpenAIModelsRequest, _context: Any
    ) -> pb.ListOllamaOpenAIModelsResponse:
        """List the models of the Ollama connections as OpenAI does."""
        index, caller = await self._seen()
        chosen = _of(Dialect.OLLAMA, request.url_idx if request.HasField("url_idx") else None)
        entries = (
            openai_form_json(base.id, base.source.created) for base in _admitted(index, caller, chosen)
        )
        return pb.ListOllamaOpenAIModelsResponse(object="list", data=_array(entries))

    async def GetModel(self, request: pb.GetModelRequest, _context: Any) -> pb.GetModelResponse:
        """Tell one model with its parameters."""
        route = await self._catalogue.route(request.id, current_principal())
        return pb.GetModelResponse(
            id=route.id,
            name=route.name,
            owned_by=route.base.connection.dialect.value,
            connection_type=route.base.connection.connection_type,
            base_id=route.base.id,
            model=route.listed.json,
            params=orjson.dumps(dict(route.params)),
            knowledge=[
                pb.AttachedKnowledge(lender_id=lender, items=orjson.dumps(items))
                for lender, items in route.knowledge
            ],
        )

    async def _seen(self) -> tuple[ModelIndex, Caller]:
        return await self._catalogue.current(), self._catalogue.caller(current_principal())


def _admitted(index: ModelIndex, caller: Caller, chosen: Callable[[Targets], bool]) -> Iterable[BaseModel]:
    return (base for base in index.bases.values() if chosen(base.targets) and index.admits(base.id, caller))


def _of(dialect: Dialect, index: int | None) -> Callable[[Targets], bool]:
    def matches(connection: Connection) -> bool:
        return connection.dialect is dialect and (index is None or connection.index == index)

    return lambda targets: any(matches(connection) for connection, _ in targets)


def _array(entries: Iterable[bytes]) -> bytes:
    return b"[" + b",".join(entries) + b"]"
