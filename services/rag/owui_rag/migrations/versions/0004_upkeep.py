"""What is looked after: leftovers that were seen, reports about them, and evaluations of the search."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    # Stores do not tell how old bytes are in one way: what has no file is old when it was seen long ago.
    op.execute("""
        CREATE TABLE orphan_sighting (
            key text PRIMARY KEY,
            seen_at timestamptz NOT NULL DEFAULT now(),
            last_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute("""
        CREATE TABLE reconciliation_report (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            started_at bigint NOT NULL,
            finished_at bigint NOT NULL,
            repair boolean NOT NULL,
            findings jsonb NOT NULL
        )
    """)
    # Who runs an evaluation renews until; what is left running after that was interrupted.
    op.execute("""
        CREATE TABLE evaluation (
            id text PRIMARY KEY,
            user_id text NOT NULL,
            name text NOT NULL,
            knowledge_id text NOT NULL,
            status text NOT NULL CHECK (status IN ('running', 'completed', 'failed')),
            progress real NOT NULL DEFAULT 0,
            error text,
            questions integer NOT NULL,
            settings jsonb NOT NULL,
            result jsonb NOT NULL DEFAULT '{}',
            running_until timestamptz,
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL
        )
    """)
    op.execute("CREATE INDEX evaluation_created_idx ON evaluation (created_at DESC, id)")


def downgrade() -> None:
    """Remove the tables."""
    for table in ("evaluation", "reconciliation_report", "orphan_sighting"):
        op.execute(f"DROP TABLE {table}")
