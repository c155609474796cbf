"""What deploy/docker/compose.yaml runs, part by part, with secrets told apart from settings.

compose puts passwords into addresses; other engines hand secrets over by themselves. An address with a
password, `AUTH_DATABASE_URL: postgresql://auth_app:${DATABASE_PASSWORD}@postgres:5432/owui` for example,
therefore becomes the address without it and the secret `AUTH_DATABASE_PASSWORD`, which the services read too.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from progress import ROOT

COMPOSE = ROOT / "deploy" / "docker" / "compose.yaml"
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?(?::\?[^}]*)?\}")
_PASSWORD = re.compile(r":\$\{(\w+)[^}]*\}@")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Check:
    """How an engine asks a container whether it is well."""

    command: list[str]  # a program with arguments
    shell: str  # or a line for the shell
    interval: str
    timeout: str
    retries: int
    start_period: str
    start_interval: str


@dataclass(frozen=True)
class Part:
    """A service of compose.yaml; `once` for one that does its work and ends."""

    name: str
    image: str
    command: list[str]
    environment: dict[str, str]
    secrets: dict[str, str]  # variable → secret
    volumes: dict[str, str]  # name → folder in the container
    tmpfs: dict[str, str]  # folder → size
    networks: list[str]
    ports: list[str]
    user: str
    check: Check | None
    after: dict[str, bool]  # part → whether it has to have ended, else be well
    once: bool
    own_settings: bool  # whether the person's settings file is for it
    cpus: str
    memory: str
    pids: int
    stop_seconds: int
    shared_memory: str

    @property
    def built(self) -> bool:
        """Whether the image is built here."""
        return self.image.startswith("owui/")


@dataclass(frozen=True)
class Composition:
    """All parts, and what they share."""

    parts: dict[str, Part]
    volumes: list[str]
    networks: dict[str, bool]  # name → whether nothing outside is reached
    secrets: list[str] = field(default_factory=list)


def seconds(duration: str) -> int:
    """Return the seconds of `45s` or `2m`."""
    return int(duration[:-1]) * _SECONDS[duration[-1]]


def defaults(text: str) -> str:
    """Return a text with variables replaced by their defaults and doubled dollars made single."""
    return _VARIABLE.sub(lambda found: found[2] or "", text).replace("$$", "$")


def split_secrets(given: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return settings, and the secrets by the variable that hands them over."""
    settings, secrets = {}, {}
    for name, value in given.items():
        text = str(value)
        whole = _VARIABLE.fullmatch(text)
        if whole and whole[2] is None:
            secrets[name] = whole[1]
        elif found := _PASSWORD.search(text):
            user_only = "@" if text[: found.start()].rpartition("/")[2] else ""
            settings[name] = defaults(text.replace(found[0], user_only))
            secrets[name.removesuffix("_URL") + "_PASSWORD"] = found[1]
        else:
            settings[name] = defaults(text)
    return settings, secrets


def read_check(given: dict[str, Any] | None) -> Check | None:
    """Read a health check; none where it is switched off."""
    if given is None or given.get("disable"):
        return None
    kind, *words = given["test"]
    return Check(
        words if kind == "CMD" else [],
        defaults(words[0]) if kind == "CMD-SHELL" else "",
        *(given[name] for name in ("interval", "timeout", "retries", "start_period", "start_interval")),
    )


def read_part(name: str, given: dict[str, Any]) -> Part:
    """Read one service."""
    settings, secrets = split_secrets(given.get("environment", {}))
    limits = given["deploy"]["resources"]["limits"]
    return Part(
        name=name,
        image=defaults(given["image"]),
        command=[defaults(word) for word in given.get("command", [])],
        environment=settings,
        secrets=secrets,
        volumes=dict(volume.split(":", 1) for volume in given.get("volumes", [])),
        tmpfs={
            entry.split(":")[0]: entry.rpartition("size=")[2]
            for entry in given.get("tmpfs", [])
        },
        networks=given["networks"],
        ports=[defaults(port) for port in given.get("ports", [])],
        user=given.get("user", ""),
        check=read_check(given.get("healthcheck")),
        after={
            other: wanted["condition"] == "service_completed_successfully"
            for other, wanted in given.get("depends_on", {}).items()
        },
        once=given["restart"] == "no",
        own_settings="env_file" in given,
        cpus=limits["cpus"],
        memory=limits["memory"],
        pids=limits["pids"],
        stop_seconds=seconds(given.get("stop_grace_period", "10s")),
        shared_memory=given.get("shm_size", ""),
    )  # fmt: skip


def read_composition() -> Composition:
    """Read compose.yaml."""
    found = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    parts = {name: read_part(name, given) for name, given in found["services"].items()}
    networks = {name: bool(given.get("internal")) for name, given in found["networks"].items()}
    secrets = sorted({secret for part in parts.values() for secret in part.secrets.values()})
    return Composition(parts, list(found["volumes"]), networks, secrets)


def one_line(script: str) -> str:
    """Return a script of plain commands in one line."""
    joined = re.sub(r"\\\n\s*", "", script.strip())
    return "; ".join(line.strip() for line in joined.splitlines())


def order(parts: dict[str, Part]) -> list[Part]:
    """Return the parts, each after those that it waits for."""
    found: list[Part] = []

    def add(part: Part) -> None:
        for other in part.after:
            add(parts[other])
        if part not in found:
            found.append(part)

    for part in parts.values():
        add(part)
    return found


class _Plain(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML comes without types
    """Writes YAML as a person would: nothing by reference, texts of several lines as they are."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Plain.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)


def as_yaml(*documents: dict[str, Any]) -> str:
    """Return documents as YAML."""
    return str(yaml.dump_all(documents, Dumper=_Plain, sort_keys=False, width=200))
