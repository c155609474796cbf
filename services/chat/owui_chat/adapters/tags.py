"""Tags of chats: their identifiers stand in the chat's meta, their names in rows of their own."""

from owui_chassis.database import Database
from owui_chassis.errors import Invalid
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_chat.adapters.chat_rows import not_found
from owui_chat.domain.search import tag_identifier

_NAME_LENGTH = 100
_ALL = text("""
    SELECT coalesce(json_agg(
        json_build_object('id', t.id, 'name', t.name, 'user_id', t.user_id, 'meta', t.meta) ORDER BY t.name),
        '[]')::text
    FROM tag t WHERE t.user_id = :user_id
""")
_OF_CHAT = text("""
    SELECT coalesce(json_agg(
        json_build_object('id', t.id, 'name', t.name, 'user_id', t.user_id, 'meta', t.meta) ORDER BY t.name)
        FILTER (WHERE t.id IS NOT NULL), '[]')::text AS tags
    FROM chat c LEFT JOIN tag t ON t.user_id = c.user_id AND c.meta -> 'tags' ? t.id
    WHERE c.id = :id AND c.user_id = :user_id GROUP BY c.id
""")
_PUT = text("""
    UPDATE chat SET meta = jsonb_set(meta, '{tags}', coalesce(
        (SELECT jsonb_agg(DISTINCT tag) FROM jsonb_array_elements(
            coalesce(meta -> 'tags', '[]') || CAST(:tags AS jsonb)) AS tag), '[]'))
    WHERE id = :id AND user_id = :user_id
""")
_TAKE = text("""
    UPDATE chat SET meta = jsonb_set(meta, '{tags}', coalesce(meta -> 'tags', '[]') - CAST(:tag AS text))
    WHERE id = :id AND user_id = :user_id
""")
_TAKE_ALL = text("UPDATE chat SET meta = meta - 'tags' WHERE id = :id AND user_id = :user_id")
_NAME = text("""
    INSERT INTO tag (id, user_id, name)
    SELECT n.id, :user_id, n.name FROM unnest(CAST(:ids AS text[]), CAST(:names AS text[])) AS n (id, name)
    ON CONFLICT (user_id, id) DO NOTHING
""")
_DROP_UNUSED = text("""
    DELETE FROM tag t WHERE t.user_id = :user_id
        AND NOT EXISTS (SELECT FROM chat c WHERE c.user_id = t.user_id AND c.meta -> 'tags' ? t.id)
""")


class Tags:
    """The tags of a user's chats; JSON arrays of {id, name, user_id, meta}."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, user_id: str) -> bytes:
        """Return all tags of a user."""
        async with self._database.connect() as connection:
            found: str = (await connection.execute(_ALL, {"user_id": user_id})).scalar_one()
        return found.encode()

    async def of_chat(self, user_id: str, chat_id: str) -> bytes:
        """Return the tags of a chat; raise NotFound."""
        async with self._database.connect() as connection:
            return await _of_chat(connection, user_id, chat_id)

    async def add(self, user_id: str, chat_id: str, names: list[str]) -> bytes:
        """Put tags on a chat and return all it has; raise NotFound, or Invalid for a name that cannot be
        one."""
        tags = {tag_identifier(name): name.strip() for name in names}
        for identifier, name in tags.items():
            if not identifier or identifier == "none" or len(name) > _NAME_LENGTH or not name.isprintable():
                raise Invalid(
                    f"A tag has 1 to {_NAME_LENGTH} characters and is not called None", "invalid_tag"
                )
        async with self._database.begin() as connection:
            key = {"id": chat_id, "user_id": user_id}
            quoted = (
                "["
                + ",".join('"' + tag.replace("\\", "\\\\").replace('"', '\\"') + '"' for tag in tags)
                + "]"
            )
            if not (await connection.execute(_PUT, {**key, "tags": quoted})).rowcount:
                raise not_found()
            values = {"user_id": user_id, "ids": list(tags), "names": list(tags.values())}
            await connection.execute(_NAME, values)
            return await _of_chat(connection, user_id, chat_id)

    async def remove(self, user_id: str, chat_id: str, name: str) -> bytes:
        """Take a tag off a chat and return those that stay; raise NotFound."""
        async with self._database.begin() as connection:
            values = {"id": chat_id, "user_id": user_id, "tag": tag_identifier(name)}
            if not (await connection.execute(_TAKE, values)).rowcount:
                raise not_found()
            await connection.execute(_DROP_UNUSED, {"user_id": user_id})
            return await _of_chat(connection, user_id, chat_id)

    async def remove_all(self, user_id: str, chat_id: str) -> None:
        """Take all tags off a chat; raise NotFound."""
        async with self._database.begin() as connection:
            if not (await connection.execute(_TAKE_ALL, {"id": chat_id, "user_id": user_id})).rowcount:
                raise not_found()
            await connection.execute(_DROP_UNUSED, {"user_id": user_id})

    async def drop_unused(self, user_id: str) -> None:
        """Delete tags that no chat carries any more."""
        async with self._database.begin() as connection:
            await connection.execute(_DROP_UNUSED, {"user_id": user_id})


async def _of_chat(connection: AsyncConnection, user_id: str, chat_id: str) -> bytes:
    found = (await connection.execute(_OF_CHAT, {"id": chat_id, "user_id": user_id})).scalar()
    if found is None:
        raise not_found()
    return str(found).encode()
