"""Every supported installation renders, the same way each time, into what Kubernetes takes."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from .conftest import Locate
from .helm import CASES, CHART, Helm
from .manifests import Manifest, Rendered

OLDEST = "1.29"  # of the releases that the chart supports
SUPPORTED = {"minimal", "external-stores", "high-availability", "aks", "eks", "air-gapped", "gpu"}
_CUSTOM = Path(__file__).parent / "custom_resources"


def custom_schema(manifest: Manifest) -> dict[str, Any] | None:
    """Return our schema of a custom resource; None for a kind that Kubernetes has itself."""
    group, _, version = manifest.api.partition("/")
    path = _CUSTOM / f"{manifest.kind.lower()}.{group}.{version}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@dataclass(frozen=True)
class Verdict:
    """What the schemas of all releases say of all installations."""

    releases: list[str]
    problems: list[str]


def judge(tool: Locate, manifests: dict[str, str], releases: str) -> Verdict:
    """Check manifests, JSON by name, in one process."""
    names = list(manifests)
    bodies = f"[{','.join(manifests.values())}]"
    command = [*tool("validate"), releases]
    done = subprocess.run(command, input=bodies, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    problems = [f"{names[index]} on {release}: {text}" for release, index, text in answer["problems"]]
    return Verdict(answer["versions"], problems)


def of_kubernetes(case: str, rendered: Rendered) -> dict[str, str]:
    """Return the JSON of what Kubernetes itself knows, by what it is."""
    return {f"{case}: {one}": json.dumps(one.body) for one in rendered if custom_schema(one) is None}


class TestKubernetes:
    def test_every_manifest_satisfies_every_supported_release(self, helm: Helm, tool: Locate) -> None:
        distinct: dict[str, str] = {}
        for path in CASES:
            for name, body in of_kubernetes(path.stem, helm.render(path.stem)).items():
                distinct.setdefault(body, name)
        verdict = judge(tool, {name: body for body, name in distinct.items()}, f"{OLDEST}+")
        assert len(verdict.releases) > 5
        assert verdict.problems == []

    @pytest.mark.parametrize("case", ["minimal", "high-availability"])
    def test_what_is_rendered_for_the_oldest_release_satisfies_it(
        self, helm: Helm, tool: Locate, case: str
    ) -> None:
        done = helm.template(case, {}, "--kube-version", OLDEST)
        assert done.returncode == 0, done.stderr
        assert judge(tool, of_kubernetes(case, Rendered(done.stdout)), OLDEST).problems == []

    def test_older_releases_are_refused(self, helm: Helm) -> None:
        done = helm.template("minimal", {}, "--kube-version", "1.28")
        assert done.returncode != 0
        assert "kubeVersion" in done.stderr

    def test_the_schemas_are_not_asleep(self, tool: Locate) -> None:
        wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"port": 1}}
        found = judge(tool, {"wrong": json.dumps(wrong)}, OLDEST).problems
        assert len(found) == 1
        assert "'port' was unexpected" in found[0]


class TestEachInstallation:
    def test_helm_lint_finds_nothing(self, helm: Helm, case: str) -> None:
        done = helm.run("lint", "--strict", str(CHART), "-f", str(CHART / "ci" / f"{case}.yaml"))
        assert done.returncode == 0, done.stdout + done.stderr

    def test_two_renderings_are_identical(self, helm: Helm, case: str, rendered: Rendered) -> None:
        again = helm.template(case, {})
        assert again.stdout == rendered.text

    def test_no_two_objects_have_the_same_name(self, rendered: Rendered) -> None:
        seen = [(one.api, one.kind, one.name) for one in rendered]
        assert len(seen) == len(set(seen)), sorted({one for one in seen if seen.count(one) > 1})

    def test_custom_resources_have_the_shape_of_their_operators(self, rendered: Rendered) -> None:
        for manifest in rendered:
            schema = custom_schema(manifest)
            if schema is not None:
                errors = jsonschema.Draft202012Validator(schema).iter_errors(manifest.body)
                assert [f"{manifest}: {one.json_path}: {one.message}" for one in errors] == []

    def test_every_object_carries_the_recommended_labels(self, rendered: Rendered) -> None:
        for manifest in rendered:
            wanted = {"name", "instance", "version", "managed-by", "part-of"}
            assert {f"app.kubernetes.io/{one}" for one in wanted} <= manifest.labels.keys(), manifest


def test_there_is_a_file_for_each_supported_installation() -> None:
    assert {path.stem for path in CASES} >= SUPPORTED
