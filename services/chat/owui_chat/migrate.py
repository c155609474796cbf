"""Brings the schema of chat to the newest revision: `python -m owui_chat.migrate`."""

import sys

from owui_chassis.migrations import main

if __name__ == "__main__":
    sys.exit(main("owui_chat", "chat", ("CHAT_DATABASE_URL", "DATABASE_URL")))
