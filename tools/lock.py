"""Resolve all dependencies into requirements-dev.lock and, as a part of it, requirements.lock."""

import sys

from progress import ROOT, guard, run
from uv_tool import find_uv, uv_environment

OWN = ["auth", "chassis", "chat", "contracts", "gateway", "local", "model-proxy", "rag", "sync", "testkit"]


def main() -> None:
    """Write both files; arguments (such as --upgrade) go to uv."""
    uv = find_uv()
    form = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header"]
    form += ["--no-emit-index-url", "--no-emit-find-links"]
    form += [part for name in OWN for part in ("--no-emit-package", f"owui-{name}")]
    compile_ = [uv, "pip", "compile", "pyproject.toml", *form]
    development = ["--group", "dev", "-o", "requirements-dev.lock", *sys.argv[1:]]
    environment = uv_environment()
    run("Resolving the development set", [*compile_, *development], folder=ROOT, environment=environment)
    runtime = ["-c", "requirements-dev.lock", "-o", "requirements.lock"]
    run("Resolving the running set", [*compile_, *runtime], folder=ROOT, environment=environment)


if __name__ == "__main__":
    guard(main)
