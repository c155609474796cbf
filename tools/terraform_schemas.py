"""Write tests/terraform/schemas: which arguments the pinned providers have for what we use of them.

Needed again when a pin changes or a resource is used for the first time. The providers themselves are on no
package index; packages generated from their schemas (for the Terraform CDK) are, and are read here.
"""

import json
import re
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from progress import ROOT, StepError, guard, run
from uv_tool import find_uv, uv_environment

SCHEMAS = ROOT / "tests" / "terraform" / "schemas"
TERRAFORM = ROOT / "deploy" / "terraform"
PACKAGES = {
    "azurerm": "cdktn-provider-azurerm==18.9.0",
    "aws": "cdktn-provider-aws==25.8.1",
    "helm": "cdktn-provider-helm==15.1.0",
    "random": "cdktn-provider-random==15.0.1",
}
# The packages do not tell what is sensitive: this is what the providers' documentation names.
SENSITIVE = {
    "random_password": ("result", "bcrypt_hash"),
    "azurerm_kubernetes_cluster": (
        *("kube_config", "kube_config_raw"),
        *("kube_admin_config", "kube_admin_config_raw"),
    ),
    "azurerm_storage_account": (
        *("primary_access_key", "secondary_access_key"),
        *("primary_connection_string", "secondary_connection_string"),
        *("primary_blob_connection_string", "secondary_blob_connection_string"),
    ),
    "azurerm_postgresql_flexible_server": ("administrator_password",),
    "azurerm_managed_redis": (
        "default_database.primary_access_key",
        "default_database.secondary_access_key",
    ),
    "aws_db_instance": ("password",),
    "aws_elasticache_replication_group": ("auth_token",),
    "helm_release": ("repository_password", "set_sensitive"),
}
# What methods that read an attribute are called after, and what they read.
READ: dict[str, Any] = {
    "String": "string",
    "Boolean": "bool",
    "Number": "number",
    "List": ["list", "string"],
    "NumberList": ["list", "number"],
    "StringMap": ["map", "string"],
    "BooleanMap": ["map", "bool"],
    "NumberMap": ["map", "number"],
    "AnyMap": ["map", "string"],
}
ELEMENTS = {"string": "string", "boolean": "bool", "number": "number", "any": "dynamic"}
# name: { value: …, isBlock: …, type: "list", storageClassType: "stringList" }
ARGUMENT = re.compile(
    r"^ {8,12}(\w+): \{\n\s+value: (.*?),\n\s+isBlock: \w+,\n"
    r"\s+type: \"(\w+)\",\n\s+storageClassType: \"(\w+)\",",
    re.DOTALL | re.MULTILINE,
)
GETTER = re.compile(
    r"return (?:cdktn\.Token\.\w+\()?(cdktn\.Fn\.tolist\()?"
    r"this\.(?:get|interpolationFor)(\w*)Attribute\('(\w+)'\)"
)
PART = re.compile(r"_\w+ = new (\w+)\(this, \"(\w+)\"(, true)?")


def plain(name: str) -> str:
    """Return a name without what sets camelCase and snake_case apart."""
    return name.replace("_", "").replace("-", "").lower()


class Generated:
    """The generated code of one resource."""

    def __init__(self, folder: Path) -> None:
        self.code, self.types = (
            "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern)))
            for pattern in ("*.js", "*.d.ts")
        )

    def schema(self) -> dict[str, Any]:
        """Return what the resource takes and gives."""
        main = re.search(r"^class (\w+) extends cdktn\.Terraform\w+", self.code, re.MULTILINE)
        if main is None:
            raise StepError("the generated code has changed: no resource in it")
        body = self._section(rf"class {main.group(1)}")
        shape = self._arguments(body[body.rindex("synthesizeHclAttributes()") :], f"{main.group(1)}Config")
        self._add_readable(body, shape)
        return shape

    def _section(self, opening: str) -> str:
        found = re.search(rf"^{opening}\b.*?^\}}", self.code, re.DOTALL | re.MULTILINE)
        return found.group(0) if found else ""

    def _required(self, interface: str) -> set[str]:
        pattern = rf"export interface {interface}(?: extends [\w.]+)? \{{(.*?)^\}}"
        found = re.search(pattern, self.types, re.DOTALL | re.MULTILINE)
        body = found.group(1) if found else ""
        return {plain(name) for name in re.findall(r"^ {4}readonly (\w+):", body, re.MULTILINE)}

    def _arguments(self, text: str, interface: str) -> dict[str, Any]:
        required = self._required(interface)
        shape: dict[str, Any] = {"attributes": {}, "blocks": {}}
        for name, value, kind, storage in ARGUMENT.findall(text):
            needed = plain(name) in required
            nested = re.search(r"(?<![\w.])([a-z]\w*)ToHclTerraform", value)
            if nested is None:
                shape["attributes"][name] = {"type": argument_type(kind, storage), "required": needed}
                continue
            shape["blocks"][name] = self._block(name, value, kind, nested.group(1)) | {"required": needed}
        return shape

    def _block(self, name: str, value: str, kind: str, function: str) -> dict[str, Any]:
        interface = function[0].upper() + function[1:]
        inner = self._arguments(self._section(rf"function {function}ToHclTerraform"), interface)
        self._add_readable(self._section(rf"class {interface}OutputReference"), inner)
        mapper = re.search(r"(listMapperHcl|hashMapperHcl)\(\w+(?:, (true|false))?\)", value)
        nesting = "map" if mapper and mapper.group(1) == "hashMapperHcl" else kind
        if mapper is None and kind == "struct":
            nesting = "single"
        # Only newer providers have single objects, as arguments; timeouts are blocks everywhere.
        as_argument = nesting == "map" or (nesting == "single" and name != "timeouts")
        as_argument |= mapper is not None and mapper.group(2) == "false"
        single = mapper is None and nesting in {"list", "set"}
        return {"nesting": nesting, "max": int(single), "attribute": as_argument, **inner}

    def _add_readable(self, text: str, shape: dict[str, Any]) -> None:
        known = {*shape["attributes"], *shape["blocks"]}
        for as_set, kind, name in GETTER.findall(text):
            if name not in known and kind in READ:
                of = ["set", READ[kind][1]] if as_set and kind in {"List", "NumberList"} else READ[kind]
                shape["attributes"][name] = {"type": of, "required": False, "computed": True}
        for kind, name, as_set in PART.findall(text):
            if name not in known:
                of = self._record(kind, as_set=bool(as_set))
                shape["attributes"][name] = {"type": of, "required": False, "computed": True}

    def _record(self, kind: str, *, as_set: bool) -> Any:
        """Return the type of an object, or of several, that can only be read."""
        inner: dict[str, Any] = {"attributes": {}, "blocks": {}}
        stem = re.sub(r"(OutputReference|List|Map)$", "", kind)
        self._add_readable(self._section(rf"class {stem}OutputReference"), inner)
        if not inner["attributes"]:
            return READ.get(kind, "dynamic")
        record = ["object", {name: one["type"] for name, one in inner["attributes"].items()}]
        return record if kind.endswith("OutputReference") else ["set" if as_set else "list", record]


def argument_type(kind: str, storage: str) -> Any:
    """Return the type of a plain argument."""
    if kind == "simple":
        return ELEMENTS[storage]
    element: Any = next(ELEMENTS[key] for key in ELEMENTS if storage.lower().startswith(key))
    return [kind, ["map", element] if storage.lower().endswith("maplist") else element]


def marked(address: str, shape: dict[str, Any]) -> dict[str, Any]:
    """Mark what is sensitive."""
    for path in SENSITIVE.get(address, ()):
        part = shape
        for name in path.split("."):
            part = part["attributes"].get(name) or part["blocks"][name]
        part["sensitive"] = True
    return shape


def used(provider: str) -> list[str]:
    """Return the resources and data sources of a provider that our files have; the latter as data.…"""
    text = "\n".join(path.read_text(encoding="utf-8") for path in TERRAFORM.rglob("*.tf"))
    found = re.findall(rf'^(resource|data) "({provider}_\w+)"', text, re.MULTILINE)
    return sorted({("data." if kind == "data" else "") + name for kind, name in found})


def folder_of(package: Path, provider: str, address: str) -> Path:
    """Return where the generated code of a resource lies."""
    bare = address.removeprefix("data.").removeprefix(f"{provider}_")
    wanted = plain(f"data-{provider}-{bare}" if address.startswith("data.") else bare)
    # A resource whose name means something in JavaScript has another one there: string-resource.
    for path in (package / "lib").iterdir():
        if plain(path.name) in {wanted, f"{wanted}resource"}:
            return path
    raise StepError(f"{address} is not in {PACKAGES[provider]}")


def unpack(folder: Path, provider: str) -> Path:
    """Fetch the package of a provider; return the folder of its generated code."""
    place = folder / provider
    command = [find_uv(), "pip", "install", "--no-deps", "--target", str(place), PACKAGES[provider]]
    run(f"Fetching {PACKAGES[provider]}", command, environment=uv_environment())
    with tarfile.open(next(place.rglob("*.jsii.tgz"))) as archive:
        archive.extractall(place, filter="data")
    return place / "package"


def main() -> None:
    """Write one file for each provider."""
    with tempfile.TemporaryDirectory(prefix="schemas-") as folder:
        for provider, package in PACKAGES.items():
            code = unpack(Path(folder), provider)
            about = json.loads((code / "package.json").read_text(encoding="utf-8"))["cdktn"]["provider"]
            resources = {
                one: marked(one, Generated(folder_of(code, provider, one)).schema()) for one in used(provider)
            }
            head = {"provider": about["name"], "version": about["version"], "from": package}
            configuration = {"configuration": Generated(code / "lib" / "provider").schema()}
            text = written(head | configuration, resources)
            (SCHEMAS / f"{provider}.json").write_text(text, encoding="utf-8")


def written(head: dict[str, Any], resources: dict[str, Any]) -> str:
    """Return a file with a line for each resource, so that a change shows which one it is about."""
    lines = [f"{json.dumps(key)}: {json.dumps(value, sort_keys=True)}" for key, value in head.items()]
    inner = [f"{json.dumps(key)}: {json.dumps(value, sort_keys=True)}" for key, value in resources.items()]
    return "{\n" + ",\n".join([*lines, '"resources": {\n' + ",\n".join(inner) + "\n}"]) + "\n}\n"


if __name__ == "__main__":
    guard(main)
