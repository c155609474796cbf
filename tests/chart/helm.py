"""Renders the chart with helm, each set of values once."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from .manifests import Rendered

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "open-webui"
CASES = sorted((CHART / "ci").glob("*.yaml"))
RELEASE, NAMESPACE = "owui", "chat"
# What a cluster with the usual operators offers; a chart may look for them before it uses them.
OPERATORS = (
    "keda.sh/v1alpha1",
    "monitoring.coreos.com/v1",
    "gateway.networking.k8s.io/v1",
    "cert-manager.io/v1",
    "external-secrets.io/v1",
)

Values = dict[str, Any]


class Refused(Exception):
    """Helm did not render; the text is what the person at the terminal reads."""


class Helm:
    """The pinned helm, without anything of the machine's own configuration."""

    def __init__(self, program: list[str], folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._rendered: dict[str, Rendered | Refused] = {}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run helm and return what came of it."""
        return subprocess.run(
            [*self._program, *arguments],
            cwd=ROOT,
            env={**os.environ, **self._surroundings()},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def _surroundings(self) -> dict[str, str]:
        homes = {name: str(self._folder / name) for name in ("CACHE", "CONFIG", "DATA")}
        return {f"HELM_{name}_HOME": path for name, path in homes.items()} | {"KUBECONFIG": os.devnull}

    def render(self, case: str = "", /, **values: Any) -> Rendered:
        """Render with one of the files of ci/ (by name) and with values on top; raise Refused."""
        found = self._kept(case, values)
        if isinstance(found, Refused):
            raise Refused(str(found))
        return found

    def refusal(self, case: str = "", /, **values: Any) -> str:
        """Return the message with which values are refused."""
        found = self._kept(case, values)
        assert isinstance(found, Refused), f"rendered in spite of {json.dumps(values)}"
        return str(found)

    def notes(self, case: str = "", /, **values: Any) -> str:
        """Return what helm prints after an installation."""
        with self.files(case, values) as chosen:
            done = self.run(
                "install", RELEASE, str(CHART), "-n", NAMESPACE, "--dry-run=client", *chosen.flags
            )
        assert done.returncode == 0, done.stderr
        return done.stdout.split("NOTES:", 1)[1]

    def template(self, case: str, values: Values, *more: str) -> subprocess.CompletedProcess[str]:
        """Render once more, whatever is kept."""
        offered = [part for api in OPERATORS for part in ("--api-versions", api)]
        with self.files(case, values) as chosen:
            where = ("template", RELEASE, str(CHART), "-n", NAMESPACE)
            return self.run(*where, *offered, *chosen.flags, *more)

    def _kept(self, case: str, values: Values) -> Rendered | Refused:
        key = json.dumps([case, values], sort_keys=True)
        if key not in self._rendered:
            done = self.template(case, values)
            self._rendered[key] = Rendered(done.stdout) if done.returncode == 0 else Refused(done.stderr)
        return self._rendered[key]

    def files(self, case: str, values: Values) -> "ChosenValues":
        """Write values where helm can read them, for the time of a `with`."""
        return ChosenValues(case, values, self._folder)


class ChosenValues:
    """The flags that name a file of ci/ and a file of further values."""

    def __init__(self, case: str, values: Values, folder: Path) -> None:
        self.flags = ["-f", str(CHART / "ci" / f"{case}.yaml")] if case else []
        self._values = values
        self._folder = folder
        self._path = ""

    def __enter__(self) -> "ChosenValues":
        if self._values:
            with tempfile.NamedTemporaryFile("w", suffix=".json", dir=self._folder, delete=False) as file:
                json.dump(self._values, file)
            self._path = file.name
            self.flags = [*self.flags, "-f", file.name]
        return self

    def __exit__(self, *_: object) -> None:
        if self._path:
            Path(self._path).unlink()
