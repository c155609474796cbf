"""Folders know their parents, and there are notes."""

from alembic import op

revision = "0002"
down_revision = "0001"
# What the tests of rolling updates want to know of new rules.
contract = "the previous release has no route that writes folders: its programs break no rule"

# A folder takes those in it along, and a name occurs once at a place, in whatever case.
_FOLDERS = """
UPDATE folder SET parent_id = NULL WHERE parent_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM folder above WHERE above.user_id = folder.user_id AND above.id = folder.parent_id
);
ALTER TABLE folder ADD CONSTRAINT folder_parent FOREIGN KEY (user_id, parent_id)
    REFERENCES folder (user_id, id) ON DELETE CASCADE;
CREATE UNIQUE INDEX folder_name ON folder (user_id, coalesce(parent_id, ''), lower(name))
"""
# `body` is the text of the note as people write it: what is searched. Times are epoch nanoseconds.
_NOTES = """
CREATE TABLE note (
    id text PRIMARY KEY,
    user_id text NOT NULL,
    title text NOT NULL,
    body text NOT NULL DEFAULT '',
    data json,
    meta json,
    access_control jsonb,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX note_of_user ON note (user_id, updated_at DESC);
CREATE INDEX note_shared ON note (updated_at DESC) WHERE access_control IS NULL OR access_control <> '{}'
"""


def upgrade() -> None:
    """Create what is new."""
    for statement in (*_FOLDERS.split(";\n"), *_NOTES.split(";\n")):
        op.execute(statement)


def downgrade() -> None:
    """Remove what was new."""
    op.execute("DROP TABLE note")
    op.execute("DROP INDEX folder_name")
    op.execute("ALTER TABLE folder DROP CONSTRAINT folder_parent")
