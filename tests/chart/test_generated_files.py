"""What tools write from comments and declarations is as they would write it now."""

import subprocess
import sys

import pytest

from .helm import CHART, ROOT

WRITERS = {"README.md": "chart_readme.py", "files/settings.yaml": "chart_settings.py"}


@pytest.mark.parametrize("name", WRITERS)
def test_it_is_fresh(name: str) -> None:
    assert (CHART / name).is_file()
    command = [sys.executable, str(ROOT / "tools" / WRITERS[name]), "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_explains_every_key_of_the_defaults() -> None:
    readme = (CHART / "README.md").read_text(encoding="utf-8")
    for key in (
        "postgresql.external.host",
        "gateway.autoscaling",
        "networkPolicy.enabled",
        "secrets.existingSecret",
    ):
        assert key in readme, key
