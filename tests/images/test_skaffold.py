"""skaffold.yaml and the cluster of kind: each path is there, each image built; the chart takes the values."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from image_locks import IMAGES
from kube_tools import locate

# What a configuration of this version may hold where we write something.
TOP = {"apiVersion", "kind", "metadata", "build", "deploy", "profiles"}
ARTIFACT = {"image", "context", "docker", "sync"}
DOCKER = {"dockerfile", "target", "buildArgs"}
RELEASE = {"name", "chartPath", "namespace", "createNamespace", "valuesFiles", "setValueTemplates"}
PROFILE = {"name", "build", "deploy", "activation", "patches"}


@pytest.fixture(scope="module")
def configuration(repository: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((repository / "skaffold.yaml").read_text(encoding="utf-8"))
    return found


def releases(configuration: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the release of each profile; the profile ci takes the usual one."""
    found = {"": configuration["deploy"]["helm"]["releases"][0]}
    for profile in configuration["profiles"]:
        given = profile["deploy"]["helm"].get("releases")
        found[profile["name"]] = given[0] if given else found[""]
    return found


def rendered(repository: Path, release: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what helm makes of a release, with tags and names as skaffold puts them in."""
    options = [part for file in release["valuesFiles"] for part in ("-f", file)]
    for key, template in release["setValueTemplates"].items():
        value = re.sub(r"\{\{\.IMAGE_TAG_(\w+)\}\}", r"tag-of-\1", template)
        value = re.sub(
            r"\{\{\.IMAGE_REPO_owui_(\w+)\}\}", lambda found: f"owui/{found[1].replace('_', '-')}", value
        )
        assert "{{" not in value, value
        options += ["--set", f"{key}={value}"]
    command = [*locate("helm"), "template", release["name"], release["chartPath"], "-n", release["namespace"]]
    found = subprocess.run([*command, *options], cwd=repository, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return [one for one in yaml.safe_load_all(found.stdout) if one]


class TestStructure:
    def test_holds_only_what_this_version_knows(self, configuration: dict[str, Any]) -> None:
        assert configuration["apiVersion"] == "skaffold/v4beta11"
        assert configuration["kind"] == "Config"
        assert configuration.keys() <= TOP
        assert configuration["build"].keys() == {"tagPolicy", "local", "artifacts"}
        for artifact in configuration["build"]["artifacts"]:
            assert artifact.keys() <= ARTIFACT
            assert artifact["docker"].keys() <= DOCKER
        for profile in configuration["profiles"]:
            assert profile.keys() <= PROFILE
            # A patch by index breaks in silence when a line is added.
            assert "patches" not in profile
        for release in releases(configuration).values():
            assert release.keys() <= RELEASE

    def test_has_a_profile_for_each_purpose_and_says_how_it_is_called(
        self, configuration: dict[str, Any], repository: Path
    ) -> None:
        assert [profile["name"] for profile in configuration["profiles"]] == ["dev", "debug", "ci"]
        text = (repository / "skaffold.yaml").read_text(encoding="utf-8")
        for command, name in (("dev", "dev"), ("debug", "debug"), ("run", "ci")):
            assert re.search(rf"  # .*: skaffold {command} -p {name}\n(  #.*\n)+  - name: {name}\n", text)


class TestArtifacts:
    def test_are_all_images_but_that_with_torch(
        self, configuration: dict[str, Any], repository: Path
    ) -> None:
        found = {one["image"]: one for one in configuration["build"]["artifacts"]}
        assert set(found) == {f"owui/{image}" for image in IMAGES if image != "rag-ml"}
        for name, artifact in found.items():
            image = name.removeprefix("owui/")
            assert artifact["docker"]["target"] == artifact["docker"]["buildArgs"]["SERVICE"] == image
            assert (repository / artifact["context"] / artifact["docker"]["dockerfile"]).is_file()

    def test_what_is_copied_into_pods_is_the_code_of_the_service(
        self, configuration: dict[str, Any], repository: Path
    ) -> None:
        for artifact in configuration["build"]["artifacts"]:
            folder = IMAGES[artifact["image"].removeprefix("owui/")]
            rules = artifact["sync"]["manual"]
            assert {rule["strip"] for rule in rules} == {f"{folder}/", "libs/chassis/"}
            for rule in rules:
                assert rule["src"].startswith(rule["strip"])
                assert list(repository.glob(rule["src"])), rule["src"]
                assert rule["dest"] == "/source"


class TestRelease:
    def test_every_file_is_there(self, configuration: dict[str, Any], repository: Path) -> None:
        for release in releases(configuration).values():
            assert (repository / release["chartPath"] / "Chart.yaml").is_file()
            assert all((repository / file).is_file() for file in release["valuesFiles"])

    @pytest.mark.parametrize("profile", ["", "dev", "debug", "ci"])
    def test_runs_the_images_that_were_built_and_no_others(
        self, configuration: dict[str, Any], repository: Path, profile: str
    ) -> None:
        images = set()
        for one in rendered(repository, releases(configuration)[profile]):
            if one["kind"] in {"Deployment", "StatefulSet", "Job", "Pod"}:
                pod = one["spec"] if one["kind"] == "Pod" else one["spec"]["template"]["spec"]
                images |= {part["image"] for part in (*pod["containers"], *pod.get("initContainers", []))}
        own = {image for image in images if image.startswith("owui/")}
        assert own == {
            f"owui/{image}:tag-of-owui_{image.replace('-', '_')}" for image in IMAGES if image != "rag-ml"
        }
        assert all(
            re.match(r"(docker\.io/)?(pgvector/pgvector|valkey/valkey):", image) for image in images - own
        )

    def test_in_dev_the_code_is_read_from_where_it_is_copied_to(
        self, configuration: dict[str, Any], repository: Path
    ) -> None:
        pods = [
            one["spec"]["template"]["spec"]
            for one in rendered(repository, releases(configuration)["dev"])
            if one["kind"] == "Deployment"
        ]
        # The provider that stands in for a model in the chart's own test is no service of ours.
        pods = [pod for pod in pods if pod["containers"][0].get("args", [""])[0].startswith("owui_")]
        assert len(pods) >= len(IMAGES)
        for pod in pods:
            container = pod["containers"][0]
            assert {"name": "PYTHONPATH", "value": "/source"} in container["env"]
            assert "/source" in [mount["mountPath"] for mount in container["volumeMounts"]]
            assert pod["initContainers"][0]["image"] == container["image"]

    def test_the_port_of_the_gateway_is_the_one_that_the_cluster_forwards(
        self, configuration: dict[str, Any], repository: Path
    ) -> None:
        cluster = yaml.safe_load(
            (repository / "deploy" / "kind" / "cluster.yaml").read_text(encoding="utf-8")
        )
        forwarded = {port["containerPort"] for port in cluster["nodes"][0]["extraPortMappings"]}
        services = [
            one for one in rendered(repository, releases(configuration)[""]) if one["kind"] == "Service"
        ]
        ports = {port["nodePort"] for one in services for port in one["spec"]["ports"] if "nodePort" in port}
        assert len(ports) == 1
        assert ports <= forwarded
        assert json.dumps(cluster).count("127.0.0.1") == 1 + len(cluster["nodes"][0]["extraPortMappings"])
