"""The compose files: read by compose itself, with declared settings only, hardened, and complete."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from image_locks import IMAGES
from kube_tools import locate
from owui_auth.settings import AuthSettings
from owui_chassis.provision import ProvisionSettings
from owui_chat.settings import ChatSettings
from owui_gateway.settings import GatewaySettings
from owui_model_proxy.settings import ModelProxySettings
from owui_rag.settings import RagSettings

SECRETS = ("WEBUI_SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD")
SETTINGS = {
    "gateway": GatewaySettings,
    "auth": AuthSettings,
    "chat": ChatSettings,
    "model-proxy": ModelProxySettings,
    "rag": RagSettings,
    "rag-worker": RagSettings,
    "database": ProvisionSettings,
}
ADDRESSES = {"AUTH_ADDRESS", "CHAT_ADDRESS", "MODEL_PROXY_ADDRESS", "RAG_ADDRESS"}
# Read by what the services stand on: their log, and the library that keeps models.
BESIDE = ADDRESSES | {"LOG_FORMAT", "HF_HOME"}
OVERRIDES = {
    "plain": [],
    "ollama": ["compose.ollama.yaml"],
    "gpu": ["compose.gpu.yaml"],
    "ollama on a gpu": ["compose.ollama.yaml", "compose.ollama-gpu.yaml"],
    "everything": ["compose.ollama.yaml", "compose.ollama-gpu.yaml", "compose.gpu.yaml"],
}


class Compose:
    """The files in a folder of their own, and what compose makes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def choose_secrets(self) -> str:
        command = [str(self.folder / "create-env.sh")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def read(self, *overrides: str, **environment: str) -> subprocess.CompletedProcess[str]:
        files = [part for name in ("compose.yaml", *overrides) for part in ("-f", str(self.folder / name))]
        command = [*locate("compose"), *files, "config", "--format", "json"]
        surroundings = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environment}
        return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)

    def services(self, *overrides: str, **environment: str) -> dict[str, dict[str, Any]]:
        found = self.read(*overrides, **environment)
        assert found.returncode == 0, found.stderr
        services: dict[str, dict[str, Any]] = json.loads(found.stdout)["services"]
        return services


@pytest.fixture
def compose(tmp_path: Path, repository: Path) -> Compose:
    for path in (repository / "deploy" / "docker").glob("*"):
        if path.is_file():
            shutil.copy(path, tmp_path)
    (tmp_path / ".env").unlink(missing_ok=True)
    (tmp_path / "settings.env").unlink(missing_ok=True)
    return Compose(tmp_path)


class TestSecrets:
    def test_without_them_the_remedy_is_named(self, compose: Compose) -> None:
        found = compose.read()
        assert found.returncode != 0
        assert any(name in found.stderr for name in SECRETS)
        assert "run deploy/docker/create-env.sh" in found.stderr

    @pytest.mark.parametrize("missing", SECRETS)
    def test_each_has_to_be_there(self, compose: Compose, missing: str) -> None:
        found = compose.read(**{name: "x" * 20 for name in SECRETS if name != missing})
        assert found.returncode != 0
        assert missing in found.stderr

    def test_are_chosen_once_and_kept(self, compose: Compose) -> None:
        told = compose.choose_secrets()
        file = compose.folder / ".env"
        chosen = file.read_text(encoding="utf-8")
        values = dict(line.split("=") for line in chosen.splitlines())
        assert set(values) == set(SECRETS)
        assert len(set(values.values())) == len(SECRETS)
        assert all(len(value) == 64 and value.isalnum() for value in values.values())
        assert file.stat().st_mode & 0o077 == 0
        assert not [value for value in values.values() if value in told]
        assert compose.choose_secrets() == ""
        assert file.read_text(encoding="utf-8") == chosen


@pytest.mark.parametrize("overrides", OVERRIDES.values(), ids=OVERRIDES)
class TestServices:
    def test_are_what_compose_understands_and_hardened(self, compose: Compose, overrides: list[str]) -> None:
        compose.choose_secrets()
        for name, service in compose.services(*overrides).items():
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert "privileged" not in service, name
            limits = service["deploy"]["resources"]["limits"]
            assert limits.keys() == {"cpus", "memory", "pids"}, name
            assert "@" in service["image"] or service["image"].rpartition(":")[2] not in {"", "latest"}, name

    def test_are_given_declared_settings_only(self, compose: Compose, overrides: list[str]) -> None:
        compose.choose_secrets()
        services = compose.services(*overrides)
        for name, settings in SETTINGS.items():
            declared = {variable for one in settings.declared.values() for variable in one.names}
            if name == "database":
                declared |= {f"{schema}_DATABASE_URL" for schema in ("AUTH", "CHAT", "MODEL_PROXY", "RAG")}
            given = services[name]["environment"].keys()
            assert not given - declared - BESIDE, name
            required = [one for one in settings.declared.values() if one.required]
            assert all(given & set(one.names) for one in required), name
            settings.read(services[name]["environment"])

    def test_each_that_serves_is_asked_whether_it_is_well(
        self, compose: Compose, overrides: list[str]
    ) -> None:
        compose.choose_secrets()
        services = compose.services(*overrides)
        for name, service in services.items():
            once = service["restart"] == "no"
            assert service["healthcheck"].get("disable", False) is once, name
            for other, wanted in service.get("depends_on", {}).items():
                ends = services[other]["restart"] == "no"
                condition = "service_completed_successfully" if ends else "service_healthy"
                assert wanted["condition"] == condition, (name, other)


class TestShape:
    def test_every_image_but_that_with_torch_is_used_and_can_be_built(self, compose: Compose) -> None:
        compose.choose_secrets()
        services = compose.services()
        built = {service["build"]["target"]: service for service in services.values() if "build" in service}
        assert set(built) == set(IMAGES) - {"rag-ml"}
        for target, service in built.items():
            assert service["build"]["args"]["SERVICE"] == target
            assert service["image"] == f"owui/{target}:0.1.0"

    def test_only_the_gateway_is_reached_from_outside_and_only_by_this_machine(
        self, compose: Compose
    ) -> None:
        compose.choose_secrets()
        open_ports = {name: one["ports"] for name, one in compose.services().items() if one.get("ports")}
        assert set(open_ports) == {"gateway"}
        assert open_ports["gateway"][0]["host_ip"] == "127.0.0.1"

    def test_the_stores_have_no_way_out(self, compose: Compose) -> None:
        compose.choose_secrets()
        found = json.loads(compose.read().stdout)
        assert found["networks"]["stores"]["internal"] is True
        for store in ("postgres", "valkey"):
            assert set(found["services"][store]["networks"]) == {"stores"}

    def test_only_the_job_that_makes_the_database_knows_the_administrator(self, compose: Compose) -> None:
        compose.choose_secrets()
        lines = (compose.folder / ".env").read_text(encoding="utf-8").splitlines()
        password = dict(line.split("=") for line in lines)["POSTGRES_PASSWORD"]
        knowing = {name for name, one in compose.services().items() if password in json.dumps(one)}
        assert knowing == {"database", "postgres"}

    def test_a_service_has_longer_to_end_than_its_work_may_take(self, compose: Compose) -> None:
        compose.choose_secrets()
        for name in ("gateway", "auth", "chat", "model-proxy", "rag", "rag-worker"):
            service = compose.services()[name]
            assert service["stop_grace_period"] == "45s"
            assert float(service["environment"]["DRAIN_SECONDS"]) + 5 < 45

    def test_settings_of_ones_own_reach_the_services_alone(self, compose: Compose) -> None:
        compose.choose_secrets()
        (compose.folder / "settings.env").write_text(
            "OPENAI_API_KEY=a-key\nDRAIN_SECONDS=1\n", encoding="utf-8"
        )
        services = compose.services()
        knowing = {name for name, one in services.items() if "OPENAI_API_KEY" in one.get("environment", {})}
        assert knowing == {"gateway", "auth", "chat", "model-proxy", "rag", "rag-worker"}
        assert services["gateway"]["environment"]["DRAIN_SECONDS"] == "30"

    def test_ollama_is_used_where_it_is_added(self, compose: Compose) -> None:
        compose.choose_secrets()
        services = compose.services("compose.ollama.yaml")
        assert services["model-proxy"]["environment"]["OLLAMA_BASE_URLS"] == "http://ollama:11434"
        assert "ollama" not in compose.services()

    def test_a_gpu_is_given_to_what_embeds(self, compose: Compose) -> None:
        compose.choose_secrets()
        services = compose.services("compose.gpu.yaml")
        for name in ("rag", "rag-worker"):
            device = services[name]["deploy"]["resources"]["reservations"]["devices"][0]
            assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])
            assert services[name]["image"] == "owui/rag-ml:0.1.0"
            assert services[name]["build"]["args"] == {"SERVICE": "rag-ml", "TORCH": "cuda"}
            assert services[name]["environment"]["RAG_EMBEDDING_DEVICE"] == "cuda"
