"""Bring this service's schema to its newest revision: `python -m owui_rag.migrate`."""

import sys

from owui_chassis.migrations import main

SCHEMA = "rag"

if __name__ == "__main__":
    sys.exit(main("owui_rag", SCHEMA, ("RAG_DATABASE_URL", "DATABASE_URL")))
