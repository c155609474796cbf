"""Lists of chats: Postgres makes the JSON, we pass it on."""

from typing import Any

from owui_chassis.database import Database
from owui_chassis.errors import Invalid
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_chat.adapters.chat_rows import read_many
from owui_chat.adapters.chats import EXPORT, EXPORT_ARCHIVED, EXPORT_EVERYBODY, IN_FOLDER
from owui_chat.domain.search import Search

PAGE = 60
FOLDER_PAGE = 10
_ORDERS = {"title": "title", "created_at": "created_at", "updated_at": "updated_at"}
# A page number above this would overflow Postgres' offset.
_LAST_PAGE = 1_000_000

_LIST = """
    SELECT coalesce('[' || string_agg('{{"id":' || to_json(s.id)::text || ',"title":' ||
        to_json(s.title)::text
        || ',"updated_at":' || s.updated_at || ',"created_at":' || s.created_at || '}}', ',') || ']', '[]')
    FROM (SELECT id, title, updated_at, created_at FROM chat c
        WHERE {condition} ORDER BY {order} LIMIT :limit OFFSET :offset) s
"""
# Messages are found through the index over (owner, word) alone; then the few chats are looked up.
_FOUND = """(
    (:has_words AND c.title ILIKE ALL (CAST(:patterns AS text[])))
    OR c.id IN (
        SELECT m.chat_id FROM message m
        WHERE search_terms(m.user_id, m.content) @@ CAST(:terms AS tsquery) AND m.content IS NOT NULL
            AND m.user_id = :user_id
    ))"""
# In folders of these names and in those that are in them.
_IN_NAMED = """c.folder_id IN (
    WITH RECURSIVE named AS (
        SELECT id FROM folder WHERE user_id = :user_id
            AND replace(lower(name), '_', ' ') = ANY(CAST(:folders AS text[]))
        UNION SELECT f.id FROM folder f JOIN named n ON f.parent_id = n.id WHERE f.user_id = :user_id
    ) SELECT id FROM named
)"""
_USAGE = text("""
    WITH page AS (
        SELECT id, meta, updated_at, created_at FROM chat WHERE user_id = :user_id
        ORDER BY updated_at DESC, id LIMIT :limit OFFSET :offset
    ), counts AS (
        SELECT p.id, count(m.id) AS total, count(m.id) FILTER (WHERE m.role = 'user') AS users,
            count(m.id) FILTER (WHERE m.role = 'assistant') AS assistants,
            coalesce(avg(length(m.content)) FILTER (WHERE m.role = 'user'), 0)::float8 AS user_length,
            coalesce(avg(length(m.content)) FILTER (WHERE m.role = 'assistant'), 0)::float8 AS answer_length,
            coalesce(max(m.created_at), max(p.updated_at)) AS last_at,
            coalesce(avg(greatest(m.updated_at - m.created_at, 0)) FILTER (WHERE m.role = 'assistant'),
                0)::float8
                AS seconds
        FROM page p LEFT JOIN message m ON m.chat_id = p.id GROUP BY p.id
    ), models AS (
        SELECT n.id, json_object_agg(n.model, n.count) AS models FROM (
            SELECT p.id, m.data ->> 'model' AS model, count(*) AS count
            FROM page p JOIN message m ON m.chat_id = p.id AND m.role = 'assistant'
            WHERE m.data ->> 'model' IS NOT NULL GROUP BY 1, 2) n GROUP BY n.id
    )
    SELECT json_build_object('total', (SELECT count(*) FROM chat WHERE user_id = :user_id), 'items',
        coalesce((
        SELECT json_agg(json_build_object('id', p.id, 'models', coalesce(o.models, '{}'), 'message_count',
            c.total,
            'history_models', coalesce(o.models, '{}'), 'history_message_count', c.total,
            'history_user_message_count', c.users, 'history_assistant_message_count', c.assistants,
            'average_response_time', c.seconds, 'average_user_message_content_length', c.user_length,
            'average_assistant_message_content_length', c.answer_length,
            'tags', coalesce(p.meta -> 'tags', '[]'), 'last_message_at', c.last_at,
            'updated_at', p.updated_at, 'created_at', p.created_at) ORDER BY p.updated_at DESC, p.id)
        FROM page p JOIN counts c ON c.id = p.id LEFT JOIN models o ON o.id = p.id), '[]'))::text
""")


class ChatLists:
    """Lists of chats as JSON arrays of {id, title, updated_at, created_at}, newest change first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own(
        self, user_id: str, page: int | None, *, include_pinned: bool, include_folders: bool
    ) -> bytes:
        """Return the chats of a user that are not archived; all of them when no page is named."""
        condition = "c.user_id = :user_id AND NOT c.archived"
        condition += "" if include_pinned else " AND NOT c.pinned"
        condition += "" if include_folders else " AND c.folder_id IS NULL"
        return await self._list(condition, page, user_id=user_id)

    async def pinned(self, user_id: str) -> bytes:
        """Return the pinned chats of a user."""
        return await self._list("c.user_id = :user_id AND c.pinned AND NOT c.archived", None, user_id=user_id)

    async def in_folder(self, user_id: str, folder_id: str, page: int) -> bytes:
        """Return one short page of a folder's chats."""
        condition = "c.user_id = :user_id AND c.folder_id = :folder_id AND NOT c.archived"
        return await self._list(condition, page, size=FOLDER_PAGE, user_id=user_id, folder_id=folder_id)

    async def filtered(
        self,
        user_id: str,
        page: int | None,
        query: str,
        order_by: str,
        direction: str,
        *,
        archived: bool | None,
    ) -> bytes:
        """Return chats by part of the title in a chosen order; raise Invalid for an order we do not have."""
        if order_by not in ("", *_ORDERS) or direction.lower() not in ("", "asc", "desc"):
            raise Invalid(
                "order_by is title, created_at or updated_at, direction is asc or desc", "invalid_order"
            )
        order = f"{_ORDERS[order_by or 'updated_at']} {'ASC' if direction.lower() == 'asc' else 'DESC'}, id"
        condition = "c.user_id = :user_id AND strpos(lower(c.title), lower(:query)) > 0"
        condition += "" if archived is None else f" AND c.archived = {archived}"
        return await self._list(condition, page or 1, order=order, user_id=user_id, query=query)

    async def tagged(self, user_id: str, tag: str, skip: int, limit: int) -> bytes:
        """Return chats that carry a tag."""
        condition = "c.user_id = :user_id AND NOT c.archived AND c.meta -> 'tags' ? :tag"
        statement = text(_LIST.format(condition=condition, order="updated_at DESC, id"))
        values = {"user_id": user_id, "tag": tag, "limit": limit, "offset": skip}
        async with self._database.connect() as connection:
            return await _json(connection, statement, values)

    async def search(self, user_id: str, search: Search, page: int) -> bytes:
        """Return one page of what a search finds in titles and messages."""
        conditions = ["c.user_id = :user_id"]
        values: dict[str, Any] = {"user_id": user_id}
        if not search.archived:
            conditions.append("NOT c.archived")
        elif search.archived:
            conditions.append("c.archived")
        if search.pinned is not None:
            conditions.append("c.pinned" if search.pinned else "NOT c.pinned")
        if search.shared is not None:
            conditions.append("c.share_id IS NOT NULL" if search.shared else "c.share_id IS NULL")
        if search.tags == ("none",):
            conditions.append("coalesce(jsonb_array_length(c.meta -> 'tags'), 0) = 0")
        elif search.tags:
            conditions.append("c.meta -> 'tags' ?& CAST(:tags AS text[])")
            values["tags"] = list(search.tags)
        if search.folders:
            conditions.append(_IN_NAMED)
            values["folders"] = list(search.folders)
        if search.words:
            conditions.append(_FOUND)
            terms = f"'@{user_id}' & ({search.terms})" if search.terms else ""
            values |= {"has_words": True, "patterns": search.title_patterns, "terms": terms}
        return await self._list(" AND ".join(conditions), page, **values)

    async def usage(self, user_id: str, page: int, size: int) -> bytes:
        """Return {items, total} with the statistics of one page of chats."""
        async with self._database.connect() as connection:
            return await _json(
                connection, _USAGE, {"user_id": user_id, "limit": size, "offset": (page - 1) * size}
            )

    async def whole(self, user_id: str, *, archived_only: bool = False) -> bytes:
        """Return the chats of a user with their content."""
        async with self._database.connect() as connection:
            return await read_many(
                connection, EXPORT_ARCHIVED if archived_only else EXPORT, {"user_id": user_id}
            )

    async def whole_of_folder(self, user_id: str, folder_id: str) -> bytes:
        """Return the chats of a folder with their content."""
        async with self._database.connect() as connection:
            return await read_many(connection, IN_FOLDER, {"user_id": user_id, "folder_id": folder_id})

    async def whole_of_everybody(self) -> bytes:
        """Return all chats with their content."""
        async with self._database.connect() as connection:
            return await read_many(connection, EXPORT_EVERYBODY, {})

    async def _list(
        self,
        condition: str,
        page: int | None,
        *,
        size: int = PAGE,
        order: str = "updated_at DESC, id",
        **values: Any,
    ) -> bytes:
        if page is not None and not 1 <= page <= _LAST_PAGE:
            raise Invalid("page counts from 1", "invalid_page")
        statement = text(_LIST.format(condition=condition, order=order))
        window = {"limit": None if page is None else size, "offset": 0 if page is None else (page - 1) * size}
        async with self._database.connect() as connection:
            return await _json(connection, statement, {**values, **window})


async def _json(connection: AsyncConnection, statement: Any, values: dict[str, Any]) -> bytes:
    found: str = (await connection.execute(statement, values)).scalar_one()
    return found.encode()
