"""Serves owui.chat.v1.ConfigurationService."""

from typing import Any

import owui.chat.v1.configuration_service_pb2 as pb
from owui.chat.v1.configuration_service_pb2_grpc import ConfigurationServiceServicer
from owui.model_proxy.v1.catalogue_service_pb2 import GetModelOrderRequest, SetModelOrderRequest
from owui.model_proxy.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from owui_chassis.call import current_principal
from owui_chassis.errors import Invalid

from owui_chat.domain.suggestions import DEFAULT_SUGGESTIONS
from owui_chat.ports import LiveValues

_SUGGESTIONS, _BANNERS = 50, 50


class ConfigurationServicer(ConfigurationServiceServicer):
    """What chat tells the user interface."""

    def __init__(self, live: LiveValues, catalogue: CatalogueServiceStub) -> None:
        self._live = live
        self._catalogue = catalogue

    async def GetPublicConfig(
        self, _request: pb.GetPublicConfigRequest, _: Any
    ) -> pb.GetPublicConfigResponse:
        """Return chat's part of the configuration. What this release does not have is off."""
        live = self._live
        return pb.GetPublicConfigResponse(
            default_models=live.default_models or None,
            default_pinned_models=live.default_pinned_models or None,
            default_prompt_suggestions=[
                pb.PromptSuggestion(**one) for one in live.default_prompt_suggestions or DEFAULT_SUGGESTIONS
            ],
            enable_folders=True,
            enable_notes=True,
            enable_autocomplete_generation=live.enable_autocomplete_generation,
            enable_admin_export=live.enable_admin_export,
            enable_admin_chat_access=live.enable_admin_chat_access,
        )

    async def GetModelsConfig(
        self, _request: pb.GetModelsConfigRequest, _: Any
    ) -> pb.GetModelsConfigResponse:
        """Return which models are offered first."""
        return pb.GetModelsConfigResponse(**await self._models())

    async def SetModelsConfig(self, request: pb.SetModelsConfigRequest, _: Any) -> pb.SetModelsConfigResponse:
        """Change which models are offered first."""
        await self._live.set(
            by=current_principal().user_id,
            default_models=request.default_models,
            default_pinned_models=request.default_pinned_models,
        )
        # The order belongs to the list of models, which is model-proxy's.
        await self._catalogue.SetModelOrder(SetModelOrderRequest(model_ids=request.model_order_list))
        return pb.SetModelsConfigResponse(**await self._models())

    async def SetSuggestions(self, request: pb.SetSuggestionsRequest, _: Any) -> pb.SetSuggestionsResponse:
        """Change the suggestions."""
        if len(request.suggestions) > _SUGGESTIONS:
            raise Invalid(f"At most {_SUGGESTIONS} suggestions are kept", "too_many_suggestions")
        values = [{"title": list(one.title), "content": one.content} for one in request.suggestions]
        await self._live.set(by=current_principal().user_id, default_prompt_suggestions=values)
        return pb.SetSuggestionsResponse(suggestions=request.suggestions)

    async def GetBanners(self, _request: pb.GetBannersRequest, _: Any) -> pb.GetBannersResponse:
        """List the banners."""
        return pb.GetBannersResponse(banners=[pb.Banner(**one) for one in self._live.banners])

    async def SetBanners(self, request: pb.SetBannersRequest, _: Any) -> pb.SetBannersResponse:
        """Change the banners."""
        if len(request.banners) > _BANNERS:
            raise Invalid(f"At most {_BANNERS} banners are kept", "too_many_banners")
        values = [{field.name: value for field, value in one.ListFields()} for one in request.banners]
        await self._live.set(by=current_principal().user_id, banners=values)
        return pb.SetBannersResponse(banners=request.banners)

    async def _models(self) -> dict[str, Any]:
        order = await self._catalogue.GetModelOrder(GetModelOrderRequest())
        return {
            "default_models": self._live.default_models or None,
            "default_pinned_models": self._live.default_pinned_models or None,
            "model_order_list": list(order.model_ids),
        }
