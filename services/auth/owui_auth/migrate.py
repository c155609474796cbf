"""Brings the schema of auth to the newest revision: `python -m owui_auth.migrate`."""

import sys

from owui_chassis.migrations import main

if __name__ == "__main__":
    sys.exit(main("owui_auth", "auth", ("AUTH_DATABASE_URL", "DATABASE_URL")))
