"""Who reads which file at the moment, jobs of many files, and the engines that made the vectors."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the columns and tables."""
    # A worker that reads a file holds its lease and renews it: one that was killed loses it by the clock.
    # attempts counts since the file was last settled. retry_at: not to be tried before. submitted_at: when
    # the file was last put into the queue again because its message seemed lost.
    op.execute("""
        ALTER TABLE file
            ADD COLUMN lease uuid,
            ADD COLUMN lease_until timestamptz,
            ADD COLUMN attempts integer NOT NULL DEFAULT 0,
            ADD COLUMN retry_at timestamptz,
            ADD COLUMN submitted_at timestamptz
    """)
    op.execute("""
        CREATE TABLE ingest_job (
            id text PRIMARY KEY,
            user_id text NOT NULL,
            knowledge_id text,
            status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'paused', 'cancelled')),
            total integer NOT NULL,
            created_at bigint NOT NULL,
            updated_at bigint NOT NULL
        )
    """)
    op.execute("CREATE INDEX ingest_job_user_idx ON ingest_job (user_id, created_at DESC, id)")
    op.execute("CREATE INDEX ingest_job_paused_idx ON ingest_job (id) WHERE status = 'paused'")
    # outcome is what became of the file in this job; later jobs may read it again.
    op.execute("""
        CREATE TABLE ingest_job_file (
            job_id text NOT NULL REFERENCES ingest_job ON DELETE CASCADE,
            file_id text NOT NULL,
            outcome text CHECK (outcome IN ('completed', 'failed', 'cancelled')),
            error text,
            PRIMARY KEY (job_id, file_id)
        )
    """)
    op.execute("CREATE INDEX ingest_job_file_open_idx ON ingest_job_file (file_id) WHERE outcome IS NULL")
    op.execute("CREATE FUNCTION " + _FUNCTION)
    op.execute("""
        CREATE TRIGGER file_settled AFTER UPDATE OF status ON file FOR EACH ROW
        WHEN (NEW.status IN ('completed', 'failed', 'cancelled') AND NEW.status <> OLD.status)
        EXECUTE FUNCTION file_settled()
    """)
    op.execute("""
        CREATE TRIGGER file_gone AFTER DELETE ON file FOR EACH ROW EXECUTE FUNCTION file_settled()
    """)
    # How to reach the engine of a generation after the settings have changed; `secrets` is encrypted.
    op.execute("""
        CREATE TABLE embedding_engine (
            name text PRIMARY KEY,
            settings jsonb NOT NULL,
            secrets text NOT NULL DEFAULT '',
            updated_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    # Work that one process at a time does, such as building a generation.
    op.execute("""
        CREATE TABLE work_lease (
            name text PRIMARY KEY,
            holder uuid NOT NULL,
            until timestamptz NOT NULL
        )
    """)


# Keeps the search path of the migration: rows also change by hands with another one.
_FUNCTION = """
    file_settled() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            UPDATE ingest_job_file SET outcome = 'cancelled', error = 'The file was deleted'
            WHERE file_id = OLD.id AND outcome IS NULL;
            RETURN NULL;
        END IF;
        UPDATE ingest_job_file SET outcome = NEW.status, error = NEW.error
        WHERE file_id = NEW.id AND outcome IS NULL;
        RETURN NULL;
    END $$
"""


def downgrade() -> None:
    """Remove the columns and tables."""
    op.execute("DROP TRIGGER file_settled ON file")
    op.execute("DROP TRIGGER file_gone ON file")
    op.execute("DROP FUNCTION file_settled()")
    for table in ("work_lease", "embedding_engine", "ingest_job_file", "ingest_job"):
        op.execute(f"DROP TABLE {table}")
    for column in ("lease", "lease_until", "attempts", "retry_at", "submitted_at"):
        op.execute(f"ALTER TABLE file DROP COLUMN {column}")
