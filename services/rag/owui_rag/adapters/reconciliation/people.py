"""Files, bases and jobs of people whose account is gone."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from owui.auth.v1 import user_service_pb2 as pb
from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.domain.reconciliation import MOST, Found

_ASKED_AT_ONCE = 1000
_SECONDS = 10.0
_OWNERS = Statement("""
    SELECT owner.id FROM (
        SELECT user_id AS id, created_at FROM file
        UNION ALL SELECT user_id, created_at FROM knowledge
        UNION ALL SELECT user_id, created_at FROM ingest_job
    ) AS owner WHERE owner.id > :after
    GROUP BY owner.id HAVING max(owner.created_at) < extract(epoch FROM now() - CAST(:grace AS interval))
    ORDER BY owner.id LIMIT CAST(:limit AS integer)
""")


class BelongingsOfDeletedUsers:
    """`users` is a stub of auth's UserService, `erase` deletes everything of a person."""

    kind = "belongings_of_deleted_users"

    def __init__(
        self, database: Database, users: Any, erase: Callable[[str], Awaitable[None]], grace: timedelta
    ) -> None:
        self._database = database
        self._users = users
        self._erase = erase
        self._grace = grace

    async def find(self) -> Found:
        """Return the people; who has brought anything within the grace time is not among them."""
        missing: list[str] = []
        after, examined = "", 0
        while owners := await self._database.fetch(
            _OWNERS, after=after, grace=self._grace, limit=_ASKED_AT_ONCE
        ):
            missing += await self._missing([row.id for row in owners])
            after, examined = owners[-1].id, examined + len(owners)
        return Found(len(missing), missing[:MOST], examined)

    async def repair(self, ids: Sequence[str]) -> int:
        """Delete what belongs to those of them who are still missing."""
        missing = await self._missing(ids)
        for user_id in missing:
            await self._erase(user_id)
        return len(missing)

    async def _missing(self, user_ids: Sequence[str]) -> list[str]:
        request = pb.ListMissingUsersRequest(user_ids=user_ids)
        return list((await self._users.ListMissingUsers(request, timeout=_SECONDS)).user_ids)
