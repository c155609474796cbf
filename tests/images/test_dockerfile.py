"""The image build: clean for its linter, pinned, complete, and the same commands that these tests run."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from image_installs import INSTALL
from image_locks import IMAGES
from images import build_command, name_of
from kube_tools import locate

OPTION = re.compile(r"^--build-arg$")


@pytest.fixture(scope="module")
def dockerfile(repository: Path) -> str:
    return (repository / "deploy" / "docker" / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stages(dockerfile: str) -> dict[str, str]:
    """Return the text of each stage by its name."""
    parts = re.split(r"^(?=FROM )", dockerfile, flags=re.MULTILINE)[1:]
    return {re.findall(r"^FROM .* AS (\S+)", part)[0]: part for part in parts}


def lineage(stages: dict[str, str], name: str) -> list[str]:
    """Return a stage and those that it is built upon."""
    found = []
    while name in stages:
        found.append(name)
        name = stages[name].split()[1]
    return found


def test_the_linter_has_nothing_to_say(repository: Path) -> None:
    command = [*locate("hadolint"), "deploy/docker/Dockerfile"]
    found = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


class TestBases:
    def test_are_exact_releases_whose_digest_can_be_given(self, dockerfile: str) -> None:
        images = dict(re.findall(r"^ARG (\w+)_IMAGE=(\S+)$", dockerfile, re.MULTILINE))
        assert set(images) == {"PYTHON", "NODE"}
        for name, image in images.items():
            assert re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-[a-z-]+", image), image
            assert f"FROM ${{{name}_IMAGE}}${{{name}_DIGEST}} AS" in dockerfile

    def test_python_is_of_the_release_that_the_locks_are_tested_with(self, dockerfile: str) -> None:
        assert re.search(r"^ARG PYTHON_IMAGE=python:3\.11\.", dockerfile, re.MULTILINE)

    def test_node_is_new_enough_for_the_web_ui(self, dockerfile: str, repository: Path) -> None:
        package = json.loads((repository / "web" / "package.json").read_text(encoding="utf-8"))
        oldest = re.findall(r"\d+", package["engines"]["node"])
        found = re.findall(r"^ARG NODE_IMAGE=node:(\d+)\.(\d+)", dockerfile, re.MULTILINE)[0]
        assert tuple(map(int, found)) >= tuple(map(int, oldest))


class TestStages:
    def test_there_is_a_target_for_each_image(self, stages: dict[str, str]) -> None:
        for image, folder in IMAGES.items():
            program = f"owui_{Path(folder).name.replace('-', '_')}.main"
            commands = [
                re.findall(r"^CMD (.*)$", stages[name], re.MULTILINE) for name in lineage(stages, image)
            ]
            assert next(filter(None, commands))[0] == f'["{program}"]'

    @pytest.mark.parametrize("image", IMAGES)
    def test_an_image_runs_as_nobody_with_labels_and_a_health_check(
        self, stages: dict[str, str], image: str
    ) -> None:
        text = "".join(stages[name] for name in lineage(stages, image))
        assert lineage(stages, image)[-2:] == ["service", "base"]
        assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001:10001"]
        assert 'ENTRYPOINT ["/opt/owui/bin/python", "-m"]' in text
        assert "HEALTHCHECK" in text
        labels = set(re.findall(r"org\.opencontainers\.image\.([a-z.]+)=", text))
        assert labels >= {
            "title",
            "description",
            "version",
            "revision",
            "created",
            "source",
            "licenses",
            "base.name",
        }

    def test_only_the_stage_that_is_thrown_away_installs(self, stages: dict[str, str]) -> None:
        for image in IMAGES:
            for name in lineage(stages, image):
                assert not re.search(r"\b(apt-get|pip install|npm)\b", stages[name]), name

    def test_the_packages_come_from_the_script_that_these_tests_run(
        self, stages: dict[str, str], repository: Path
    ) -> None:
        steps = re.findall(r"deploy/docker/install\.sh (\w+) \"\$\{SERVICE\}\" /opt/owui", stages["install"])
        script = INSTALL.read_text(encoding="utf-8")
        everything = re.findall(r"^    all\)\n((?: +\w+\n)+)", script, re.MULTILINE)[0].split()
        assert steps == everything
        assert "COPY --from=install /opt/owui /opt/owui" in stages["service"]

    def test_all_that_is_copied_is_in_the_context(self, dockerfile: str, repository: Path) -> None:
        lines = (repository / ".dockerignore").read_text(encoding="utf-8").splitlines()
        assert "*" in lines
        kept = [line[1:] for line in lines if line.startswith("!")]
        sources = [
            source
            for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.MULTILINE)
            for source in line.split()[:-1]
        ]
        for source in sources:
            assert (repository / source).exists(), source
            assert any(source.rstrip("/").startswith(name) for name in kept), source

    def test_the_version_is_that_of_the_platform(self, dockerfile: str, repository: Path) -> None:
        project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert f"ARG VERSION={project['version']}\n" in dockerfile


class TestBuildCommand:
    def test_names_the_image_and_passes_on_what_was_chosen(self) -> None:
        chosen = {
            "REGISTRY": "registry.example.org/team",
            "TAG": "1.2.3",
            "TORCH": "cuda",
            "HOME": "/nowhere",
        }
        command = build_command("rag-ml", chosen, "2026-01-01T00:00:00+00:00")
        values = [command[n + 1] for n, part in enumerate(command) if OPTION.match(part)]
        assert {"SERVICE=rag-ml", "VERSION=1.2.3", "TORCH=cuda"} <= set(values)
        assert not [value for value in values if value.startswith("HOME")]
        assert command[command.index("--target") + 1] == "rag-ml"
        assert command[command.index("-t") + 1] == "registry.example.org/team/owui/rag-ml:1.2.3"

    def test_has_the_names_of_the_chart_by_default(self, repository: Path) -> None:
        assert re.fullmatch(r"owui/chat:\d+\.\d+\.\d+", name_of("chat", {}))
