"""Know at any moment which models there are and who may use them."""

import logging
from collections.abc import Callable, Sequence

from owui_chassis.access_control import Caller
from owui_chassis.background import Background
from owui_chassis.errors import NotFound
from owui_chassis.identity import Principal

from owui_model_proxy.domain.connections import Connection
from owui_model_proxy.domain.model_index import ModelIndex, Route, merge_lists
from owui_model_proxy.domain.rows import ModelRow
from owui_model_proxy.ports import KnownLists, ListReader, ModelRows
from owui_model_proxy.usecases.provider_lists import ListState, ProviderLists

log = logging.getLogger(__name__)
REFRESH_SECONDS = 2.0


class Catalogue:
    """Answers from memory. Lists, rows and connections reach it by themselves; rows of other replicas by a
    message, and by their revision when messages are lost."""

    def __init__(
        self,
        rows: ModelRows,
        reader: ListReader,
        kept: KnownLists,
        background: Background,
        *,
        fresh_seconds: float,
        connections: Callable[[], Sequence[Connection]],
        order: Callable[[], Sequence[str]] = tuple,
        bypass_all: bool = False,
        bypass_admin: bool = True,
    ) -> None:
        self._rows = rows
        self._connections = connections
        self._order = order
        self._bypass_all = bypass_all
        self._bypass_admin = bypass_admin
        self._revision = -1
        self._known_rows: list[ModelRow] = []
        self._stale = True
        self._index = ModelIndex((), ())
        self.lists = ProviderLists(reader, kept, background, fresh_seconds=fresh_seconds, changed=self._mark)

    async def start(self) -> None:
        """Read what is kept and begin to ask the providers."""
        await self.reload_rows()
        await self.lists.start(self._connections())

    def _mark(self) -> None:
        self._stale = True

    def reconnect(self) -> None:
        """Follow changed settings."""
        self.lists.connect(self._connections())
        self.lists.refresh_due()

    async def reload_rows(self) -> None:
        """Read the rows again."""
        self._revision, self._known_rows = await self._rows.all()
        self._mark()

    async def follow_rows(self) -> None:
        """Read the rows again if they have changed."""
        if await self._rows.revision() != self._revision:
            await self.reload_rows()

    def known_rows(self) -> list[ModelRow]:
        """Return the rows as they were read last."""
        return self._known_rows

    def caller(self, principal: Principal) -> Caller:
        """Return what access depends on."""
        return Caller(
            user_id=principal.user_id,
            group_ids=frozenset(principal.group_ids),
            unrestricted=self._bypass_all or (principal.is_admin and self._bypass_admin),
        )

    @property
    def index(self) -> ModelIndex:
        """The models as they are known now."""
        if self._stale:
            # Rebuilding waits for a question: many changes at once cost one rebuild.
            self._index = ModelIndex(merge_lists(self.lists.lists()), self._known_rows, self._order())
            self._stale = False
        return self._index

    async def current(self, refresh: bool = False) -> ModelIndex:
        """Return the models; old lists are fetched anew behind the answer, or before it with `refresh`."""
        self.lists.refresh_due(force=refresh)
        if refresh:
            await self.lists.settle(REFRESH_SECONDS)
        else:
            await self.lists.first_lists()
        return self.index

    async def route(self, model_id: str, principal: Principal) -> Route:
        """Return where a request to a model goes.

        Raises NotFound, whether the model is unknown, switched off or not for this caller.
        """
        caller = self.caller(principal)
        route = self.index.route(model_id, caller)
        if route is None and model_id not in self.index.bases:
            # The provider may have got it just now, or we have.
            self.lists.refresh_due()
            await self.lists.settle(REFRESH_SECONDS)
            route = self.index.route(model_id, caller)
        if route is None:
            raise NotFound("Model not found", "model_not_found")
        return route

    def states(self) -> list[ListState]:
        """Return what is known of each connection."""
        return self.lists.states()
