"""How our platform is started for a run: the one-machine edition in either shape, on the stub."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.provider.process import RunningProvider
from bench.systems import Launch

ROOT = Path(__file__).parents[2]


# The modules behind `make up` and `make dev`.
MODULES = {"local": "owui_local.up", "services": "owui_local.dev"}


def launch_ours(shape: str, provider: RunningProvider, data: Path, port: int) -> Launch:
    """The command of shape `local` (one process) or `services` (a process per service)."""
    environment = {
        "PORT": str(port),
        "DATA_DIR": str(data),
        # A person's own .env in the repository is none of a benchmark's business.
        "ENV_FILE": "/dev/null",
        "WEBUI_SECRET_KEY": "bench-secret-of-a-run-0123456789abcdef",
        "DEMO_MODEL": "off",
        "OPENAI_API_BASE_URLS": provider.url,
        "OPENAI_API_KEYS": "sk-stub",
        "ENABLE_OLLAMA_API": "false",
        "BYPASS_MODEL_ACCESS_CONTROL": "true",
        **provider.embedding_environment,
    }
    return Launch([sys.executable, "-m", MODULES[shape]], environment, ROOT)
