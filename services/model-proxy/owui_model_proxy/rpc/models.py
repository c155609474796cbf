"""The servicer of the workspace."""

from typing import Any

from google.api.httpbody_pb2 import HttpBody
from owui.model_proxy.v1 import model_service_pb2 as pb
from owui.model_proxy.v1.model_service_pb2_grpc import ModelServiceServicer
from owui_chassis.call import current_principal
from owui_chassis.errors import Forbidden
from owui_chassis.identity import Principal

from owui_model_proxy.domain.pictures import plain_picture, stored_picture
from owui_model_proxy.ports import ModelRows, RowQuery
from owui_model_proxy.rpc.model_messages import to_form, to_forms, to_message
from owui_model_proxy.usecases.catalogue import Catalogue
from owui_model_proxy.usecases.workspace import Workspace


class ModelServicer(ModelServiceServicer):
    """Keeps the rows of the workspace."""

    def __init__(self, workspace: Workspace, rows: ModelRows, catalogue: Catalogue) -> None:
        self._workspace = workspace
        self._rows = rows
        self._catalogue = catalogue

    async def ListWorkspaceModels(
        self, request: pb.ListWorkspaceModelsRequest, _context: Any
    ) -> pb.ListWorkspaceModelsResponse:
        """List a page of what the caller may read."""
        wanted = RowQuery(
            text=request.query,
            view=request.view_option,
            tag=request.tag,
            order_by=request.order_by,
            descending=request.direction.lower() != "asc",
            page=min(max(request.page, 1), 1_000_000),
        )
        rows, total = await self._rows.page(self._catalogue.caller(current_principal()), wanted)
        return pb.ListWorkspaceModelsResponse(items=[to_message(row) for row in rows], total=total)

    async def ListModelOverrides(
        self, _request: pb.ListModelOverridesRequest, _context: Any
    ) -> pb.ListModelOverridesResponse:
        """List the rows about providers' models."""
        _admin()
        return pb.ListModelOverridesResponse(items=[to_message(row) for row in await self._rows.overrides()])

    async def ListModelTags(
        self, _request: pb.ListModelTagsRequest, _context: Any
    ) -> pb.ListModelTagsResponse:
        """List the tags of what the caller may read."""
        rows = await self._rows.readable(self._catalogue.caller(current_principal()))
        names = {
            tag["name"]
            for row in rows
            if isinstance(tags := row.meta.get("tags"), list)
            for tag in tags
            if isinstance(tag, dict) and isinstance(tag.get("name"), str)
        }
        return pb.ListModelTagsResponse(items=sorted(names))

    async def CreateModel(self, request: pb.CreateModelRequest, _context: Any) -> pb.CreateModelResponse:
        """Make a model."""
        principal = _permitted("workspace.models")
        row = await self._workspace.create(to_form(request), principal)
        return pb.CreateModelResponse(model=to_message(row))

    async def ReadModel(self, request: pb.ReadModelRequest, _context: Any) -> pb.ReadModelResponse:
        """Read one row."""
        row = await self._workspace.readable(request.id, current_principal())
        return pb.ReadModelResponse(model=to_message(row))

    async def GetModelImage(
        self, request: pb.GetModelImageRequest, _context: Any
    ) -> pb.GetModelImageResponse:
        """Show the picture of a model."""
        row = await self._rows.get(request.id)
        if row is not None and not row.readable_by(self._catalogue.caller(current_principal())):
            row = None
        stored = stored_picture(row.meta.get("profile_image_url")) if row else None
        content_type, data = stored or plain_picture(row.name if row else request.id)
        return pb.GetModelImageResponse(image=HttpBody(content_type=content_type, data=data))

    async def ToggleModel(self, request: pb.ToggleModelRequest, _context: Any) -> pb.ToggleModelResponse:
        """Switch a model on or off."""
        row = await self._workspace.toggle(request.id, current_principal())
        return pb.ToggleModelResponse(model=to_message(row))

    async def UpdateModel(self, request: pb.UpdateModelRequest, _context: Any) -> pb.UpdateModelResponse:
        """Change a model."""
        row = await self._workspace.update(to_form(request), current_principal())
        return pb.UpdateModelResponse(model=to_message(row))

    async def DeleteModel(self, request: pb.DeleteModelRequest, _context: Any) -> pb.DeleteModelResponse:
        """Remove a model."""
        await self._workspace.delete(request.id, current_principal())
        return pb.DeleteModelResponse(deleted=True)

    async def DeleteAllModels(
        self, _request: pb.DeleteAllModelsRequest, _context: Any
    ) -> pb.DeleteAllModelsResponse:
        """Remove all rows."""
        _admin()
        await self._workspace.delete_all()
        return pb.DeleteAllModelsResponse(deleted=True)

    async def ExportModels(self, _request: pb.ExportModelsRequest, _context: Any) -> pb.ExportModelsResponse:
        """Hand out what the caller may read."""
        principal = _permitted("workspace.models_export")
        rows = await self._rows.readable(self._catalogue.caller(principal))
        return pb.ExportModelsResponse(items=[to_message(row) for row in rows])

    async def ImportModels(self, request: pb.ImportModelsRequest, _context: Any) -> pb.ImportModelsResponse:
        """Take models in."""
        principal = _permitted("workspace.models_import")
        await self._workspace.take_in(to_forms(request.models), principal)
        return pb.ImportModelsResponse(imported=True)

    async def SyncModels(self, request: pb.SyncModelsRequest, _context: Any) -> pb.SyncModelsResponse:
        """Make the rows exactly those given."""
        principal = _admin()
        rows = await self._workspace.sync(to_forms(request.models), principal)
        return pb.SyncModelsResponse(items=[to_message(row) for row in rows])


def _admin() -> Principal:
    principal = current_principal()
    if not principal.is_admin:
        raise Forbidden("Only administrators may do this", "admin_required")
    return principal


def _permitted(permission: str) -> Principal:
    principal = current_principal()
    if not principal.may(permission):
        raise Forbidden("401 Unauthorized", "permission_missing")
    return principal
