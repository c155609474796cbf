"""Every file of Terraform is one: HashiCorp's own parser reads it."""

import json
import subprocess
from pathlib import Path

from .conftest import Locate
from .helm import ROOT

TERRAFORM = ROOT / "deploy" / "terraform"


def parsed(tool: Locate, paths: list[Path]) -> dict[str, dict[str, object]]:
    """Return what the parser says of each file."""
    command = [*tool("hcl2json"), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, object]] = json.loads(done.stdout)
    return found


def test_every_file_can_be_parsed(tool: Locate) -> None:
    files = sorted(TERRAFORM.rglob("*.tf"))
    found = parsed(tool, files)
    assert len(found) == len(files) > 0
    assert [f"{path}: {one['error']}" for path, one in found.items() if "error" in one] == []


def test_the_parser_is_not_asleep(tool: Locate, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tf"
    bad.write_text('variable "x" {\n  type = string\n', encoding="utf-8")
    assert "error" in parsed(tool, [bad])[str(bad)]
