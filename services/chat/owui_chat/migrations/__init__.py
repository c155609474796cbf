"""Alembic revisions of the schema "chat"."""
