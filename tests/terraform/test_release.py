"""What Terraform gives to the chart, the chart understands; what both name, they name alike."""

import base64
import copy
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from .conftest import Installations, Locate
from .planning import Resource
from .sources import ROOT

CHART = ROOT / "charts" / "open-webui"
Render = Callable[[str, str], list[dict[str, Any]]]
WORKLOADS = set(yaml.safe_load((CHART / "files" / "workloads.yaml").read_text(encoding="utf-8")))
# Below these every key is somebody's own.
FREE = {"config", "postgresql.roles", "postgresql.external.provision.principals", "gpu.nodeSelector"}
RUNS = [
    ("environments/aks", "defaults"),
    ("environments/aks", "passwords"),
    ("environments/aks", "example"),
    ("environments/eks", "defaults"),
    ("environments/eks", "irsa"),
    ("environments/eks", "passwords"),
    ("environments/eks", "example"),
]


def known_values() -> dict[str, Any]:
    """Return the chart's values, with what each workload has of the defaults."""
    values: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    for key in WORKLOADS:
        values[key] = merged(copy.deepcopy(values["defaults"]), values[key])
    return values


def merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return one map with the other on top."""
    for key, value in second.items():
        both = isinstance(value, dict) and isinstance(first.get(key), dict)
        first[key] = merged(first[key], value) if both else value
    return first


def unknown(values: dict[str, Any], known: Any, path: str = "") -> Iterator[str]:
    """Yield the keys that the chart does not have."""
    for key, value in values.items():
        place = f"{path}.{key}".lstrip(".")
        if not isinstance(known, dict) or key not in known:
            yield place
        elif (
            isinstance(value, dict) and place not in FREE and not place.endswith("serviceAccount.annotations")
        ):
            yield from unknown(value, known[key], place)


@pytest.fixture(params=RUNS, ids=lambda one: f"{one[0].rpartition('/')[2]}-{one[1]}")
def run(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Each kind of installation: its environment and the run of its tests."""
    place, name = request.param
    return place, name


@pytest.fixture
def release(run: tuple[str, str], installations: Installations) -> Resource:
    """The release that Terraform would make."""
    return installations(run[0])[run[1]].release()


@pytest.fixture(scope="module")
def rendered(installations: Installations, tool: Locate, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Render the chart as Helm would for Terraform, once for each installation."""

    @cache
    def of(place: str, name: str) -> list[dict[str, Any]]:
        return render(installations(place)[name].release(), tool("helm"), tmp_path_factory.mktemp("helm"))

    return of


def render(release: Resource, program: list[str], folder: Path) -> list[dict[str, Any]]:
    """Return the manifests of a release; raise AssertionError when the chart refuses its values."""
    flags = []
    for index, text in enumerate(release.values["values"]):
        path = folder / f"{index}.yaml"
        path.write_text(text, encoding="utf-8")
        flags += ["-f", str(path)]
    for one in release.values["set_sensitive"]:
        flags += ["--set-string", f"{one['name']}={one['value']}"]
    for interface in ("keda.sh/v1alpha1", "monitoring.coreos.com/v1", "cert-manager.io/v1"):
        flags += ["--api-versions", interface]
    names = [release.values["name"], str(CHART), "--namespace", release.values["namespace"]]
    homes = {f"HELM_{name}_HOME": str(folder / name) for name in ("CACHE", "CONFIG", "DATA")}
    done = subprocess.run(
        [*program, "template", *names, *flags],
        env=os.environ | homes | {"KUBECONFIG": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.safe_load_all(done.stdout) if one]


@pytest.fixture
def manifests(run: tuple[str, str], rendered: Render) -> list[dict[str, Any]]:
    """What Helm would send to the cluster."""
    return rendered(*run)


def environment_of(deployment: dict[str, Any]) -> dict[str, Any]:
    """Return the variables of a deployment's program."""
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    return {one["name"]: one for one in container["env"]}


class TestValues:
    def test_are_ones_that_the_chart_has(self, release: Resource) -> None:
        for text in release.values["values"]:
            assert list(unknown(yaml.safe_load(text), known_values())) == []

    def test_are_accepted_by_the_charts_schema(self, manifests: list[dict[str, Any]]) -> None:
        # Helm checks values.schema.json before it renders.
        assert (CHART / "values.schema.json").exists()
        assert {one["metadata"]["name"] for one in manifests if one["kind"] == "Deployment"} >= {
            f"open-webui-{name}" for name in ("gateway", "auth", "chat", "rag", "model-proxy")
        }

    def test_a_key_that_the_chart_does_not_have_is_found(self) -> None:
        values = {"redis": {"external": {"hostname": "a"}}, "rag": {"serviceAccount": {"name": "b"}}}
        assert list(unknown(values, known_values())) == ["redis.external.hostname"]

    def test_switch_on_no_store_in_the_cluster(self, manifests: list[dict[str, Any]]) -> None:
        assert not [one for one in manifests if one["kind"] in {"StatefulSet", "PersistentVolumeClaim"}]


class TestServiceAccounts:
    def test_are_the_ones_that_the_cloud_trusts(
        self, release: Resource, manifests: list[dict[str, Any]]
    ) -> None:
        values = yaml.safe_load(release.values["values"][0])
        trusting = {
            values[key]["serviceAccount"]["name"]
            for key in WORKLOADS
            if "serviceAccount" in values.get(key, {})
        }
        used = {
            one["spec"]["template"]["spec"]["serviceAccountName"]
            for one in manifests
            if one["kind"] == "Deployment" and any("DATABASE_URL" in name for name in environment_of(one))
        }
        assert used == trusting
        assert trusting <= {one["metadata"]["name"] for one in manifests if one["kind"] == "ServiceAccount"}

    def test_of_aks_carry_the_identity_of_their_service(
        self, rendered: Render, installations: Installations
    ) -> None:
        installation = installations("environments/aks")["defaults"]
        accounts = {
            one["metadata"]["name"]: one["metadata"]
            .get("annotations", {})
            .get("azure.workload.identity/client-id")
            for one in rendered("environments/aks", "defaults")
            if one["kind"] == "ServiceAccount"
        }
        ids = installation.outputs["client_ids"]["value"]
        wanted = {f"open-webui-{name}": ids[name] for name in ("auth", "chat", "model-proxy", "rag")}
        wanted |= {"open-webui-rag-worker": ids["rag"], "open-webui-rag-beat": ids["rag"]}
        assert {name: accounts[name] for name in wanted} == wanted
        assert len(set(ids.values())) == 4
        assert accounts.get("open-webui-gateway") is None


def provisioning(manifests: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the pod of the Job that makes the database ready."""
    (pod,) = (
        one["spec"]["template"]
        for one in manifests
        if one["kind"] == "Job" and one["metadata"]["labels"]["app.kubernetes.io/component"] == "provision"
    )
    return dict(pod)


class TestAdministratorOfPostgres:
    @pytest.mark.parametrize("name", ["defaults", "example"])
    def test_of_aks_is_the_identity_that_trusts_the_jobs_service_account(
        self, rendered: Render, installations: Installations, name: str
    ) -> None:
        installation = installations("environments/aks")[name]
        (identity,) = (
            one
            for one in installation.of("azurerm_user_assigned_identity")
            if one.address.startswith("module.provision_identity")
        )
        manifests = rendered("environments/aks", name)
        pod = provisioning(manifests)
        account = pod["spec"]["serviceAccountName"]
        namespace = installation.release().values["namespace"]
        (made,) = (
            one for one in manifests if one["kind"] == "ServiceAccount" and one["metadata"]["name"] == account
        )
        (trusted,) = (
            one.values["subject"]
            for one in installation.of("azurerm_federated_identity_credential")
            if one.address.startswith("module.provision_identity")
        )
        assert trusted == f"system:serviceaccount:{namespace}:{account}"
        assert made["metadata"]["namespace"] == namespace
        client = made["metadata"]["annotations"]["azure.workload.identity/client-id"]
        assert client == identity.values["client_id"]
        assert pod["metadata"]["labels"]["azure.workload.identity/use"] == "true"
        assert f"://{identity.values['name']}@" in variable(pod, "PROVISION_DATABASE_URL")

    def test_of_aks_makes_the_roles_that_services_sign_in_as(
        self, rendered: Render, installations: Installations
    ) -> None:
        pod = provisioning(rendered("environments/aks", "defaults"))
        assert variable(pod, "PROVISION_ROLES") == "entra"
        identities = {
            one.values["name"]: one.values["principal_id"]
            for one in installations("environments/aks")["defaults"].of("azurerm_user_assigned_identity")
            if one.address.startswith("module.identity[")
        }
        assert json.loads(variable(pod, "PROVISION_PRINCIPALS")) == identities
        addresses = [
            variable(pod, f"{schema}_DATABASE_URL") for schema in ("AUTH", "CHAT", "MODEL_PROXY", "RAG")
        ]
        roles = {urlsplit(address).username for address in addresses}
        assert (
            roles
            == identities.keys()
            == set(installations("environments/aks")["defaults"].outputs["postgres_roles"]["value"])
        )

    @pytest.mark.parametrize(("place", "name"), [one for one in RUNS if one[1] == "passwords"])
    def test_with_passwords_signs_in_with_one(self, rendered: Render, place: str, name: str) -> None:
        pod = provisioning(rendered(place, name))
        assert "serviceAccountName" not in pod["spec"]
        names = {one["name"] for one in pod["spec"]["containers"][0]["env"]}
        assert "PROVISION_DATABASE_PASSWORD" in names
        assert "PROVISION_ROLES" not in names


def variable(pod: dict[str, Any], name: str) -> str:
    """Return a variable of a pod's program."""
    container = pod["spec"]["containers"][0]
    return str(next(one["value"] for one in container["env"] if one["name"] == name))


class TestStores:
    def test_redis_is_reached_over_tls_with_a_password_from_a_secret(
        self, manifests: list[dict[str, Any]]
    ) -> None:
        for one in manifests:
            if one["kind"] == "Deployment":
                variables = environment_of(one)
                assert variables["REDIS_URL"]["value"].startswith("rediss://"), one["metadata"]["name"]
                assert "secretKeyRef" in variables["REDIS_PASSWORD"]["valueFrom"], one["metadata"]["name"]

    def test_secrets_arrive_as_they_are_whatever_helms_syntax_makes_of_commas(self, rendered: Render) -> None:
        secrets = [one for one in rendered("environments/aks", "passwords") if one["kind"] == "Secret"]
        kept = {
            key: base64.b64decode(value).decode()
            for one in secrets
            for key, value in one.get("data", {}).items()
        }
        kept |= {key: value for one in secrets for key, value in one.get("stringData", {}).items()}
        assert kept["OPENAI_API_KEYS"] == "a,b\\c;d"
        assert kept["REDIS_PASSWORD"] == "a+b/c="
        assert kept["PROVISION_DATABASE_PASSWORD"] == "a-password-that-nobody-knows"

    def test_files_are_in_the_clouds_storage(
        self, release: Resource, manifests: list[dict[str, Any]]
    ) -> None:
        rag = next(
            one
            for one in manifests
            if one["metadata"]["name"] == "open-webui-rag" and one["kind"] == "Deployment"
        )
        variables = environment_of(rag)
        provider = variables["STORAGE_PROVIDER"]["value"]
        assert provider == yaml.safe_load(release.values["values"][0])["storage"]["provider"]
        assert variables["S3_BUCKET_NAME" if provider == "s3" else "AZURE_STORAGE_CONTAINER_NAME"]["value"]
