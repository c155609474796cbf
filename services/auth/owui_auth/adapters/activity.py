"""Signs of life, written to Postgres beside the requests."""

from owui_chassis.background import Background
from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_auth.ports import CredentialOwner

WRITE_SECONDS = 60
_PENDING_LIMIT = 1000

# The condition is repeated in the statement: of many replicas that see the same sign of life one writes.
_SEEN = Statement('UPDATE "user" SET last_active_at = :now WHERE id = :id AND last_active_at <= :before')
_KEY_USED = Statement("""
    UPDATE api_key SET last_used_at = :now
    WHERE id = :id AND (last_used_at IS NULL OR last_used_at <= :before)
""")


class PostgresActivity:
    """Writes last-active and last-used times, at most once a minute for each."""

    def __init__(self, database: Database, background: Background) -> None:
        self._database = database
        self._background = background
        self._pending: set[str] = set()

    def seen(self, owner: CredentialOwner, *, by_key: bool, now: int) -> None:
        """Somebody used a credential."""
        before = now - WRITE_SECONDS
        account_due = owner.last_active_at <= before
        key_due = by_key and (owner.last_used_at is None or owner.last_used_at <= before)
        # What is known may be a request old: the set keeps a burst of requests from queueing the same write.
        if (account_due or key_due) and owner.credential_id not in self._pending:
            if len(self._pending) >= _PENDING_LIMIT:
                return
            self._pending.add(owner.credential_id)
            self._background.spawn(self._write(owner, by_key=key_due, now=now), "writing a sign of life")

    async def _write(self, owner: CredentialOwner, *, by_key: bool, now: int) -> None:
        try:
            times = {"now": now, "before": now - WRITE_SECONDS}
            await self._database.fetch(_SEEN, id=owner.user_id, **times)
            if by_key:
                await self._database.fetch(_KEY_USED, id=owner.credential_id, **times)
        finally:
            self._pending.discard(owner.credential_id)
