"""The files for Podman and Swarm run what compose.yaml runs, with the same settings and volumes."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import engine_files
import pytest
from compose_parts import read_composition
from image_locks import IMAGES
from images import version
from owui_auth.settings import AuthSettings
from owui_chassis.provision import ProvisionSettings, roles_of
from owui_chat.settings import ChatSettings
from owui_gateway.settings import GatewaySettings
from owui_model_proxy.settings import ModelProxySettings
from owui_rag.settings import RagSettings

from .engines import QUADLET, Run, compose, entries, play, pods, quadlet, stack, stack_document
from .pages import ROOT
from .test_names import declared

# What Swarm names otherwise: it has replicas without names, and its Postgres reads the secret as a file.
OF_SWARM_ALONE = {"POSTGRES_PASSWORD_FILE"}
NOT_OF_SWARM = {"CHAT_REPLICA_NAME"}
# Settings of stores, which are not ours.
OF_STORES = {"POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "VALKEY_PASSWORD"}
# Declared for the services as a whole.
EVERYWHERE = {"LOG_FORMAT", "AUTH_ADDRESS", "CHAT_ADDRESS", "MODEL_PROXY_ADDRESS", "RAG_ADDRESS"}
Engine = Callable[[], dict[str, Run]]

SETTINGS: dict[str, Any] = {
    "gateway": GatewaySettings,
    "auth": AuthSettings,
    "chat": ChatSettings,
    "model-proxy": ModelProxySettings,
    "rag": RagSettings,
    "rag-worker": RagSettings,
}


def without_programs(runs: dict[str, Run]) -> dict[str, Run]:
    """Return what runs, whatever it runs first."""
    return {name: replace(run, programs=()) for name, run in runs.items()}


class TestFiles:
    def test_are_as_the_tool_writes_them(self) -> None:
        wanted = engine_files.wanted()
        assert engine_files.present() == wanted.keys()
        stale = [path.name for path, text in wanted.items() if path.read_text(encoding="utf-8") != text]
        assert not stale, "python tools/engine_files.py"

    def test_of_quadlet_name_only_each_other(self) -> None:
        there = {path.name for path in QUADLET.iterdir()}
        for path in QUADLET.glob("*.container"):
            unit = entries(path.read_text(encoding="utf-8"))
            named = {value.partition(":")[0] for key in ("Network", "Volume") for value in unit.get(key, [])}
            waited = {value.replace(".service", ".container") for key in ("After", "Wants", "Requires")
                      for value in unit.get(key, [])}  # fmt: skip
            assert named | waited <= there, path.name

    def test_no_secret_stands_in_any(self) -> None:
        for path in engine_files.wanted():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"://[^/@\s]*:[^/@\s]+@", text), path.name
            assert not re.search(r"(PASSWORD|SECRET_KEY): *['\"]?[^\s/$]{8,}", text), path.name


@pytest.mark.parametrize("runs", [quadlet, play, stack], ids=["quadlet", "play", "stack"])
class TestEveryEngine:
    def test_uses_only_images_that_are_built_and_those_of_the_stores(self, runs: Engine) -> None:
        images = {run.image for run in runs().values()}
        own = {f"owui/{image}:{version()}" for image in IMAGES if image != "rag-ml"}
        assert images == own | {compose()["postgres"].image, compose()["valkey"].image}

    def test_gives_only_declared_settings(self, runs: Engine) -> None:
        for name, run in runs().items():
            given = set(run.settings) | run.secrets
            assert not given - declared() - EVERYWHERE - OF_STORES, name

    def test_services_sign_in_to_the_stores_with_what_they_are_given(self, runs: Engine) -> None:
        for name, settings in SETTINGS.items():
            run = runs()[name]
            read = settings.read({**run.settings, **{secret: f"{secret} of tests" for secret in run.secrets}})
            assert read.redis.password == "REDIS_PASSWORD of tests", name
            if name != "gateway":
                url = read.database.url
                schema = name.removesuffix("-worker").replace("-", "_")
                assert (url.host, url.username) == ("postgres", f"{schema}_app")
                assert url.password == f"{schema.upper()}_DATABASE_PASSWORD of tests"

    def test_the_job_gives_roles_the_passwords_that_services_have(self, runs: Engine) -> None:
        run = runs()["database"]
        given = {**run.settings, **{secret: f"{secret} of tests" for secret in run.secrets}}
        settings = ProvisionSettings.read(given)
        assert settings.database.url.password == "PROVISION_DATABASE_PASSWORD of tests"
        roles = roles_of(settings.schemas, given)
        assert {role.role: role.password for role in roles} == {
            f"{schema}_app": f"{schema.upper()}_DATABASE_PASSWORD of tests"
            for schema in ("auth", "chat", "model_proxy", "rag")
        }

    def test_confines_every_container(self, runs: Engine) -> None:
        assert all(run.hardened for run in runs().values())


class TestPodman:
    def test_the_units_are_the_services_of_compose(self) -> None:
        assert quadlet() == compose()

    def test_the_pods_have_the_services_of_compose(self) -> None:
        assert play() == compose()

    def test_pods_come_after_what_they_need(self) -> None:
        parts = read_composition().parts
        seen: set[str] = set()
        for pod in pods():
            for one in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]):
                assert parts[one["name"]].after.keys() <= seen, one["name"]
                seen.add(one["name"])
        assert seen == parts.keys()

    def test_volumes_are_the_same_either_way(self) -> None:
        claimed = {
            volume["persistentVolumeClaim"]["claimName"]
            for pod in pods()
            for volume in pod["spec"]["volumes"]
            if "persistentVolumeClaim" in volume
        }
        assert claimed == {path.stem for path in QUADLET.glob("*.volume")}

    def test_only_this_machine_reaches_the_gateway(self) -> None:
        ports = {
            p.stem: entries(p.read_text("utf-8")).get("PublishPort") for p in QUADLET.glob("*.container")
        }
        assert {name: value for name, value in ports.items() if value} == {
            "owui-gateway": ["127.0.0.1:8080:8080"]
        }
        open_ports = [
            port for pod in pods() for one in pod["spec"]["containers"] for port in one.get("ports", [])
        ]
        assert open_ports == [{"containerPort": 8080, "hostPort": 8080, "hostIP": "127.0.0.1"}]

    def test_stores_have_no_way_out(self) -> None:
        networks = {path.stem: path.read_text(encoding="utf-8") for path in QUADLET.glob("*.network")}
        assert "Internal=true" in networks["owui-stores"]
        for store in ("postgres", "valkey"):
            unit = entries((QUADLET / f"owui-{store}.container").read_text(encoding="utf-8"))
            assert unit["Network"] == [f"owui-stores.network:alias={store}"]


class TestSwarm:
    def test_the_stack_has_the_services_of_compose_but_the_migrations(self) -> None:
        expected = {
            name: replace(run, settings={k: v for k, v in run.settings.items() if k not in NOT_OF_SWARM})
            for name, run in compose().items()
            if not name.endswith("-migrations")
        }
        found = {
            name: replace(run, settings={k: v for k, v in run.settings.items() if k not in OF_SWARM_ALONE})
            for name, run in stack().items()
        }
        assert without_programs(found) == without_programs(expected)

    def test_each_service_migrates_its_schema_before_it_starts(self) -> None:
        for name, run in compose().items():
            if name.endswith("-migrations"):
                service = name.removesuffix("-migrations")
                package = f"owui_{service.replace('-', '_')}"
                assert stack()[service].programs == (*run.programs, f"{package}.main")
        assert stack()["rag-worker"].programs == ("owui_rag.migrate", "owui_rag.worker")
        assert stack()["gateway"].programs == ("owui_gateway.main",)

    def test_what_is_on_a_disk_stays_where_the_disk_is(self) -> None:
        for name, one in stack_document()["services"].items():
            kept = any(mount["type"] == "volume" for mount in one["volumes"])
            assert ("placement" in one["deploy"]) is kept, name

    def test_every_secret_is_one_that_the_script_makes(self) -> None:
        script = (ROOT / "deploy" / "swarm" / "create-secrets.sh").read_text(encoding="utf-8")
        assert all(secret in script for secret in stack_document()["secrets"])
