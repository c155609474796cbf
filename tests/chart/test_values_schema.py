"""The schema of the values knows every key and its type, and refuses the rest."""

import copy
import json
from typing import Any

import jsonschema
import pytest
import yaml

from .helm import CASES, CHART, Helm
from .manifests import keys_of

VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
# Mappings whose keys are not the chart's: names of Kubernetes, of labels, of variables, of resources.
FREE = ("annotations", "labels", "matchLabels", "requests", "limits", "resources", "outside", "tolerations")
FREE += ("podSecurityContext", "securityContext", "metricsFrom", "redisFrom", "dns.to")
WORKLOADS = ("gateway", "auth", "chat", "rag", "ragWorker", "ragBeat", "audio", "audioWorker", "modelProxy")


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    """The schema, which is itself valid."""
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def is_free(path: list[str]) -> bool:
    """Say whether a mapping belongs to somebody else."""
    return any(name in path or ".".join(path).endswith(name) for name in FREE)


def mappings(tree: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the paths of all mappings of the chart's own that have keys."""
    found = [path]
    for key, value in tree.items():
        here = (*path, key)
        if isinstance(value, dict) and value and not is_free(list(here)):
            found += mappings(value, here)
    return found


def changed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return the default values with another one at a path."""
    values = copy.deepcopy(VALUES)
    place = values
    for step in path[:-1]:
        place = place.setdefault(step, {})
    place[path[-1]] = value
    return values


class TestKeys:
    @pytest.mark.parametrize("path", mappings(VALUES), ids=lambda path: ".".join(path) or "(top)")
    def test_one_that_is_not_known_is_refused(
        self, validator: jsonschema.Draft202012Validator, path: tuple[str, ...]
    ) -> None:
        errors = [one.message for one in validator.iter_errors(changed((*path, "misspelt"), 1))]
        assert any("misspelt" in message for message in errors)

    @pytest.mark.parametrize("workload", WORKLOADS)
    def test_every_workload_takes_what_the_defaults_have(
        self, validator: jsonschema.Draft202012Validator, workload: str
    ) -> None:
        values = copy.deepcopy(VALUES)
        values[workload] = {**values["defaults"], **values[workload]}
        assert [one.message for one in validator.iter_errors(values)] == []
        errors = validator.iter_errors(changed((workload, "replica"), 2))
        assert any("replica" in one.message for one in errors)


class TestTypes:
    def test_the_defaults_are_valid(self, validator: jsonschema.Draft202012Validator) -> None:
        assert [one.message for one in validator.iter_errors(VALUES)] == []

    def test_a_mapping_in_place_of_a_value_is_refused_everywhere(
        self, validator: jsonschema.Draft202012Validator
    ) -> None:
        accepted = []
        for dotted, _ in keys_of(VALUES):
            path = tuple(dotted.split("."))
            if "[" not in dotted and "/" not in dotted and not is_free(list(path)):
                values = changed(path, {"surely": "wrong"})
                if validator.is_valid(values):
                    accepted.append(dotted)
        assert accepted == []

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("gateway.replicas", "two"),
            ("gateway.replicas", -1),
            ("gateway.service.type", "Public"),
            ("ragWorker.autoscaling.kind", "vpa"),
            ("storage.provider", "ftp"),
            ("storage.local.accessMode", "ReadOnlyMany"),
            ("postgresql.external.auth", "kerberos"),
            ("postgresql.external.tls.mode", "maybe"),
            ("postgresql.external.port", 70000),
            ("awsIdentity.mode", "keys"),
            ("image.pullPolicy", "Sometimes"),
            ("ingress.hosts", "ai.example.com"),
            ("networkPolicy.enabled", "yes"),
            ("tls.certManager.issuerRef.kind", "Vault"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, validator: jsonschema.Draft202012Validator, path: str, value: object
    ) -> None:
        assert not validator.is_valid(changed(tuple(path.split(".")), value)), path


class TestInHelm:
    def test_helm_names_the_key(self, helm: Helm) -> None:
        assert "replica" in helm.refusal("minimal", gateway={"replica": 2})
        assert "/gateway/replicas" in helm.refusal("minimal", gateway={"replicas": "two"})

    def test_supported_installations_say_only_what_differs(self) -> None:
        for path in CASES:
            given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            default = dict(keys_of(VALUES))
            same = [key for key, value in keys_of(given) if key in default and default[key] == value]
            assert same == [], path.name
