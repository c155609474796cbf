"""Write the tables in the READMEs under deploy/terraform; `--check` only says which are out of date."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kube_tools import locate
from progress import ROOT, StepError, guard

TERRAFORM = ROOT / "deploy" / "terraform"
BEGIN, END = "<!-- begin: written by tools/terraform_readmes.py -->", "<!-- end -->"
LONG = 60  # characters; longer types and defaults are told by their kind


def parsed(paths: Sequence[Path]) -> dict[Path, dict[str, Any]]:
    """Parse Terraform files."""
    done = subprocess.run([*locate("hcl2json"), *map(str, paths)], capture_output=True, text=True, check=True)
    return {Path(name): one.get("json", {}) for name, one in json.loads(done.stdout).items()}


def cell(text: str) -> str:
    """Return a text as it stands in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def kind(variable: dict[str, Any]) -> str:
    """Return the type of a variable."""
    text = cell(re.sub(r"^\$\{|\}$", "", variable["type"]))
    return text if len(text) <= LONG else text.split("({", maxsplit=1)[0]


def default(variable: dict[str, Any]) -> str:
    """Return the default of a variable."""
    if "default" not in variable:
        return "**required**"
    text = cell(json.dumps(variable["default"], ensure_ascii=False))
    return f"`{text}`" if len(text) <= LONG else "see variables.tf"


def tables(folder: Path, files: dict[Path, dict[str, Any]]) -> str:
    """Return what a README says of variables and outputs."""
    variables = files[folder / "variables.tf"].get("variable", {})
    outputs = files[folder / "outputs.tf"].get("output", {})
    lines = ["| variable | type | default | |", "|---|---|---|---|"]
    for name, (one,) in variables.items():
        text = cell(one["description"]) + (" Secret." if one.get("sensitive") else "")
        lines.append(f"| `{name}` | `{kind(one)}` | {default(one)} | {text} |")
    lines += ["", "| output | |", "|---|---|"]
    for name, (one,) in outputs.items():
        lines.append(f"| `{name}` | {cell(one['description'])}{' Secret.' if one.get('sensitive') else ''} |")
    return "\n".join(lines)


def renewed(text: str, table: str) -> str:
    """Return a README with another table; raise StepError for one without a place for it."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise StepError(f"a README has no place for its table, from {BEGIN} to {END}")
    return f"{head}{BEGIN}\n\n{table}\n\n{END}{tail}"


def main() -> None:
    """Write the READMEs, or say which would change."""
    folders = sorted(
        path.parent for path in TERRAFORM.rglob("variables.tf") if ".terraform" not in path.parts
    )
    files = parsed([folder / name for folder in folders for name in ("variables.tf", "outputs.tf")])
    old = []
    for folder in folders:
        readme = folder / "README.md"
        before = readme.read_text(encoding="utf-8")
        after = renewed(before, tables(folder, files))
        if before != after:
            old.append(str(readme.relative_to(ROOT)))
            if "--check" not in sys.argv:
                readme.write_text(after, encoding="utf-8")
    if old and "--check" in sys.argv:
        raise StepError(f"out of date: {', '.join(old)}; run tools/terraform_readmes.py")


if __name__ == "__main__":
    guard(main)
