"""Secrets that nobody gave are made up once, by a Job that can do nothing else, and kept."""

import base64
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from .cluster import Cluster, cluster
from .helm import CHART, NAMESPACE, Helm
from .manifests import Rendered, Workload

PATH = f"/api/v1/namespaces/{NAMESPACE}/secrets"


def job_of(rendered: Rendered) -> Workload:
    """Return the Job that makes secrets up."""
    return next(one for one in rendered.workloads if one.component == "generate-secrets")


class Maker:
    """The program of the Job, as if it ran in a pod of a cluster."""

    def __init__(self, state: Cluster, account: Path, patched: pytest.MonkeyPatch) -> None:
        self.state = state
        self._account = account
        self._patched = patched

    def run(self, names: str) -> int:
        """Run it as a Job would; return its exit code."""
        environment = {
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": str(self.state.port),
            "NAMESPACE": NAMESPACE,
            "SECRET": "generated",
            "LABELS": json.dumps({"app.kubernetes.io/name": "open-webui"}),
            "NAMES": names,
        }
        for name, value in environment.items():
            self._patched.setenv(name, value)
        program = self._load()
        program.ACCOUNT = self._account  # type: ignore[attr-defined]  # a module that is no package's
        return int(program.main())

    @staticmethod
    def _load() -> ModuleType:
        path = CHART / "files" / "generate_secrets.py"
        spec = importlib.util.spec_from_file_location("generate_secrets", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    @property
    def made(self) -> dict[str, str]:
        """What the Secret holds."""
        data = self.state.secrets[f"{PATH}/generated"]["data"]
        return {name: base64.b64decode(text).decode() for name, text in data.items()}


@pytest.fixture
def maker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Maker]:
    """The program, and a cluster without secrets."""
    with cluster(tmp_path) as state:
        yield Maker(state, tmp_path, monkeypatch)


class TestMaking:
    def test_each_is_long_and_different(self, maker: Maker) -> None:
        assert maker.run("WEBUI_SECRET_KEY,REDIS_PASSWORD") == 0
        assert maker.made.keys() == {"WEBUI_SECRET_KEY", "REDIS_PASSWORD"}
        assert len(set(maker.made.values())) == 2
        assert all(len(value) >= 32 and value.isalnum() for value in maker.made.values())

    def test_an_upgrade_keeps_them_and_adds_what_is_new(self, maker: Maker) -> None:
        maker.run("WEBUI_SECRET_KEY")
        before = maker.made
        assert maker.run("WEBUI_SECRET_KEY,REDIS_PASSWORD") == 0
        assert maker.made["WEBUI_SECRET_KEY"] == before["WEBUI_SECRET_KEY"]
        assert len(maker.made["REDIS_PASSWORD"]) >= 32

    def test_what_is_not_wanted_any_more_stays(self, maker: Maker) -> None:
        maker.run("WEBUI_SECRET_KEY,REDIS_PASSWORD")
        before = maker.made
        assert maker.run("WEBUI_SECRET_KEY") == 0
        assert maker.made == before

    def test_values_are_never_printed(self, maker: Maker, capsys: pytest.CaptureFixture[str]) -> None:
        maker.run("WEBUI_SECRET_KEY")
        printed = capsys.readouterr()
        assert "WEBUI_SECRET_KEY" in printed.out
        assert maker.made["WEBUI_SECRET_KEY"] not in printed.out + printed.err

    def test_a_cluster_that_refuses_is_told_of_and_fails_the_job(
        self, maker: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "token").write_text("another", encoding="ascii")
        assert maker.run("WEBUI_SECRET_KEY") == 1
        assert "401" in capsys.readouterr().err


class TestJob:
    def test_it_comes_before_everything_that_reads_them(self, helm: Helm) -> None:
        hooks = job_of(helm.render("minimal")).manifest.annotations["helm.sh/hook"].split(",")
        assert set(hooks) == {"pre-install", "pre-upgrade"}

    def test_the_secret_is_no_part_of_the_release(self, helm: Helm) -> None:
        rendered = helm.render("minimal")
        name = job_of(rendered).main.variables["SECRET"]
        assert rendered.named("Secret", name) is None

    def test_it_makes_every_key_that_is_read_from_it(self, rendered: Rendered) -> None:
        jobs = [one for one in rendered.workloads if one.component == "generate-secrets"]
        made = {one.main.variables["SECRET"]: set(one.main.variables["NAMES"].split(",")) for one in jobs}
        for one in rendered.containers:
            for entry in one.body.get("env", []):
                reference = entry.get("valueFrom", {}).get("secretKeyRef", {})
                if reference.get("name", "").endswith("-generated"):
                    assert reference["key"] in made[reference["name"]], one

    def test_it_may_only_make_secrets_and_change_its_own(self, helm: Helm) -> None:
        rendered = helm.render("minimal")
        job = job_of(rendered)
        rules = rendered.all("Role")[0].body["rules"]
        assert all(rule["resources"] == ["secrets"] and rule["apiGroups"] == [""] for rule in rules)
        named = [rule for rule in rules if "resourceNames" in rule]
        assert [rule["resourceNames"] for rule in named] == [[job.main.variables["SECRET"]]]
        assert {verb for rule in rules if rule not in named for verb in rule["verbs"]} == {"create"}
        assert {verb for rule in named for verb in rule["verbs"]} == {"get", "patch"}
        assert [one["name"] for one in rendered.all("RoleBinding")[0].body["subjects"]] == [
            job.pod["serviceAccountName"]
        ]

    def test_with_all_secrets_given_there_is_none(self, helm: Helm) -> None:
        rendered = helm.render("external-stores")
        assert [one for one in rendered if one.component == "generate-secrets"] == []
        assert rendered.all("Role") == []

    def test_switched_off_the_missing_ones_are_named(self, helm: Helm) -> None:
        message = helm.refusal("minimal", secrets={"create": False})
        assert "WEBUI_SECRET_KEY" in message or "PASSWORD" in message
        assert "secrets.existingSecret" in message
