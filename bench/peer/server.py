"""How the peer is started for a run: one worker and SQLite, as it comes, on the stub."""

from __future__ import annotations

from pathlib import Path

from bench.peer.install import program
from bench.provider.process import RunningProvider
from bench.systems import Launch


def launch_peer(provider: RunningProvider, data: Path, port: int) -> Launch:
    """The peer's command; it fetches nothing, loads no model. FileNotFoundError before `install`."""
    if not program().exists():
        raise FileNotFoundError(f"{program()} is missing: run `python -m bench install-peer` first")
    environment = {
        "DATA_DIR": str(data),
        "WEBUI_SECRET_KEY": "bench-secret-of-a-run-0123456789abcdef",
        "ENV": "prod",
        "OFFLINE_MODE": "true",
        "HF_HUB_OFFLINE": "1",
        "DO_NOT_TRACK": "true",
        "ANONYMIZED_TELEMETRY": "false",
        "OPENAI_API_BASE_URLS": provider.url,
        "OPENAI_API_KEYS": "sk-stub",
        "ENABLE_OLLAMA_API": "false",
        **provider.embedding_environment,
        "BYPASS_MODEL_ACCESS_CONTROL": "true",
        "ENABLE_EVALUATION_ARENA_MODELS": "false",
        "CORS_ALLOW_ORIGIN": "*",
    }
    return Launch([str(program()), "serve", "--host", "127.0.0.1", "--port", str(port)], environment, data)
