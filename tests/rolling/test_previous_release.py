"""The previous release works on the schemas of this one, as it has to while an update is going on."""

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from .previous import previous_release
from .revisions import SCHEMAS

# Accounts, chats with answers in both modes, knowledge: what touches every table in some way.
API_TESTS = ("test_accounts.py", "test_ui_mode.py", "test_api_mode.py", "test_knowledge.py")
_SECONDS = 900


class TestTheApiOfThePreviousRelease:
    def test_works_on_a_database_that_this_release_has_migrated(self, tmp_path: Path) -> None:
        folder = previous_release()
        report = tmp_path / "report.xml"
        tests = [f"tests/integration/{name}" for name in API_TESTS]
        options = ["-q", "--stack-shape=one-process", f"--junit-xml={report}", "-p", "no:cacheprovider"]
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        ran = subprocess.run(
            [str(folder / ".venv" / "bin" / "python"), "-m", "pytest", *tests, *options],
            cwd=folder,
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout[-6000:]
        cases = ElementTree.parse(report).iter("testcase")  # noqa: S314 - our own pytest wrote it
        assert len(list(cases)) > 20
        # Each schema was brought up by the programs of this release.
        migrated = (folder / "migrated.txt").read_text(encoding="utf-8").split()
        assert set(migrated) == set(SCHEMAS.values())
