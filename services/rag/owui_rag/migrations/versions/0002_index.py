"""The index: vectors by embedding generation, words by segment, and which base holds which content."""

from alembic import op

revision = "0002"
down_revision = "0001"

# The functions keep the search path of the migration: rows also change by hands with another one.
# They lock the files first: who links a file while another stores its content would else not be counted.
_FUNCTIONS = (
    """
    -- How many files of a base have this content; the row stays at 0 while a merged segment still lists it.
    CREATE FUNCTION count_knowledge_links(base text, content bigint, by_links integer) RETURNS void
    LANGUAGE sql SET search_path FROM CURRENT AS $$
        INSERT INTO knowledge_content AS kept (knowledge_id, content_id, links)
        SELECT base, content, by_links WHERE by_links > 0
        ON CONFLICT (knowledge_id, content_id)
        DO UPDATE SET links = kept.links + excluded.links, changed_at = now();
        UPDATE knowledge_content SET links = greatest(links + by_links, 0), changed_at = now()
        WHERE by_links < 0 AND knowledge_id = base AND content_id = content;
    $$
    """,
    """
    CREATE FUNCTION knowledge_file_added() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        PERFORM count_knowledge_links(added.knowledge_id, added.content_id, added.links::integer)
        FROM (
            WITH locked AS MATERIALIZED (
                SELECT id, content_id FROM file WHERE id IN (SELECT file_id FROM new_rows)
                ORDER BY id FOR SHARE
            )
            SELECT links_now.knowledge_id, locked.content_id, count(*) AS links
            FROM new_rows AS links_now JOIN locked ON locked.id = links_now.file_id
            WHERE locked.content_id IS NOT NULL
            GROUP BY 1, 2 ORDER BY 1, 2
        ) AS added;
        RETURN NULL;
    END $$
    """,
    """
    -- A base that goes takes its rows of knowledge_content along; a file that goes was counted before.
    CREATE FUNCTION knowledge_file_removed() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        PERFORM count_knowledge_links(gone.knowledge_id, gone.content_id, -gone.links::integer)
        FROM (
            WITH locked AS MATERIALIZED (
                SELECT id, content_id FROM file WHERE id IN (SELECT file_id FROM old_rows)
                ORDER BY id FOR SHARE
            )
            SELECT links_then.knowledge_id, locked.content_id, count(*) AS links
            FROM old_rows AS links_then JOIN locked ON locked.id = links_then.file_id
            WHERE locked.content_id IS NOT NULL
            GROUP BY 1, 2 ORDER BY 1, 2
        ) AS gone;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION file_content_changed() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF OLD.content_id IS NOT NULL THEN
            PERFORM count_knowledge_links(knowledge_id, OLD.content_id, -1)
            FROM knowledge_file WHERE file_id = OLD.id ORDER BY knowledge_id;
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF NEW.content_id IS NOT NULL THEN
            PERFORM count_knowledge_links(knowledge_id, NEW.content_id, 1)
            FROM knowledge_file WHERE file_id = NEW.id ORDER BY knowledge_id;
        END IF;
        RETURN NULL;
    END $$
    """,
)

_TRIGGERS = (
    """CREATE TRIGGER knowledge_file_added AFTER INSERT ON knowledge_file
       REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION knowledge_file_added()""",
    """CREATE TRIGGER knowledge_file_removed AFTER DELETE ON knowledge_file
       REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION knowledge_file_removed()""",
    """CREATE TRIGGER file_content_changed AFTER UPDATE OF content_id ON file
       FOR EACH ROW WHEN (OLD.content_id IS DISTINCT FROM NEW.content_id)
       EXECUTE FUNCTION file_content_changed()""",
    """CREATE TRIGGER file_content_removed BEFORE DELETE ON file
       FOR EACH ROW EXECUTE FUNCTION file_content_changed()""",
)


def upgrade() -> None:
    """Create the tables and what keeps them true."""
    # The vectors of a generation are in a table of their own, embedding_<id>, made when it begins.
    op.execute("""
        CREATE TABLE embedding_generation (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name text NOT NULL,
            dimensions integer NOT NULL CHECK (dimensions BETWEEN 1 AND 16000),
            state text NOT NULL DEFAULT 'building' CHECK (state IN ('building', 'live', 'retired')),
            created_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (name, dimensions)
        )
    """)
    op.execute(
        "CREATE UNIQUE INDEX embedding_generation_live_idx ON embedding_generation (state)"
        " WHERE state = 'live'"
    )
    # An immutable part of the lexical index: either that of one content, or many contents of one base
    # merged. `chunks` tells which chunk each document number means, see owui_rag.adapters.index.postings.
    op.execute("""
        CREATE TABLE lexical_segment (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            content_id bigint REFERENCES content ON DELETE CASCADE,
            knowledge_id text REFERENCES knowledge ON DELETE CASCADE,
            documents integer NOT NULL,
            length bigint NOT NULL,
            buckets integer NOT NULL,
            chunks bytea NOT NULL,
            retired_at timestamptz,
            CHECK ((content_id IS NULL) <> (knowledge_id IS NULL))
        )
    """)
    op.execute("ALTER TABLE lexical_segment ALTER COLUMN chunks SET STORAGE EXTERNAL")
    op.execute("CREATE INDEX lexical_segment_content_idx ON lexical_segment (content_id)")
    op.execute("CREATE INDEX lexical_segment_knowledge_idx ON lexical_segment (knowledge_id)")
    op.execute("""
        CREATE TABLE lexical_block (
            segment_id bigint NOT NULL REFERENCES lexical_segment ON DELETE CASCADE,
            bucket integer NOT NULL,
            postings bytea NOT NULL,
            PRIMARY KEY (segment_id, bucket)
        )
    """)
    op.execute("ALTER TABLE lexical_block ALTER COLUMN postings SET STORAGE EXTERNAL")
    # The languages whose stemmers have been used, so that questions are stemmed in the same ways.
    op.execute("CREATE TABLE lexical_language (name text PRIMARY KEY)")
    # content_id has no foreign key: a row outlives its content until the segment is written anew.
    op.execute("""
        CREATE TABLE knowledge_content (
            knowledge_id text NOT NULL REFERENCES knowledge ON DELETE CASCADE,
            content_id bigint NOT NULL,
            links integer NOT NULL CHECK (links >= 0),
            segment_id bigint REFERENCES lexical_segment ON DELETE SET NULL,
            changed_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (knowledge_id, content_id)
        )
    """)
    op.execute("""
        CREATE INDEX knowledge_content_unmerged_idx ON knowledge_content (knowledge_id)
        WHERE segment_id IS NULL AND links > 0
    """)
    op.execute("CREATE INDEX knowledge_content_gone_idx ON knowledge_content (segment_id) WHERE links = 0")
    op.execute("CREATE INDEX knowledge_content_segment_idx ON knowledge_content (segment_id)")
    for statement in _FUNCTIONS + _TRIGGERS:
        op.execute(statement)
    op.execute("""
        INSERT INTO knowledge_content (knowledge_id, content_id, links)
        SELECT knowledge_id, content_id, count(*) FROM knowledge_file JOIN file ON file.id = file_id
        WHERE content_id IS NOT NULL GROUP BY 1, 2
    """)


def downgrade() -> None:
    """Remove the tables, those of the generations included."""
    op.execute("""
        DO $$ DECLARE generation integer; BEGIN
            FOR generation IN SELECT id FROM embedding_generation LOOP
                EXECUTE format('DROP TABLE IF EXISTS embedding_%s', generation);
            END LOOP;
        END $$
    """)
    for table, trigger in (
        ("knowledge_file", "knowledge_file_added"),
        ("knowledge_file", "knowledge_file_removed"),
        ("file", "file_content_changed"),
        ("file", "file_content_removed"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in ("knowledge_file_added", "knowledge_file_removed", "file_content_changed"):
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("DROP FUNCTION count_knowledge_links(text, bigint, integer)")
    for table in (
        "knowledge_content",
        "lexical_language",
        "lexical_block",
        "lexical_segment",
        "embedding_generation",
    ):
        op.execute(f"DROP TABLE {table}")
