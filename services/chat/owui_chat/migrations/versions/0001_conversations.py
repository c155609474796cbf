"""Conversations: chats, their messages as rows, tags, folders and the tasks that write answers."""

from alembic import op

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE folder (
    id text NOT NULL,
    user_id text NOT NULL,
    parent_id text,
    name text NOT NULL,
    items json,
    meta json,
    data json,
    is_expanded boolean NOT NULL DEFAULT false,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (user_id, id)
);

CREATE TABLE chat (
    id text PRIMARY KEY,
    user_id text NOT NULL,
    title text NOT NULL,
    data json NOT NULL,
    meta jsonb NOT NULL DEFAULT '{}',
    has_history boolean NOT NULL DEFAULT false,
    current_message_id text,
    share_id text UNIQUE,
    folder_id text,
    archived boolean NOT NULL DEFAULT false,
    pinned boolean NOT NULL DEFAULT false,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX chat_of_user ON chat (user_id, updated_at DESC, id);
CREATE INDEX chat_in_folder ON chat (folder_id) WHERE folder_id IS NOT NULL;

CREATE TABLE message (
    chat_id text NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    id text NOT NULL,
    user_id text NOT NULL,
    parent_id text,
    position bigint NOT NULL,
    role text NOT NULL,
    content text,
    data json NOT NULL,
    digest bytea,
    written_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (chat_id, id)
);

CREATE TABLE tag (
    id text NOT NULL,
    user_id text NOT NULL,
    name text NOT NULL,
    meta json,
    PRIMARY KEY (user_id, id)
);

CREATE TABLE task (
    id text PRIMARY KEY,
    chat_id text NOT NULL,
    message_id text NOT NULL,
    user_id text NOT NULL,
    replica text NOT NULL,
    boot text NOT NULL,
    state text NOT NULL DEFAULT 'running',
    heartbeat timestamptz NOT NULL DEFAULT now(),
    UNIQUE (chat_id, message_id)
);
CREATE INDEX task_of_user ON task (user_id);
"""

# The owner is a term of the index, so a search reads only what the owner's and the word's posting lists
# share.
# Scripts without spaces are indexed by character. A tsvector holds 1 MiB: longer texts are found by their
# first 100,000 characters.
_SEARCH_TERMS = r"""
CREATE FUNCTION search_terms(user_id text, content text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(ARRAY['@' || user_id]) || to_tsvector('pg_catalog.simple',
        CASE WHEN octet_length(content) = length(content) THEN left(content, 100000)
        ELSE regexp_replace(left(content, 100000), '([぀-ヿ㐀-鿿가-힯])', '\1 ', 'g') END)
$$
"""
_SEARCH_INDEX = """
CREATE INDEX message_terms ON message USING gin (search_terms(user_id, content)) WHERE content IS NOT NULL
"""


def upgrade() -> None:
    """Create everything."""
    for statement in (*_TABLES.split(";\n"), _SEARCH_TERMS, _SEARCH_INDEX):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Remove everything."""
    for table in ("task", "tag", "message", "chat", "folder"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION search_terms(text, text)")
