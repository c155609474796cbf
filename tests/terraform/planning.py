"""Runs Terraform without a cloud.

Stub providers know what arguments there are; mocks make up what a cloud would say.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .sources import SCHEMAS, TERRAFORM

STUB = Path(__file__).with_name("stub_provider.py")
SECONDS = 180


@dataclass(frozen=True)
class Resource:
    """A resource as it would be created."""

    address: str
    kind: str
    values: dict[str, Any]
    sensitive: dict[str, Any]


@dataclass(frozen=True)
class Installation:
    """What an environment would create in one run of its tests."""

    outputs: dict[str, dict[str, Any]]
    resources: list[Resource]

    def of(self, kind: str) -> list[Resource]:
        """Return the resources of a kind."""
        return [one for one in self.resources if one.kind == kind]

    def release(self) -> Resource:
        """Return the release of the platform."""
        return next(one for one in self.of("helm_release") if one.address.startswith("module.release"))


class Planner:
    """Terraform with stub providers, on a copy of our files."""

    def __init__(self, program: list[str], folder: Path) -> None:
        self._program = program
        self.copy = folder / "deploy" / "terraform"
        shutil.copytree(TERRAFORM, self.copy, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        self._settings = folder / "terraform.rc"
        overrides = "".join(
            f'"hashicorp/{name}" = {json.dumps(str(self._stub(folder, name)))}\n' for name in SCHEMAS
        )
        self._settings.write_text(f"provider_installation {{\ndev_overrides {{\n{overrides}}}\n}}\n")

    @staticmethod
    def _stub(folder: Path, name: str) -> Path:
        """Write the program that Terraform takes for a provider; return its folder."""
        program = folder / "providers" / f"terraform-provider-{name}"
        program.parent.mkdir(exist_ok=True)
        schema = STUB.parent / "schemas" / f"{name}.json"
        program.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{STUB}' '{schema}'\n")
        program.chmod(0o755)
        return program.parent

    def run(self, place: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Terraform in a folder of the copy."""
        environment = os.environ | {
            "TF_CLI_CONFIG_FILE": str(self._settings),
            # The stubs speak without TLS, over a socket that only this user can open.
            "TF_DISABLE_PLUGIN_TLS": "1",
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }
        return subprocess.run(
            [*self._program, *arguments],
            cwd=self.copy / place,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def validate(self, place: str) -> list[str]:
        """Return what is wrong with a module or an environment."""
        modules = self.run(place, "get", "-no-color")
        assert modules.returncode == 0, modules.stderr
        told = json.loads(self.run(place, "validate", "-json").stdout)
        return [
            f"{one['summary']}: {one['detail']} {one.get('range', {}).get('filename', '')}"
            for one in told["diagnostics"]
            if one["severity"] == "error"
        ]

    def installations(self, place: str) -> dict[str, Installation]:
        """Run the tests of an environment; return what each of their runs would create, by its name."""
        modules = self.run(place, "get", "-no-color")
        assert modules.returncode == 0, modules.stderr
        told = self.run(place, "test", "-json", "-verbose")
        events = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
        wrong = [
            f"{one['diagnostic']['summary']}: {one['diagnostic']['detail']}"
            for one in events
            if one["type"] == "diagnostic" and one["@level"] == "error"
        ]
        assert told.returncode == 0, "\n".join([*wrong, told.stderr])
        return {
            one["@testrun"]: Installation(
                one["test_state"].get("outputs", {}), list(resources(one["test_state"]["root_module"]))
            )
            for one in events
            if one["type"] == "test_state"
        }


def resources(module: dict[str, Any]) -> Iterator[Resource]:
    """Yield the resources of a module and of those that it calls."""
    for one in module.get("resources", []):
        yield Resource(one["address"], one["type"], one["values"], one.get("sensitive_values", {}))
    for child in module.get("child_modules", []):
        yield from resources(child)
