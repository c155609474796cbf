"""What the code says of itself: services, programs, settings, calls between services, metrics."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from owui_chassis.settings import ServiceSettings, Setting, Settings

from .helm import ROOT

SERVICES_FOLDER = ROOT / "services"
CHASSIS = ROOT / "libs" / "chassis" / "owui_chassis"


def package_of(service: str) -> str:
    """Return the Python package of a service."""
    return f"owui_{service.replace('-', '_')}"


@cache
def services() -> tuple[str, ...]:
    """Return the services that have code."""
    return tuple(
        sorted(
            folder.name
            for folder in SERVICES_FOLDER.iterdir()
            if (folder / package_of(folder.name) / "main.py").exists()
        )
    )


def module_exists(module: str) -> bool:
    """Say whether a Python module of ours is there."""
    relative = Path(*module.split(".")).with_suffix(".py")
    return any((folder / relative).exists() for folder in (*SERVICES_FOLDER.iterdir(), CHASSIS.parent))


def service_of(module: str) -> str:
    """Return the service that a program belongs to."""
    return module.split(".", maxsplit=1)[0].removeprefix("owui_").replace("_", "-")


@cache
def settings_of(service: str) -> type[Settings]:
    """Return the settings class of a service."""
    module = importlib.import_module(f"{package_of(service)}.settings")
    return next(
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, ServiceSettings) and one.__module__ == module.__name__
    )


def declared(service: str) -> dict[str, Setting]:
    """Return every environment variable that a service declares, with its declaration."""
    return {name: one for one in settings_of(service).declared.values() for name in one.names}


@cache
def trees(folder: Path) -> tuple[tuple[Path, ast.Module], ...]:
    """Return the parsed modules below a folder."""
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(folder.rglob("*.py")))


def folder_of(service: str) -> Path:
    """Return the folder of a service's package."""
    return SERVICES_FOLDER / service / package_of(service)


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def read_directly() -> frozenset[str]:
    """Return the variables that the chassis reads without a declaration: those of logs and traces."""
    found = set()
    for _, tree in trees(CHASSIS):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "get"
            ):
                holder = ast.unparse(node.func.value)
                if holder in {"environ", "os.environ", "self._environ"} and node.args:
                    found |= {text for text in _texts(node.args[0]) if re.fullmatch(r"[A-Z][A-Z0-9_]+", text)}
    return frozenset(found)


def address_variable(service: str) -> str:
    """Return the variable that says where a service answers."""
    return f"{service.replace('-', '_').upper()}_ADDRESS"


@cache
def dialled(service: str) -> frozenset[str]:
    """Return the services that a service calls: names beside `.channel(` or `platform(` in its modules."""
    others = {*services(), "audio"} - {service}
    found: set[str] = set()
    for path, tree in trees(folder_of(service)):
        if re.search(r"\bchannel\(|\bplatform\(", path.read_text(encoding="utf-8")):
            found |= others & set(_texts(tree))
    return frozenset(found)


_METRICS = {
    "Counter": ("_total",),
    "Gauge": ("",),
    "Histogram": ("_bucket", "_sum", "_count"),
    "Summary": ("_sum", "_count"),
}


@cache
def metrics() -> frozenset[str]:
    """Return the names under which Prometheus sees what the code measures."""
    found = set()
    for folder in (CHASSIS, *(folder_of(service) for service in services())):
        for _, tree in trees(folder):
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in _METRICS
                ):
                    name = node.args[0] if node.args else None
                    if isinstance(name, ast.Constant):
                        base = str(name.value).removesuffix("_total")
                        found |= {base + ending for ending in _METRICS[node.func.id]}
    return frozenset(found)
