"""Alembic revisions of the schema "rag"."""
