"""Serves the general administration page."""

from datetime import timedelta
from typing import Any

from owui.auth.v1 import admin_config_service_pb2 as pb
from owui.auth.v1 import admin_config_service_pb2_grpc
from owui.auth.v1.admin_config_pb2 import AdminConfig
from owui_chassis.errors import Invalid
from owui_chassis.settings import duration

from owui_auth.ports import Directory
from owui_auth.rpc.callers import administrator, origin, person
from owui_auth.usecases.administration import Decide

_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
_FIELDS = tuple(field.name for field in AdminConfig.DESCRIPTOR.fields)
_DURATION = "jwt_expires_in"


class AdminConfigServicer(admin_config_service_pb2_grpc.AdminConfigServiceServicer):
    """Reads and changes what administrators decide; `live` holds the settings in force."""

    def __init__(self, live: Any, decide: Decide, directory: Directory) -> None:
        self._live = live
        self._decide = decide
        self._directory = directory

    async def GetAdminConfig(
        self, _request: pb.GetAdminConfigRequest, _context: Any
    ) -> pb.GetAdminConfigResponse:
        """Read all switches."""
        administrator()
        return pb.GetAdminConfigResponse(config=self._config())

    async def UpdateAdminConfig(
        self, request: pb.UpdateAdminConfigRequest, _context: Any
    ) -> pb.UpdateAdminConfigResponse:
        """Change all switches."""
        administrator()
        values = {name: getattr(request.config, name) for name in _FIELDS}
        values[_DURATION] = _lifetime(request.config.jwt_expires_in)
        await self._decide.change_switches(values, origin())
        return pb.UpdateAdminConfigResponse(config=self._config())

    async def GetAdminDetails(
        self, _request: pb.GetAdminDetailsRequest, _context: Any
    ) -> pb.GetAdminDetailsResponse:
        """Name the administrator to ask."""
        person()
        if not self._live.show_admin_details:
            raise Invalid("This installation does not name its administrators", "details_hidden")
        wanted = self._live.admin_email
        found = await self._directory.first_administrator(wanted)
        if found is None:
            return pb.GetAdminDetailsResponse(email=wanted or None)
        return pb.GetAdminDetailsResponse(name=found.name, email=found.email)

    def _config(self) -> AdminConfig:
        values = {name: getattr(self._live, name) for name in _FIELDS}
        values[_DURATION] = _shown(values[_DURATION])
        return AdminConfig(**values)


def _lifetime(text: str) -> timedelta | None:
    try:
        return duration(text)
    except ValueError as error:
        raise Invalid(f"JWT_EXPIRES_IN: {error}", "invalid_duration") from None


def _shown(lifetime: timedelta | None) -> str:
    if not lifetime:
        return "-1"
    seconds = int(lifetime.total_seconds())
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}"
