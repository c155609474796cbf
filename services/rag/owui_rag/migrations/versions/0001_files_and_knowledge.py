"""Files, what was read from them, the chunks of that, and the knowledge bases that hold files."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    # The text of a file, once however many files have the same text and were split the same way.
    op.execute("""
        CREATE TABLE content (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            text_hash bytea NOT NULL CHECK (length(text_hash) = 32),
            splitting text NOT NULL,
            text text NOT NULL,
            pages integer[] NOT NULL DEFAULT '{}',
            metadata jsonb NOT NULL DEFAULT '{}',
            chunk_count integer NOT NULL DEFAULT 0,
            created_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (text_hash, splitting)
        )
    """)
    op.execute("""
        CREATE TABLE chunk (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            content_id bigint NOT NULL REFERENCES content ON DELETE CASCADE,
            ordinal integer NOT NULL,
            start_at integer NOT NULL,
            end_at integer NOT NULL CHECK (end_at > start_at),
            page integer,
            headings text[] NOT NULL DEFAULT '{}',
            tokens integer NOT NULL,
            text_hash bytea NOT NULL,
            text text NOT NULL,
            UNIQUE (content_id, ordinal)
        )
    """)
    op.execute("CREATE INDEX chunk_text_hash_idx ON chunk (text_hash)")
    # status: pending, processing, completed, failed, cancelled. content_id keeps the former text until a new
    # one is there. access_control as in the public interface; null is private to the owner here, since
    # files are shared through knowledge bases.
    op.execute("""
        CREATE TABLE file (
            id text PRIMARY KEY,
            user_id text NOT NULL,
            filename text NOT NULL,
            content_type text NOT NULL DEFAULT '',
            size bigint NOT NULL DEFAULT 0,
            blob_key text,
            blob_hash bytea,
            content_id bigint REFERENCES content ON DELETE SET NULL,
            hash text,
            status text NOT NULL DEFAULT 'pending'
                CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
            progress real NOT NULL DEFAULT 0,
            error text,
            data jsonb NOT NULL DEFAULT '{}',
            meta jsonb NOT NULL DEFAULT '{}',
            access_control jsonb,
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL
        )
    """)
    op.execute("CREATE INDEX file_user_idx ON file (user_id, created_at DESC, id)")
    op.execute("CREATE INDEX file_content_idx ON file (content_id)")
    op.execute(
        "CREATE INDEX file_unfinished_idx ON file (updated_at) WHERE status IN ('pending', 'processing')"
    )
    op.execute("""
        CREATE TABLE knowledge (
            id text PRIMARY KEY,
            user_id text NOT NULL,
            name text NOT NULL,
            description text NOT NULL DEFAULT '',
            meta jsonb NOT NULL DEFAULT '{}',
            access_control jsonb,
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL
        )
    """)
    op.execute("CREATE INDEX knowledge_user_idx ON knowledge (user_id)")
    op.execute("CREATE INDEX knowledge_updated_idx ON knowledge (updated_at DESC, id)")
    # folder is a path inside the base such as "reports/2026"; "" is its top.
    op.execute("""
        CREATE TABLE knowledge_file (
            knowledge_id text NOT NULL REFERENCES knowledge ON DELETE CASCADE,
            file_id text NOT NULL REFERENCES file ON DELETE CASCADE,
            user_id text NOT NULL,
            folder text NOT NULL DEFAULT '',
            added_at bigint NOT NULL,
            PRIMARY KEY (knowledge_id, file_id)
        )
    """)
    op.execute("CREATE INDEX knowledge_file_file_idx ON knowledge_file (file_id)")


def downgrade() -> None:
    """Remove the tables."""
    for table in ("knowledge_file", "knowledge", "file", "chunk", "content"):
        op.execute(f"DROP TABLE {table}")
