"""The demonstration model: when it is wanted, how it is started, and what the services are told about it."""

import asyncio
import http.client
import os
import secrets
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from owui_local.demo_model_server import MODEL_ID, model_file
from owui_local.listening import free_ports
from owui_local.process import ChildProcess

PROVIDER_VARIABLES = (
    "OPENAI_API_KEY",
    "OPENAI_API_KEYS",
    "OPENAI_API_BASE_URL",
    "OPENAI_API_BASE_URLS",
    "OLLAMA_BASE_URL",
    "OLLAMA_BASE_URLS",
    "OLLAMA_API_BASE_URL",
)
NICENESS = 10  # people's requests go before generated words


def is_wanted(environ: Mapping[str, str]) -> bool:
    """Say whether to serve it: not when switched off, not when the environment names a real provider."""
    if environ.get("DEMO_MODEL", "").strip().lower() in {"off", "false", "0", "no"}:
        return False
    return not any(environ.get(name, "").strip(" ;") for name in PROVIDER_VARIABLES)


class DemoModel:
    """The model's process on a free loopback port that stays the same when the process is started again."""

    def __init__(self, folder: Path, log: Path) -> None:
        """Run in `folder`, log to `log`."""
        [self.port] = free_ports(1)
        self._key = secrets.token_urlsafe(24)
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.process = ChildProcess(
            name="demo-model",
            command=[sys.executable, "-m", "owui_local.demo_model_server", str(self.port)],
            log=log,
            folder=folder,
            environment={**environment, "DEMO_MODEL_API_KEY": self._key},
            nice=NICENESS,
        )

    @staticmethod
    def is_installed() -> bool:
        """Say whether the weights are there."""
        try:
            return model_file().exists()
        except FileNotFoundError:
            return False

    def start(self) -> None:
        """Start without waiting."""
        self.process.start()

    def is_ready(self) -> bool:
        """Say whether the model is loaded and answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    async def wait_ready(self, seconds: float) -> bool:
        """Wait until it answers, at most that long; say whether it does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.running:
            if self.is_ready():
                return True
            await asyncio.sleep(0.05)
        return False

    def stop(self) -> None:
        """End it at once."""
        self.process.stop(grace=2)

    def environment(self) -> dict[str, str]:
        """Return what tells model-proxy where the model answers."""
        return {
            "DEMO_MODEL_BASE_URL": f"http://127.0.0.1:{self.port}/v1",
            "DEMO_MODEL_API_KEY": self._key,
            "DEMO_MODEL_ID": MODEL_ID,
        }
