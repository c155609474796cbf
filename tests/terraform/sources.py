"""The Terraform files, parsed: what each folder declares and what its expressions refer to."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TERRAFORM = ROOT / "deploy" / "terraform"
SCHEMAS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("schemas").glob("*.json"))
}
_MODULE = re.compile(r"(?<![\w.])module\.(\w+)(?:\[[^\]]*\])?(?:\.(\w+))?")
_RESOURCE = re.compile(
    rf"(?<![\w.])(data\.)?((?:{'|'.join(SCHEMAS)})_\w+)\.(\w+)(?:\[[^\]]*\])?(?:\.(\w+))?(?:(?:\[[^\]]*\])?\.(\w+))?"
)


@dataclass(frozen=True, order=True)
class Reference:
    """Something that an expression names; `attribute` is empty when it is meant as a whole."""

    kind: str  # var, local, module or resource (data sources too)
    name: str  # for resources their address: azurerm_subnet.nodes, data.aws_region.current
    attribute: str = ""
    inner: str = ""  # the part of a block or object


def texts(node: Any) -> Iterator[str]:
    """Yield every text in a parsed file."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def references(node: Any) -> set[Reference]:
    """Return what the expressions in a part of a file refer to."""
    found = set()
    for text in texts(node):
        if "${" not in text:
            continue
        for kind in ("var", "local"):
            found |= {Reference(kind, name) for name in re.findall(rf"(?<![\w.]){kind}\.(\w+)", text)}
        found |= {Reference("module", name, attribute) for name, attribute in _MODULE.findall(text)}
        found |= {
            Reference("resource", f"{data}{kind}.{name}", attribute, inner)
            for data, kind, name, attribute, inner in _RESOURCE.findall(text)
        }
    return found


@dataclass(frozen=True)
class Folder:
    """A module or an environment."""

    path: Path
    files: dict[str, dict[str, Any]]  # what is parsed, by the name of the file

    @property
    def name(self) -> str:
        """Its place, such as modules/azure/redis."""
        return str(self.path.relative_to(TERRAFORM))

    @property
    def is_environment(self) -> bool:
        """Whether it is applied by itself."""
        return self.path.parent.name == "environments"

    def blocks(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the blocks with one label of a kind, by that label: variables, outputs, modules."""
        return {name: parts[0] for file in self.files.values() for name, parts in file.get(kind, {}).items()}

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Resources and data sources by their address."""
        found: dict[str, dict[str, Any]] = {}
        for file in self.files.values():
            for kind, prefix in (("resource", ""), ("data", "data.")):
                for type_, named in file.get(kind, {}).items():
                    found |= {f"{prefix}{type_}.{name}": parts[0] for name, parts in named.items()}
        return found

    @cached_property
    def locals(self) -> dict[str, Any]:
        """Local values by their name."""
        return {
            name: value
            for file in self.files.values()
            for block in file.get("locals", [])
            for name, value in block.items()
        }

    @cached_property
    def used(self) -> set[Reference]:
        """What everything but the declarations of variables refers to."""
        kept = [
            {key: value for key, value in file.items() if key != "variable"} for file in self.files.values()
        ]
        return references(kept)

    @property
    def providers(self) -> dict[str, dict[str, str]]:
        """Return what is required of providers."""
        terraform = self.files["versions.tf"]["terraform"][0]
        return dict(terraform["required_providers"][0])


def parse(command: list[str], paths: list[Path]) -> dict[Path, Any]:
    """Parse files with HashiCorp's own parser; raise AssertionError for one that is wrong."""
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=True)
    parsed = {}
    for name, outcome in json.loads(done.stdout).items():
        assert "error" not in outcome, f"{name}: {outcome['error']}"
        parsed[Path(name)] = outcome["json"]
    return parsed


def folders(command: list[str]) -> list[Folder]:
    """Return every module and environment."""
    paths = sorted(path for path in TERRAFORM.rglob("*.tf") if ".terraform" not in path.parts)
    parsed = parse(command, paths)
    places = sorted({path.parent for path in paths})
    return [
        Folder(place, {path.name: parsed[path] for path in paths if path.parent == place}) for place in places
    ]
