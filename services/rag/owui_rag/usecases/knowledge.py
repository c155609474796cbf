"""Makes, shares, changes and deletes knowledge bases."""

from typing import NoReturn

import msgspec
from owui_chassis.access_control import Caller
from owui_chassis.errors import Forbidden, Invalid
from owui_chassis.identity import Principal

from owui_rag.domain.knowledge import KnowledgeForm, KnowledgeRow, form_problem
from owui_rag.domain.texts import PROHIBITED
from owui_rag.ports import KnowledgeStore
from owui_rag.usecases.finding import found
from owui_rag.usecases.reading import Reading


class Knowledge:
    """What somebody may neither read nor change does not exist for him; what he may only read is refused."""

    def __init__(self, bases: KnowledgeStore, reading: Reading) -> None:
        self._bases = bases
        self._reading = reading

    async def get(self, caller: Caller, knowledge_id: str) -> KnowledgeRow:
        """Return a base that the caller may read; raise NotFound."""
        row = await self._bases.get(caller, knowledge_id)
        return found(row if row and row.readable else None, "knowledge_not_found")

    async def writable(self, caller: Caller, knowledge_id: str) -> KnowledgeRow:
        """Return a base that the caller may change; raise NotFound or Forbidden."""
        row = found(await self._bases.get(caller, knowledge_id), "knowledge_not_found")
        if not row.writable:
            raise Forbidden(PROHIBITED, "not_writable")
        return row

    async def create(self, caller: Caller, principal: Principal, form: KnowledgeForm) -> KnowledgeRow:
        """Make a base; raise Forbidden or Invalid."""
        if not principal.may("workspace.knowledge"):
            raise Forbidden(PROHIBITED, "permission_missing")
        return await self._bases.create(caller, _checked(form, principal))

    async def update(
        self, caller: Caller, principal: Principal, knowledge_id: str, form: KnowledgeForm
    ) -> KnowledgeRow:
        """Change a base; raise NotFound, Forbidden or Invalid."""
        row = await self._bases.update(caller, knowledge_id, _checked(form, principal))
        return row or await self._refuse(caller, knowledge_id)

    async def delete(self, caller: Caller, knowledge_id: str) -> None:
        """Delete a base; its files stay with their owners. Raises NotFound or Forbidden."""
        if not await self._bases.delete(caller, knowledge_id):
            await self._refuse(caller, knowledge_id)

    async def reindex(self) -> None:
        """Have all files of all bases read again."""
        await self._reading.again(await self._bases.file_ids(None), "bulk")

    async def _refuse(self, caller: Caller, knowledge_id: str) -> NoReturn:
        await self.writable(caller, knowledge_id)
        # It came or was shared in the moment between: the next attempt finds it.
        raise Forbidden(PROHIBITED, "not_writable")


def _checked(form: KnowledgeForm, principal: Principal) -> KnowledgeForm:
    """Return a form that may be stored: without the permission to share publicly it is private."""
    if problem := form_problem(form):
        raise Invalid(problem, "bad_form")
    if form.access_control is None and not principal.may("sharing.public_knowledge"):
        return msgspec.structs.replace(form, access_control={})
    return form
