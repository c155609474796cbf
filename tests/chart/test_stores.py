"""Postgres and Redis: bundled for trying out, or those of the platform team, reached as these want it."""

from urllib.parse import urlsplit

import pytest
from owui_chassis.settings import ServiceSettings

from .helm import Helm
from .manifests import Rendered
from .starting import filled, settings_of, startable

# Everything that means something in an address.
AWKWARD = "p@ss:w/rd#%41?&=$(HOME)"
PASSWORDS = {f"{name}_DATABASE_PASSWORD": AWKWARD for name in ("AUTH", "CHAT", "RAG", "MODEL_PROXY")}
GIVEN = {
    "existingSecret": "",
    "keys": [],
    "values": {"WEBUI_SECRET_KEY": "x" * 32, "REDIS_PASSWORD": AWKWARD, **PASSWORDS},
}

QUEUES = {"host": "queues.corp.example", "auth": False}  # Celery speaks to no cluster


def read(rendered: Rendered, component: str) -> ServiceSettings:
    """Return the settings as the program of a component reads them."""
    return settings_of(rendered.workload(component).main)


def external(helm: Helm, **values: object) -> Rendered:
    """Render an installation with stores of its own and passwords that are hard to write."""
    return helm.render("external-stores", **{"secrets": GIVEN, **values})


class TestBundled:
    def test_trying_out_needs_nothing_else(self, helm: Helm) -> None:
        rendered = helm.render("minimal")
        assert rendered.workload("postgresql").manifest.kind == "StatefulSet"
        assert rendered.workload("valkey").manifest.kind == "StatefulSet"
        for component in ("postgresql", "valkey"):
            service = rendered.one("Service", component)
            assert service.spec["selector"].items() <= rendered.workload(component).labels.items()

    def test_services_are_led_to_them(self, helm: Helm) -> None:
        rendered = helm.render("minimal")
        settings = read(rendered, "chat")
        assert settings.database.url.host == rendered.one("Service", "postgresql").name
        assert settings.database.url.username == "chat_app"
        assert urlsplit(settings.redis_url).hostname == rendered.one("Service", "valkey").name

    def test_they_have_pgvector_and_never_throw_keys_away(self, helm: Helm) -> None:
        rendered = helm.render("minimal")
        assert "pgvector" in rendered.workload("postgresql").main.body["image"]
        words = " ".join(map(str, rendered.workload("valkey").main.body.get("args", [])))
        config = " ".join(one.body["data"].get("valkey.conf", "") for one in rendered.all("ConfigMap"))
        assert "maxmemory-policy noeviction" in words + config

    def test_data_outlives_the_pods(self, helm: Helm) -> None:
        rendered = helm.render("minimal")
        for component in ("postgresql", "valkey"):
            claims = rendered.workload(component).manifest.spec["volumeClaimTemplates"]
            assert claims[0]["spec"]["resources"]["requests"]["storage"]
        loose = helm.render("minimal", postgresql={"bundled": {"persistence": {"enabled": False}}})
        assert "volumeClaimTemplates" not in loose.workload("postgresql").manifest.spec

    def test_with_stores_of_others_none_is_bundled(self, helm: Helm) -> None:
        rendered = helm.render("external-stores")
        assert rendered.all("StatefulSet") == []


class TestPostgres:
    def test_each_service_has_a_role_and_a_password_of_its_own(self, helm: Helm) -> None:
        rendered = external(helm)
        users = {
            one: read(rendered, one).database.url.username for one in ("auth", "chat", "rag", "model-proxy")
        }
        assert users == {one: f"{one.replace('-', '_')}_app" for one in users}
        assert read(rendered, "rag-worker").database.url.username == "rag_app"

    def test_a_password_may_have_any_characters(self, helm: Helm) -> None:
        assert read(external(helm), "auth").database.url.password == AWKWARD

    def test_certificates_are_checked_unless_told_otherwise(self, helm: Helm) -> None:
        assert read(external(helm), "auth").database.tls is not None
        relaxed = external(helm, postgresql={"external": {"tls": {"mode": "disable"}}})
        assert read(relaxed, "auth").database.tls in {None, False}

    def test_a_whole_address_wins(self, helm: Helm) -> None:
        url = "postgresql://own:word@elsewhere:6432/own"
        secrets = {**GIVEN, "values": {**GIVEN["values"], "CHAT_DATABASE_URL": url}}
        rendered = external(helm, secrets=secrets)
        assert read(rendered, "chat").database.url.host == "elsewhere"
        assert read(rendered, "auth").database.url.host != "elsewhere"

    @pytest.mark.parametrize(("case", "auth"), [("aks", "azure"), ("eks", "aws")])
    def test_tokens_need_no_password(self, helm: Helm, case: str, auth: str) -> None:
        identity = {"azure": "azureWorkloadIdentity", "aws": "awsIdentity"}[auth]
        everyone = ["auth", "chat", "rag", "ragWorker", "ragBeat", "modelProxy"]
        rendered = helm.render(
            case,
            postgresql={"external": {"auth": auth}},
            **{identity: {"enabled": True, "workloads": everyone}},
        )
        for one in ("auth", "chat", "rag", "rag-worker", "model-proxy"):
            settings = read(rendered, one)
            assert settings.database_auth == auth
            assert settings.database.passwords is not None
            assert not [name for name in filled(rendered.workload(one).main) if "DATABASE_PASSWORD" in name]

    def test_connections_of_all_replicas_fit_into_what_postgres_allows(self, helm: Helm) -> None:
        message = helm.refusal("minimal", defaults={"databasePoolSize": 200})
        assert "postgresql.maxConnections" in message
        assert "databasePoolSize" in message


class TestRedis:
    def test_a_password_may_have_any_characters(self, helm: Helm) -> None:
        settings = read(external(helm), "chat")
        assert settings.redis_password == AWKWARD

    def test_tls_is_spoken_where_it_is_wanted(self, helm: Helm) -> None:
        rendered = external(helm, redis={"external": {"tls": True}})
        assert read(rendered, "gateway").redis_url.startswith("rediss://")

    def test_sentinels_are_asked_for_the_primary(self, helm: Helm) -> None:
        sentinel = {"hosts": ["s1.example.com", "s2.example.com"], "port": 26380, "auth": False}
        rendered = external(helm, redis={"external": {"host": "mymaster", "sentinel": sentinel}})
        settings = read(rendered, "rag-worker")
        assert settings.redis.sentinels is not None
        assert settings.redis.sentinels.addresses == (("s1.example.com", 26380), ("s2.example.com", 26380))
        assert "mymaster" in settings.redis_url

    def test_a_cluster_is_spoken_to_as_one(self, helm: Helm) -> None:
        rendered = external(helm, redis={"external": {"cluster": True, "database": 0}, "broker": QUEUES})
        for one in startable(rendered):
            assert settings_of(one.main).redis_cluster is True


class TestFiles:
    def test_a_volume_is_mounted_where_the_service_writes(self, helm: Helm) -> None:
        rendered = helm.render("minimal")
        for component in ("rag", "rag-worker"):
            one = rendered.workload(component)
            mount = one.main.mounts["/data"]
            assert one.main.variables["DATA_DIR"] == "/data"
            claim = one.volumes[mount["name"]]["persistentVolumeClaim"]["claimName"]
            assert rendered.named("PersistentVolumeClaim", claim) is not None
        assert "/data" not in rendered.workload("chat").main.mounts

    def test_the_volume_outlives_an_uninstall(self, helm: Helm) -> None:
        claim = helm.render("minimal").all("PersistentVolumeClaim")[0]
        assert claim.annotations.get("helm.sh/resource-policy") == "keep"

    @pytest.mark.parametrize(
        ("provider", "values", "variable"),
        [
            ("s3", {"bucket": "files", "region": "eu-central-1"}, "S3_BUCKET_NAME"),
            (
                "azure",
                {"endpoint": "https://a.blob.core.windows.net", "container": "f"},
                "AZURE_STORAGE_ENDPOINT",
            ),
            ("gcs", {"bucket": "files"}, "GCS_BUCKET_NAME"),
        ],
    )
    def test_object_storage_needs_no_volume(
        self, helm: Helm, provider: str, values: dict[str, str], variable: str
    ) -> None:
        rendered = helm.render("minimal", storage={"provider": provider, provider: values})
        assert rendered.all("PersistentVolumeClaim") == []
        for component in ("rag", "rag-worker"):
            given = rendered.workload(component).main.variables
            assert given["STORAGE_PROVIDER"] == provider
            assert given[variable] in values.values()
        assert "STORAGE_PROVIDER" not in rendered.workload("gateway").main.variables
