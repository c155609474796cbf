"""The stub as processes of its own, one for chats and one for vectors: its cost is nobody else's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.load.http import Address

ROOT = Path(__file__).parents[2]
EMBEDDING_MODEL = "stub-embedding-384"
# Texts per request, for both systems: the peer's own default of 1 would measure requests.
EMBEDDING_BATCH = 64


@dataclass(frozen=True)
class RunningProvider:
    """Where the stubs listen, and their process ids."""

    address: Address
    embeddings: Address
    pids: frozenset[int]

    @property
    def url(self) -> str:
        """The base URL of an OpenAI-compatible connection."""
        return f"http://{self.address.host}:{self.address.port}/v1"

    @property
    def embedding_environment(self) -> dict[str, str]:
        """What has a system make its vectors with the stub, the same for each system."""
        return {
            "RAG_EMBEDDING_ENGINE": "openai",
            "RAG_EMBEDDING_MODEL": EMBEDDING_MODEL,
            "RAG_EMBEDDING_BATCH_SIZE": str(EMBEDDING_BATCH),
            "RAG_OPENAI_API_BASE_URL": f"http://{self.embeddings.host}:{self.embeddings.port}/v1",
            "RAG_OPENAI_API_KEY": "sk-stub",
            "CHUNK_SIZE": "1000",
            "CHUNK_OVERLAP": "100",
        }


@contextmanager
def running_provider() -> Iterator[RunningProvider]:
    """Starts the stubs on ports of the system's choice and stops them in the end."""
    with ExitStack() as stack:
        chats, embeddings = (stack.enter_context(_running_stub()) for _ in range(2))
        yield RunningProvider(chats[0], embeddings[0], frozenset({chats[1], embeddings[1]}))


@contextmanager
def _running_stub() -> Iterator[tuple[Address, int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.provider"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        yield Address("127.0.0.1", int(process.stdout.readline())), process.pid
    finally:
        process.terminate()
        process.wait()
