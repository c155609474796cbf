"""Bring this service's schema to its newest revision: `python -m owui_model_proxy.migrate`."""

import sys

from owui_chassis.migrations import main

SCHEMA = "model_proxy"

if __name__ == "__main__":
    sys.exit(main("owui_model_proxy", SCHEMA, ("MODEL_PROXY_DATABASE_URL", "DATABASE_URL")))
