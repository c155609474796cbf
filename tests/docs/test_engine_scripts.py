"""What the files for Podman and Swarm run in a shell does what it says."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from swarm_stack import ENTRYPOINT

from .engines import QUADLET, entries
from .pages import ROOT


class TestTheEntrypointOfTheStack:
    def run(self, folder: Path, *programs: str, fails: str = "") -> subprocess.CompletedProcess[str]:
        """Run it with a program that tells what it was asked for."""
        python = folder / "python"
        python.write_text(
            f'#!/bin/sh\necho "$2 $A_SECRET"\nif [ "$2" = "{fails}" ]; then exit 3; fi\n', encoding="utf-8"
        )
        python.chmod(0o755)
        (folder / "secrets").mkdir()
        (folder / "secrets" / "A_SECRET").write_text("with $signs and 'quotes'", encoding="utf-8")
        script = ENTRYPOINT.replace("/opt/owui/bin/python", str(python))
        script = script.replace("/run/secrets", str(folder / "secrets"))
        command = ["sh", "-euc", script, "sh", *programs]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def test_hands_secrets_over_and_runs_one_program_after_the_other(self, tmp_path: Path) -> None:
        done = self.run(tmp_path, "owui_auth.migrate", "owui_auth.main")
        secret = "with $signs and 'quotes'"
        assert done.stdout.splitlines() == [f"owui_auth.migrate {secret}", f"owui_auth.main {secret}"]
        assert done.returncode == 0

    def test_starts_nothing_after_a_migration_that_failed(self, tmp_path: Path) -> None:
        done = self.run(tmp_path, "owui_auth.migrate", "owui_auth.main", fails="owui_auth.migrate")
        assert "owui_auth.main" not in done.stdout
        assert done.returncode == 3


# Keeps each secret in a file, as the engine does; of Pods it takes a Secret.
ENGINE = """#!/bin/sh
set -eu
case "$1 $2" in
    "secret exists" | "secret inspect") test -e "$KEPT/$3" ;;
    "secret create") test ! -e "$KEPT/$3"; cat > "$KEPT/$3" ;;
    "kube play") cat > "$KEPT/owui" ;;
    *) exit 9 ;;
esac
"""


@pytest.mark.parametrize(
    ("script", "engine", "arguments", "number"),
    [
        ("podman", "podman", [], 4),
        ("podman", "podman", ["kube"], 1),
        ("swarm", "docker", [], 4),
    ],
)
class TestScriptsThatChooseSecrets:
    def test_choose_each_once_and_tell_none(
        self, script: str, engine: str, arguments: list[str], number: int, tmp_path: Path
    ) -> None:
        kept = tmp_path / "kept"
        kept.mkdir()
        program = tmp_path / "bin" / engine
        program.parent.mkdir()
        program.write_text(ENGINE, encoding="utf-8")
        program.chmod(0o755)
        copy = tmp_path / "create-secrets.sh"
        source = (ROOT / "deploy" / script / "create-secrets.sh").read_text(encoding="utf-8")
        copy.write_text(source.replace("/etc/owui", f"{tmp_path}/config/owui"), encoding="utf-8")
        copy.chmod(0o755)
        surroundings = {
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": f"{tmp_path}/config",
            "KEPT": str(kept),
        }

        def choose() -> str:
            done = subprocess.run(
                [str(copy), *arguments],
                env=surroundings,
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            )
            return done.stdout

        told = choose()
        chosen = {path.name: path.read_text(encoding="utf-8") for path in kept.iterdir()}
        words = re.findall(r"[0-9a-f]{64}", "\n".join(chosen.values()))
        assert len(chosen) == number
        assert len(set(words)) == 4
        assert not [word for word in words if word in told]
        assert choose() == ""
        assert {path.name: path.read_text(encoding="utf-8") for path in kept.iterdir()} == chosen
        if script == "podman":
            named = {value.partition(",")[0] for path in QUADLET.glob("*.container")
                     for value in entries(path.read_text("utf-8")).get("Secret", [])}  # fmt: skip
            assert chosen.keys() == (named if number == 4 else {"owui"})
