"""What the files for Podman and Swarm say, in one shape, to be compared with compose.yaml."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from .pages import ROOT

COMPOSE = ROOT / "deploy" / "docker" / "compose.yaml"
QUADLET = ROOT / "deploy" / "podman" / "quadlet"
PLAY = ROOT / "deploy" / "podman" / "open-webui.yaml"
STACK = ROOT / "deploy" / "swarm" / "stack.yaml"


@dataclass(frozen=True)
class Run:
    """A container: what it is made of, is told, and keeps; `programs` are those of ours, in turn."""

    image: str
    settings: dict[str, str]
    secrets: frozenset[str]  # the variables that carry them
    volumes: frozenset[str]  # folders in the container that are kept
    programs: tuple[str, ...]
    hardened: bool


def ours(words: list[str]) -> tuple[str, ...]:
    """Return the programs of ours among words."""
    return tuple(word for word in words if re.fullmatch(r"owui_[\w.]+", word))


def short(image: str) -> str:
    """Return the name of an image without registry and variables."""
    plain = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", image)
    return plain.removeprefix("localhost/").removeprefix("docker.io/")


@cache
def compose() -> dict[str, Run]:
    """Read compose.yaml; a password in an address counts as a secret of its own."""
    found = {}
    for name, one in yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"].items():
        settings: dict[str, str] = {}
        secrets: set[str] = set()
        for variable, value in one.get("environment", {}).items():
            text = str(value)
            if text.startswith("${"):
                secrets.add(variable)
            elif "${" in text:
                secrets.add(variable.replace("_URL", "_PASSWORD"))
                settings[variable] = re.sub(r":\$\{[^}]*\}@", "@", text).replace("//@", "//")
            else:
                settings[variable] = text
        volumes = frozenset(volume.partition(":")[2] for volume in one.get("volumes", []))
        hardened = bool(one["read_only"] and one["cap_drop"] == ["ALL"] and one["security_opt"])
        programs = ours(one.get("command", []))
        found[name] = Run(short(one["image"]), settings, frozenset(secrets), volumes, programs, hardened)
    return found


def entries(text: str) -> dict[str, list[str]]:
    """Read a unit: each key with all its values."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value.strip('"'))
    return found


@cache
def quadlet() -> dict[str, Run]:
    """Read the units."""
    found = {}
    for path in QUADLET.glob("*.container"):
        unit = entries(path.read_text(encoding="utf-8"))
        hard = ("ReadOnly", "DropCapability", "NoNewPrivileges")
        found[path.stem.removeprefix("owui-")] = Run(
            short(unit["Image"][0]),
            dict(pair.split("=", 1) for pair in unit.get("Environment", [])),
            frozenset(secret.rpartition("target=")[2] for secret in unit.get("Secret", [])),
            frozenset(volume.partition(":")[2] for volume in unit.get("Volume", [])),
            ours(unit.get("Exec", [""])[0].split()),
            [unit.get(key) for key in hard] == [["true"], ["all"], ["true"]],
        )
    return found


def pods() -> list[dict[str, Any]]:
    """Return the Pods in the order of the file."""
    return [one for one in yaml.safe_load_all(PLAY.read_text(encoding="utf-8")) if one["kind"] == "Pod"]


@cache
def play() -> dict[str, Run]:
    """Read the containers of the Pods."""
    found = {}
    for pod in pods():
        kept = {one["name"] for one in pod["spec"]["volumes"] if "persistentVolumeClaim" in one}
        for one in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]):
            security = one["securityContext"]
            found[one["name"]] = Run(
                short(one["image"]),
                {entry["name"]: entry["value"] for entry in one["env"] if "value" in entry},
                frozenset(entry["name"] for entry in one["env"] if "valueFrom" in entry),
                frozenset(mount["mountPath"] for mount in one["volumeMounts"] if mount["name"] in kept),
                ours(one.get("args", [])),
                security["readOnlyRootFilesystem"]
                and security["capabilities"] == {"drop": ["ALL"]}
                and not security["allowPrivilegeEscalation"],
            )
    return found


def stack_document() -> dict[str, Any]:
    """Return the stack."""
    found: dict[str, Any] = yaml.safe_load(STACK.read_text(encoding="utf-8"))
    return found


@cache
def stack() -> dict[str, Run]:
    """Read the services of the stack; no service of it can say no-new-privileges."""
    return {
        name: Run(
            short(one["image"]),
            one["environment"],
            frozenset(secret["target"] for secret in one["secrets"]),
            frozenset(mount["target"] for mount in one["volumes"] if mount["type"] == "volume"),
            ours(one.get("command", [])),
            one["read_only"] and one["cap_drop"] == ["ALL"],
        )
        for name, one in stack_document()["services"].items()
    }
