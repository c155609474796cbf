"""GET /api/config and its neighbours: what a client has to know before it shows anything."""

import importlib.metadata
import logging
from typing import Any
from xml.sax.saxutils import escape

import orjson
from fastapi import APIRouter
from owui.auth.v1 import public_config_service_pb2 as auth_pb
from owui.auth.v1.public_config_service_pb2_grpc import PublicConfigServiceStub
from owui.chat.v1 import configuration_service_pb2 as chat_pb
from owui.chat.v1.configuration_service_pb2_grpc import ConfigurationServiceStub
from owui.rag.v1 import public_config_service_pb2 as rag_pb
from owui.rag.v1.public_config_service_pb2_grpc import PublicConfigServiceStub as RagConfigStub
from owui_chassis.errors import ServiceError
from starlette.requests import Request
from starlette.responses import Response

from owui_gateway.access import Doorkeeper
from owui_gateway.settings import GatewaySettings
from owui_gateway.sockets.usage import ModelUsage
from owui_gateway.transcoding.ports import Access

log = logging.getLogger(__name__)
# The version of the public interface that is offered; clients compare it.
INTERFACE_VERSION = "0.6.42"
_AUTH_FEATURES = (
    "auth",
    "auth_trusted_header",
    "enable_signup_password_confirmation",
    "enable_ldap",
    "enable_api_keys",
    "enable_signup",
    "enable_login_form",
    "enable_public_active_users_count",
)
_CHAT_FEATURES = (
    "enable_folders",
    "enable_channels",
    "enable_notes",
    "enable_code_execution",
    "enable_code_interpreter",
    "enable_autocomplete_generation",
    "enable_community_sharing",
    "enable_message_rating",
    "enable_admin_export",
    "enable_admin_chat_access",
)
# Parts of the interface that this release does not offer yet; clients hide what is off.
_ABSENT_FEATURES = (
    "enable_direct_connections",
    "enable_image_generation",
    "enable_user_webhooks",
)
_ONEDRIVE_VALUES = ("client_id_personal", "client_id_business", "sharepoint_url", "sharepoint_tenant_id")
# Longer than a rag that is well ever takes, and no burden for a page that loads.
_RAG_SECONDS = 2.0


def own_version() -> str:
    """Return the version of this software."""
    return importlib.metadata.version("owui-gateway")


class PublicConfig:
    """Assembles the public configuration from the services that own its parts."""

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        auth: PublicConfigServiceStub,
        chat: ConfigurationServiceStub,
        rag: RagConfigStub,
        doorkeeper: Doorkeeper,
        usage: ModelUsage,
    ) -> None:
        self._settings = settings
        self._auth = auth
        self._chat = chat
        self._rag = rag
        self._doorkeeper = doorkeeper
        self._usage = usage

    async def config(self, request: Request) -> Response:
        """Tell clients what is offered: little to strangers, more to people who are signed in."""
        await self._doorkeeper(request, Access("anyone"))
        auth = await self._auth.GetPublicConfig(auth_pb.GetPublicConfigRequest())
        features: dict[str, Any] = {name: getattr(auth, name) for name in _AUTH_FEATURES}
        features |= {
            "enable_websocket": self._settings.enable_websocket,
            "enable_version_update_check": False,
            "password_min_length": auth.password_min_length,
        }
        answer: dict[str, Any] = {
            "status": True,
            "name": self._settings.name,
            "version": INTERFACE_VERSION,
            "default_locale": self._settings.default_locale,
            "oauth": {"providers": {}},
            "features": features,
        }
        if auth.onboarding:
            answer["onboarding"] = True
        if auth.HasField("pending_overlay"):
            answer["ui"] = {
                "pending_user_overlay_title": auth.pending_overlay.title,
                "pending_user_overlay_content": auth.pending_overlay.content,
            }
        if auth.HasField("signed_in"):
            await self._add_signed_in(answer, auth.signed_in)
        return Response(orjson.dumps(answer), media_type="application/json")

    async def _add_signed_in(self, answer: dict[str, Any], auth: auth_pb.SignedInConfig) -> None:
        chat = await self._chat.GetPublicConfig(chat_pb.GetPublicConfigRequest())
        # What chat does not offer stays off, whatever an administrator switched on in auth's settings.
        answer["features"] |= {
            name: getattr(chat, name) and getattr(auth, name, True) for name in _CHAT_FEATURES
        }
        answer["features"] |= dict.fromkeys(_ABSENT_FEATURES, False)
        rag = await self._rag_config()
        answer["features"] |= _rag_features(rag)
        answer |= {
            "default_models": chat.default_models or None,
            "default_pinned_models": chat.default_pinned_models or None,
            "default_prompt_suggestions": [
                {"title": list(one.title), "content": one.content} for one in chat.default_prompt_suggestions
            ],
            "user_count": auth.user_count,
            "code": {"engine": "pyodide"},
            "audio": {
                "tts": {"engine": "", "voice": "", "split_on": "punctuation"},
                "stt": {"engine": ""},
            },
            "file": _file_limits(rag),
            "permissions": orjson.Fragment(auth.permissions or b"{}"),
            "google_drive": {"client_id": rag.google_drive.client_id, "api_key": rag.google_drive.api_key},
            "onedrive": {name: getattr(rag.onedrive, name) for name in _ONEDRIVE_VALUES},
            "license_metadata": None,
        }
        answer.setdefault("ui", {})["response_watermark"] = auth.response_watermark
        if auth.HasField("active_entries"):
            answer["active_entries"] = auth.active_entries

    async def _rag_config(self) -> rag_pb.GetPublicConfigResponse:
        """Return rag's part; people can chat while rag is away, so nothing else waits for it."""
        try:
            request = rag_pb.GetPublicConfigRequest()
            config: rag_pb.GetPublicConfigResponse = await self._rag.GetPublicConfig(
                request, timeout=_RAG_SECONDS
            )
            return config
        except ServiceError as error:
            log.warning("rag's part of the configuration is missing: %s", error.message)
            return rag_pb.GetPublicConfigResponse()

    async def version(self) -> dict[str, str]:
        """Tell which version of the interface is offered, and by which release of this software."""
        return {"version": INTERFACE_VERSION, "deployment_id": "", "release": own_version()}

    async def changelog(self) -> dict[str, Any]:
        """Return what changed in releases, newest first."""
        return {}

    async def usage(self, request: Request) -> dict[str, Any]:
        """Tell which models are in use and how many people are here."""
        await self._doorkeeper(request, Access("user"))
        auth = await self._auth.GetPublicConfig(auth_pb.GetPublicConfigRequest())
        return {"model_ids": self._usage.models(), "user_count": auth.signed_in.active_user_count}

    async def manifest(self) -> dict[str, Any]:
        """Describe the installation to browsers that install it as an application."""
        return {
            "name": self._settings.name,
            "short_name": self._settings.name,
            "start_url": "/",
            "display": "standalone",
            "background_color": "#343541",
            "icons": [
                {"src": "/static/favicon.png", "type": "image/png", "sizes": "500x500", "purpose": "any"}
            ],
        }

    async def opensearch(self, request: Request) -> Response:
        """Describe the installation to browsers that offer it as a search engine."""
        # The host is what the client sent: anything.
        home = escape(str(request.base_url).rstrip("/"), {'"': "&quot;"})
        name = escape(self._settings.name)
        text = (
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
            f"<ShortName>{name}</ShortName><Description>Ask {name}</Description>"
            "<InputEncoding>UTF-8</InputEncoding>"
            f'<Url type="text/html" method="get" template="{home}/?q={{searchTerms}}"/>'
            "</OpenSearchDescription>"
        )
        return Response(text, media_type="application/xml")

    def routes(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["configuration"])
        router.add_api_route("/api/config", self.config, response_model=None)
        router.add_api_route("/api/version", self.version)
        router.add_api_route("/api/changelog", self.changelog)
        router.add_api_route("/api/usage", self.usage)
        router.add_api_route("/manifest.json", self.manifest)
        router.add_api_route("/opensearch.xml", self.opensearch, response_model=None)
        return router


def _rag_features(rag: rag_pb.GetPublicConfigResponse) -> dict[str, bool]:
    features = {
        "enable_web_search": rag.enable_web_search,
        "enable_google_drive_integration": rag.HasField("google_drive"),
        "enable_onedrive_integration": rag.HasField("onedrive"),
    }
    if rag.HasField("onedrive"):
        features["enable_onedrive_personal"] = rag.onedrive.personal
        features["enable_onedrive_business"] = rag.onedrive.business
    return features


def _file_limits(rag: rag_pb.GetPublicConfigResponse) -> dict[str, Any]:
    def given(name: str) -> int | None:
        return getattr(rag, name) if rag.HasField(name) else None

    size = {"width": given("image_compression_width"), "height": given("image_compression_height")}
    return {"max_size": given("max_size"), "max_count": given("max_count"), "image_compression": size}
