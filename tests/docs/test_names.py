"""Names in the pages on installing exist: variables, targets of make, files, programs, those of Terraform."""

import re
from functools import cache
from pathlib import Path

import pytest

from .pages import INSTALL, ROOT, Page, install_pages, page, shell_lines

SERVICES = ("AUTH", "CHAT", "MODEL_PROXY", "RAG")
TOP = ("bench", "charts", "clients", "deploy", "docs", "libs", "proto", "services", "tests", "tools", "web")
# Variables of programs that are not ours (kind, psql, HAProxy of Debian), and the word for any.
FOREIGN = {"KIND_EXPERIMENTAL_PROVIDER", "PGPASSWORD", "EXTRAOPTS", "NAME"}
# What a person or a command of the page makes.
MADE = {"deploy/docker/.env", "deploy/docker/settings.env", "deploy/swarm/settings.env", "web/build"}
_ASSIGNED = re.compile(r"(?<![\w$./-])([A-Z][A-Z0-9_]{2,})=(?!=)")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_PATH = re.compile(rf"(?<![\w./:@-])(?:\./)?((?:{'|'.join(TOP)})/[\w./*{{}},-]*[\w*}}])")


@cache
def declared() -> frozenset[str]:
    """Return the variables of docs/configuration.md, the secrets of the chart, and those of our own tools."""
    found: set[str] = set()
    for span in page(ROOT / "docs" / "configuration.md").spans:
        names = [span.replace("<SERVICE>", service) for service in SERVICES] if "<" in span else [span]
        found |= {name for name in names if re.fullmatch(r"[A-Z][A-Z0-9_]+", name)}
    tools = [
        *(ROOT / "deploy" / "docker").glob("compose*.yaml"),
        ROOT / "deploy" / "docker" / "create-env.sh",
    ]
    tools += [ROOT / "tools" / "images.py", ROOT / "Makefile"]
    for path in tools:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"\$[({](\w+)", text)) | set(re.findall(r'"([A-Z][A-Z_]+)"', text))
        found |= set(re.findall(r"\[([A-Z]+)=", text))
    provision = ROOT / "libs" / "chassis" / "owui_chassis" / "provision.py"
    found |= set(re.findall(r'"(PROVISION_[A-Z]+)"', provision.read_text(encoding="utf-8")))
    secrets = ROOT / "charts" / "open-webui" / "templates"
    for path in secrets.rglob("*.*"):
        found |= set(re.findall(r'"((?:PROVISION|TEST)_[A-Z_]+)"', path.read_text(encoding="utf-8")))
    return frozenset(found)


def unknown_variables(of: Page) -> set[str]:
    """Return variables that nobody reads."""
    named = {name for text in of.code for name in _ASSIGNED.findall(text)}
    named |= {span for span in of.spans if _VARIABLE.fullmatch(span)}
    return named - declared() - FOREIGN


def unknown_targets(of: Page) -> set[str]:
    """Return targets of make that there are not."""
    targets = re.findall(r"^([a-z][a-z%-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    suites = re.compile("|".join(target.replace("%", "[a-z-]+") for target in targets))
    lines = [*shell_lines(of), *(span for span in of.spans if span.startswith("make"))]
    named = {word for line in lines for make in calls(line) for word in make if re.fullmatch("[a-z-]+", word)}
    return {word for word in named if not suites.fullmatch(word)}


def calls(line: str) -> list[list[str]]:
    """Return the arguments of each call of make in a line."""
    return [part.split() for part in re.findall(r"(?:^|\s)make((?: +[\w./=:{}\"~-]+)+)", line)]


def missing_paths(of: Page) -> set[str]:
    """Return paths of this repository that lead nowhere."""
    named = {found for text in of.code for found in _PATH.findall(text)} - MADE
    return {path for path in named if not exists(path)}


def exists(path: str) -> bool:
    """Say whether a path, a pattern or all of a choice `{a,b}` is there."""
    if choice := re.search(r"\{([^}]*)\}", path):
        return all(exists(path.replace(choice[0], part)) for part in choice[1].split(","))
    return bool(list(ROOT.glob(path))) if "*" in path else (ROOT / path).exists()


def missing_programs(of: Page) -> set[str]:
    """Return modules that `python -m` cannot run."""
    named = {name for text in of.code for name in re.findall(r"-m (owui_[\w.]+)", text)}
    folders = [
        *ROOT.glob("services/*"),
        *ROOT.glob("libs/*"),
        *ROOT.glob("clients/*"),
        ROOT / "deploy" / "local",
    ]
    return {
        name
        for name in named
        if not any((folder / Path(*name.split("."))).with_suffix(".py").exists() for folder in folders)
    }


@pytest.mark.parametrize("one", install_pages(), ids=lambda one: one.path.name)
class TestNames:
    def test_every_variable_is_one_that_somebody_reads(self, one: Page) -> None:
        assert not unknown_variables(one)

    def test_every_target_of_make_is_there(self, one: Page) -> None:
        assert not unknown_targets(one)

    def test_every_file_is_there(self, one: Page) -> None:
        assert not missing_paths(one)

    def test_every_program_is_there(self, one: Page) -> None:
        assert not missing_programs(one)


@pytest.mark.parametrize("cloud", ["aks", "eks"])
def test_variables_of_terraform_are_declared(cloud: str) -> None:
    environment = ROOT / "deploy" / "terraform" / "environments" / cloud
    text = (environment / "variables.tf").read_text(encoding="utf-8")
    variables = set(re.findall(r'^variable "(\w+)"', text, re.MULTILINE))
    one = page(INSTALL / f"{cloud}.md")
    named = {name for text in one.code for name in re.findall(r"-var (\w+)=", text)}
    named |= {name for span in one.spans for name in re.findall(r"^(\w+) = ", span)}
    named |= {span for span in one.spans if re.fullmatch(r"[a-z]+_[a-z]+_[a-z_]+", span)} - {
        "model_proxy_app"
    }
    assert cloud == "eks" or named
    assert not named - variables
    outputs = set(
        re.findall(r'^output "(\w+)"', (environment / "outputs.tf").read_text("utf-8"), re.MULTILINE)
    )
    assert not {name for text in one.code for name in re.findall(r"output -raw (\w+)", text)} - outputs


class TestADefect:
    """Each kind of wrong name is noticed."""

    def one(self, text: str) -> Page:
        return Page(INSTALL / "one.md", f"# One\n\n```sh\n{text}\n```\n\nSee `{text}`.\n")

    def test_in_a_variable(self) -> None:
        assert unknown_variables(self.one("OPENAI_API_KEYZ=sk docker compose up")) == {"OPENAI_API_KEYZ"}
        assert unknown_variables(self.one("RAG_NO_SUCH")) == {"RAG_NO_SUCH"}

    def test_in_a_target(self) -> None:
        assert unknown_targets(self.one("ENGINE=podman make images image-push REGISTRY=r.example.org")) == {
            "image-push"
        }

    def test_in_a_file(self) -> None:
        assert missing_paths(
            self.one("helm install ai charts/open-webui -f charts/open-webui/ci/ask.yaml")
        ) == {"charts/open-webui/ci/ask.yaml"}
        assert missing_paths(self.one("cp deploy/podman/quadlet/nothing-* .")) == {
            "deploy/podman/quadlet/nothing-*"
        }

    def test_in_a_program(self) -> None:
        assert missing_programs(self.one("python -m owui_local.upp")) == {"owui_local.upp"}
