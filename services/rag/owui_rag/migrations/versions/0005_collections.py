"""Names of collections are looked up in an index, however many files a person has."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the index."""
    op.execute("""
        CREATE INDEX file_collection_idx ON file (user_id, (meta ->> 'collection_name'))
        WHERE meta ->> 'collection_name' IS NOT NULL
    """)


def downgrade() -> None:
    """Remove it."""
    op.execute("DROP INDEX file_collection_idx")
