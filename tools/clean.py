"""Remove what `make` made: the environment, builds and caches; the data folder stays."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE = [".venv", "build", "web/build", "web/node_modules", "web/.svelte-kit", ".mypy_cache", ".ruff_cache"]
MADE += [".pytest_cache", ".import_linter_cache", "deploy/local/owui_local/web"]


def main() -> None:
    """Remove each that exists, and the byte code beside the sources."""
    for name in MADE:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in ("libs", "services", "clients", "deploy", "tests", "tools", "bench"):
        for cache in (ROOT / folder).rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)


if __name__ == "__main__":
    main()
