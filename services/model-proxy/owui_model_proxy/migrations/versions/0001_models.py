"""Workspace models, the lists that providers gave last, and the revision of the rows."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.execute("""
        CREATE TABLE model (
            id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 256),
            user_id text NOT NULL,
            base_model_id text,
            name text NOT NULL,
            params json NOT NULL DEFAULT '{}',
            meta json NOT NULL DEFAULT '{}',
            access_control jsonb,
            is_active boolean NOT NULL DEFAULT true,
            lends_base boolean NOT NULL DEFAULT false,
            updated_at bigint NOT NULL,
            created_at bigint NOT NULL
        )
    """)
    op.execute("CREATE INDEX model_user_id_idx ON model (user_id)")
    op.execute("CREATE INDEX model_updated_at_idx ON model (updated_at DESC, id)")
    # The truth about whether a replica's copy of the rows is old; a message is only a hint.
    op.execute(
        "CREATE TABLE model_revision (single boolean PRIMARY KEY CHECK (single), revision bigint NOT NULL)"
    )
    op.execute("INSERT INTO model_revision VALUES (true, 0)")
    op.execute("""
        CREATE TABLE provider_list (
            name text PRIMARY KEY,
            body bytea NOT NULL,
            updated_at timestamptz NOT NULL DEFAULT now()
        )
    """)


def downgrade() -> None:
    """Remove the tables."""
    op.execute("DROP TABLE provider_list")
    op.execute("DROP TABLE model_revision")
    op.execute("DROP TABLE model")
