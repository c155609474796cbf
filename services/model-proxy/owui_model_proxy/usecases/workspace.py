"""Make, change and remove workspace models."""

import time
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from owui_chassis.errors import AlreadyExists, Forbidden, NotFound
from owui_chassis.identity import Principal

from owui_model_proxy.domain.knowledge import with_lenders
from owui_model_proxy.domain.row_forms import RowForm
from owui_model_proxy.domain.rows import ModelRow
from owui_model_proxy.ports import ModelRows
from owui_model_proxy.usecases.catalogue import Catalogue

TAKEN = "Uh-oh! This model id is already registered. Please choose another model id string."
NOT_FOUND = "We could not find what you're looking for :/"
PROHIBITED = (
    "You do not have permission to access this resource. Please contact your administrator for assistance."
)


class Workspace:
    """Holds two rules besides the rows' own access: only administrators write rows about providers' models,
    and nobody else builds on a model that he may not use himself."""

    def __init__(self, rows: ModelRows, catalogue: Catalogue, changed: Callable[[], Awaitable[None]]) -> None:
        self._rows = rows
        self._catalogue = catalogue
        self._changed = changed

    async def create(self, form: RowForm, principal: Principal) -> ModelRow:
        """Make a row; raise AlreadyExists, Forbidden, or NotFound for a base that the caller may not use."""
        self._authorise_base(form.id, form.base_model_id, None, principal)
        row = _new_row(form, principal)
        if not await self._rows.insert(row):
            raise AlreadyExists(TAKEN, "model_id_taken")
        await self._tell()
        return row

    async def update(self, form: RowForm, principal: Principal) -> ModelRow:
        """Change a row; raise NotFound or Forbidden."""
        row = await self.writable(form.id, principal)
        changed = self._changed_row(row, form, principal)
        await self._rows.save([changed])
        await self._tell()
        return changed

    async def toggle(self, model_id: str, principal: Principal) -> ModelRow:
        """Switch a model on or off; raise NotFound or Forbidden."""
        row = await self.writable(model_id, principal)
        changed = msgspec.structs.replace(row, is_active=not row.is_active, updated_at=int(time.time()))
        await self._rows.save([changed])
        await self._tell()
        return changed

    async def delete(self, model_id: str, principal: Principal) -> None:
        """Remove a model; raise NotFound or Forbidden."""
        row = await self.writable(model_id, principal)
        await self._rows.delete(row.id)
        await self._tell()

    async def delete_all(self) -> None:
        """Remove all rows."""
        await self._rows.replace_all([])
        await self._tell()

    async def take_in(self, forms: Sequence[RowForm], principal: Principal) -> None:
        """Make or change models, all or none; raise Forbidden or NotFound as for single ones."""
        rows = []
        for form in forms:
            row = await self._rows.get(form.id)
            if row is None:
                self._authorise_base(form.id, form.base_model_id, None, principal)
                rows.append(_new_row(form, principal))
            else:
                rows.append(self._changed_row(self._check_writable(row, principal), form, principal))
        await self._rows.save(rows)
        await self._tell()

    async def sync(self, forms: Sequence[RowForm], principal: Principal) -> list[ModelRow]:
        """Make the rows exactly those given; for administrators."""
        await self._rows.replace_all([_new_row(form, principal) for form in forms])
        await self._tell()
        return self._catalogue.known_rows()

    async def writable(self, model_id: str, principal: Principal) -> ModelRow:
        """Return a row that the caller may change; raise NotFound or Forbidden."""
        row = await self._rows.get(model_id)
        if row is None:
            raise NotFound(NOT_FOUND, "model_not_found")
        return self._check_writable(row, principal)

    async def readable(self, model_id: str, principal: Principal) -> ModelRow:
        """Return a row that the caller may read; raise NotFound."""
        row = await self._rows.get(model_id)
        if row is None or not row.readable_by(self._catalogue.caller(principal)):
            raise NotFound(NOT_FOUND, "model_not_found")
        return row

    def _check_writable(self, row: ModelRow, principal: Principal) -> ModelRow:
        caller = self._catalogue.caller(principal)
        if not row.writable_by(caller):
            if not row.readable_by(caller):
                raise NotFound(NOT_FOUND, "model_not_found")
            raise Forbidden(PROHIBITED, "not_writable")
        if row.base_model_id is None and not principal.is_admin:
            raise Forbidden(PROHIBITED, "not_writable")
        return row

    def _changed_row(self, row: ModelRow, form: RowForm, principal: Principal) -> ModelRow:
        self._authorise_base(form.id, form.base_model_id, row, principal)
        same_base = row.base_model_id == form.base_model_id
        return msgspec.structs.replace(
            row,
            base_model_id=form.base_model_id,
            name=form.name,
            params=form.params,
            meta=with_lenders(form.meta, principal.user_id, row),
            access_control=form.access_control,
            is_active=form.is_active,
            updated_at=int(time.time()),
            lends_base=principal.is_admin or (same_base and row.lends_base),
        )

    def _authorise_base(
        self, model_id: str, base_id: str | None, row: ModelRow | None, principal: Principal
    ) -> None:
        if base_id is not None and model_id in self._catalogue.index.bases:
            raise AlreadyExists(TAKEN, "model_id_taken")
        if principal.is_admin or (row is not None and row.base_model_id == base_id):
            return
        if base_id is None:
            raise Forbidden(PROHIBITED, "not_writable")
        if not self._catalogue.index.admits(base_id, self._catalogue.caller(principal)):
            raise NotFound("Model not found", "model_not_found")

    async def _tell(self) -> None:
        await self._catalogue.reload_rows()
        await self._changed()


def _new_row(form: RowForm, principal: Principal) -> ModelRow:
    now = int(time.time())
    return ModelRow(
        id=form.id,
        user_id=principal.user_id,
        base_model_id=form.base_model_id,
        name=form.name,
        params=form.params,
        meta=with_lenders(form.meta, principal.user_id),
        access_control=form.access_control,
        is_active=form.is_active,
        updated_at=now,
        created_at=now,
        lends_base=principal.is_admin,
    )
