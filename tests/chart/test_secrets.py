"""Secrets stand in Secret objects and nowhere else, wherever they come from."""

import re
from urllib.parse import urlsplit

import pytest

from . import code
from .helm import Helm
from .manifests import Manifest, Rendered, keys_of

CANARY = "canary-{}-4c1b9d7e"
# The secrets that the chart puts into addresses, besides those that services declare.
AT_CHOICE = ("REDIS_", "WEBUI_JWT")  # given where the store wants them, or in place of another one
COMPOSED = {
    "REDIS_PASSWORD",
    *(f"{name}_DATABASE_PASSWORD" for name in ("AUTH", "CHAT", "RAG", "MODEL_PROXY")),
}


def secret_settings() -> list[str]:
    """Return every environment variable that some service declares as secret."""
    found = {
        name for service in code.services() for name, one in code.declared(service).items() if one.secret
    }
    return sorted(name for name in found if name.isupper())


def canaries(names: list[str]) -> dict[str, str]:
    """Return a recognisable value for each."""
    return {name: CANARY.format(name.lower().replace("_", "-")) for name in names}


def outside_of_secrets(rendered: Rendered, texts: list[str]) -> list[str]:
    """Return where one of the texts stands without being in the data of a Secret."""
    found = []
    for manifest in rendered:
        body = {key: value for key, value in manifest.body.items() if not hides(manifest, key)}
        found += [
            f"{manifest}: {path}" for path, value in keys_of(body) for text in texts if text in str(value)
        ]
    return found


def hides(manifest: Manifest, key: str) -> bool:
    """Say whether a part of an object is where secrets belong."""
    return manifest.kind == "Secret" and key in {"data", "stringData"}


class TestValuesThatAreGiven:
    def test_each_reaches_its_services_from_a_secret_object_and_stands_nowhere_else(self, helm: Helm) -> None:
        given = canaries([name for name in secret_settings() if not name.endswith(("_URL", "_PROXY"))])
        rendered = helm.render("minimal", secrets={"values": given})
        assert outside_of_secrets(rendered, list(given.values())) == []
        for one in rendered.ours:
            declared = code.declared(code.service_of(one.main.program))
            for name, text in given.items():
                if (
                    name in declared
                    and not name.startswith(AT_CHOICE)
                    and not name.endswith("DATABASE_PASSWORD")
                ):
                    assert one.main.variables.get(name) == text, f"{one}: {name}"

    def test_passwords_of_stores_stand_nowhere_else(self, helm: Helm) -> None:
        given = canaries(sorted(COMPOSED))
        rendered = helm.render(
            "external-stores",
            secrets={"existingSecret": "", "keys": [], "values": {"WEBUI_SECRET_KEY": "x" * 32, **given}},
        )
        assert outside_of_secrets(rendered, list(given.values())) == []
        assert any(given["REDIS_PASSWORD"] in str(one.body) or one.kind == "Secret" for one in rendered)

    def test_the_notes_repeat_none(self, helm: Helm) -> None:
        given = canaries(secret_settings())
        notes = helm.notes("minimal", secrets={"values": given})
        assert [name for name, text in given.items() if text in notes] == []

    def test_one_that_stands_in_config_is_refused(self, helm: Helm) -> None:
        message = helm.refusal("minimal", config={"OPENAI_API_KEY": CANARY.format("openai")})
        assert "OPENAI_API_KEY" in message
        assert "secrets" in message
        assert CANARY.format("openai") not in message

    def test_no_variable_is_given_as_text_that_a_service_declares_as_secret(self, rendered: Rendered) -> None:
        secret = set(secret_settings())
        for one in rendered.containers:
            for entry in one.body.get("env", []):
                if entry["name"] in secret and "value" in entry:
                    inside = urlsplit(entry["value"]).password
                    assert inside is None or re.fullmatch(r"\$\(\w+\)", inside), f"{one}: {entry['name']}"


class TestSecretsOfOthers:
    def test_an_existing_secret_is_referred_to_and_none_is_made(self, helm: Helm) -> None:
        rendered = helm.render("external-stores")
        assert rendered.all("Secret") == []
        assert {one.main.variables["WEBUI_SECRET_KEY"] for one in rendered.ours} == {"<secret>"}

    def test_single_ones_may_come_from_secrets_of_their_own(self, helm: Helm) -> None:
        source = {"name": "openai", "key": "api-key"}
        rendered = helm.render("minimal", secrets={"from": {"OPENAI_API_KEYS": source}})
        entries = {entry["name"]: entry for entry in rendered.workload("model-proxy").main.body["env"]}
        assert entries["OPENAI_API_KEYS"]["valueFrom"]["secretKeyRef"] == source
        assert "OPENAI_API_KEYS" not in rendered.workload("chat").main.variables

    def test_external_secrets_are_asked_for_and_used(self, helm: Helm) -> None:
        data = {
            "WEBUI_SECRET_KEY": {"key": "owui", "property": "secret"},
            "OPENAI_API_KEYS": {"key": "openai"},
        }
        store = {"name": "vault", "kind": "ClusterSecretStore"}
        rendered = helm.render(
            "minimal", secrets={"externalSecrets": {"enabled": True, "storeRef": store, "data": data}}
        )
        external = rendered.all("ExternalSecret")
        assert len(external) == 1
        assert external[0].spec["secretStoreRef"] == store
        asked = {one["secretKey"]: one["remoteRef"] for one in external[0].spec["data"]}
        assert asked == data
        target = external[0].spec["target"]["name"]
        for entry in rendered.workload("model-proxy").main.body["env"]:
            if entry["name"] in data:
                assert entry["valueFrom"]["secretKeyRef"]["name"] == target


@pytest.mark.parametrize("case", ["external-stores", "aks", "eks"])
def test_installations_for_production_keep_no_secret_in_their_values(helm: Helm, case: str) -> None:
    rendered = helm.render(case)
    given = [one for one in rendered.all("Secret") if "helm.sh/hook" not in one.annotations]
    assert given == []
