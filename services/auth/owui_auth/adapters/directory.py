"""Lists of people, in Postgres."""

from collections.abc import Sequence

from owui_chassis.database import Database
from sqlalchemy import text

from owui_auth.adapters.rows import ACCOUNT, ACCOUNT_IN_BRIEF, account_of
from owui_auth.domain.account import ACTIVE_SECONDS, Account
from owui_auth.domain.listing import PAGE_SIZE, Listing

_ORDERS = {
    "name": "lower(u.name)",
    "email": "u.email",
    "role": "u.role",
    "created_at": "u.created_at",
    "updated_at": "u.updated_at",
    "last_active_at": "u.last_active_at",
}


class PostgresDirectory:
    """Reads lists of accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, listing: Listing) -> tuple[Sequence[Account], int]:
        """Return a page of accounts and the number of all that match."""
        order = _ORDERS.get(listing.order_by, "u.created_at")
        direction = "DESC" if listing.descending else "ASC"
        emails = "OR strpos(u.email, lower(:query)) > 0" if listing.by_email else ""
        matching = f"""
            FROM "user" u WHERE :query = '' OR strpos(lower(u.name), lower(:query)) > 0 {emails}
        """
        limit = f"LIMIT {PAGE_SIZE} OFFSET {(listing.page - 1) * PAGE_SIZE}" if listing.page else ""
        # Assembled from names and numbers of ours; what people type is a parameter.
        columns = ACCOUNT_IN_BRIEF if listing.in_brief else ACCOUNT
        rows_query = text(
            f"SELECT {columns} {matching} ORDER BY {order} {direction}, u.number {direction} {limit}"
        )
        count_query = text(f"SELECT count(*) {matching}")
        async with self._database.connect() as connection:
            rows = (await connection.execute(rows_query, {"query": listing.query})).all()
            total = (await connection.execute(count_query, {"query": listing.query})).scalar() or 0
        return [account_of(row) for row in rows], int(total)

    async def count(self) -> int:
        """Return the number of accounts."""
        async with self._database.connect() as connection:
            return int((await connection.execute(text('SELECT count(*) FROM "user"'))).scalar() or 0)

    async def count_active(self, now: int) -> int:
        """Return the number of accounts that were seen in the last three minutes."""
        query = text('SELECT count(*) FROM "user" WHERE last_active_at > :since')
        async with self._database.connect() as connection:
            return int((await connection.execute(query, {"since": now - ACTIVE_SECONDS})).scalar() or 0)

    async def first_administrator(self, email: str) -> Account | None:
        """Return the administrator with an address; the first one when no address is given."""
        query = f"""
            SELECT {ACCOUNT} FROM "user" u WHERE u.role = 'admin' AND (:email = '' OR u.email = :email)
            ORDER BY u.number LIMIT 1
        """  # noqa: S608 - our own columns
        async with self._database.connect() as connection:
            row = (await connection.execute(text(query), {"email": email})).one_or_none()
        return account_of(row) if row is not None else None

    async def missing(self, user_ids: Sequence[str]) -> Sequence[str]:
        """Return those of these identifiers that no account has."""
        query = text("""
            SELECT asked.id FROM unnest(CAST(:ids AS text[])) AS asked(id)
            WHERE NOT EXISTS (SELECT 1 FROM "user" u WHERE u.id = asked.id)
        """)
        async with self._database.connect() as connection:
            return list((await connection.execute(query, {"ids": list(user_ids)})).scalars().all())
