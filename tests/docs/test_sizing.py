"""The page on sizing says what the chart asks for and what docs/performance.md has measured."""

import re
from typing import Any

import pytest

from .pages import INSTALL, ROOT, page
from .test_values import VALUES

# What is quoted from docs/performance.md, as it is written in both.
MEASURED = ["12.8", "34.8", "2.08", "1.74", "430 MiB", "681 MiB", "289", "352", "2,094", "1.16"]
KEYS = {"rag-worker": "ragWorker", "rag-beat": "ragBeat", "model-proxy": "modelProxy"}


def workload(name: str) -> dict[str, Any]:
    """Return CPUs and MiB that a workload asks for, and its limit."""
    own = VALUES[KEYS.get(name, name)].get("resources", VALUES["defaults"]["resources"])
    return {
        "cpu": int(own["requests"]["cpu"].removesuffix("m")) / 1000,
        "memory": mebibytes(own["requests"]["memory"]),
        "limit": mebibytes(own["limits"]["memory"]),
    }


def mebibytes(text: str) -> int:
    """Return the MiB of `192Mi`, `3Gi`, `192 MiB` or `3 GiB`."""
    found = re.fullmatch(r"(\d+) ?([MG])iB?", text)
    assert found, text
    return int(found[1]) * {"M": 1, "G": 1024}[found[2]]


def test_each_workload_asks_for_what_the_table_says() -> None:
    rows = re.findall(
        r"^\| ([a-z-]+) \| ([\d.]+) CPU, (\d+ MiB) \| (\d+ [MG]iB) \|",
        page(INSTALL / "sizing.md").text,
        re.MULTILINE,
    )
    said = {
        name: {"cpu": float(cpu), "memory": mebibytes(memory), "limit": mebibytes(limit)}
        for name, cpu, memory, limit in rows
    }
    running = ("gateway", "auth", "chat", "model-proxy", "rag", "rag-worker", "rag-beat")
    assert said == {name: workload(name) for name in running}


@pytest.mark.parametrize("figure", MEASURED)
def test_what_is_called_measured_was_measured(figure: str) -> None:
    assert figure in page(INSTALL / "sizing.md").text
    assert figure in page(ROOT / "docs" / "performance.md").text
