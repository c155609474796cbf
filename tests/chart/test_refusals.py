"""What would not work is refused, by the name of the key and with the remedy."""

from typing import Any

import pytest

from .helm import Helm, Values

ELSEWHERE = {"bundled": {"enabled": False}}
CLUSTER = {"host": "r", "cluster": True, "auth": False}
UNENCRYPTED = {"host": "pg", "auth": "aws", "tls": {"mode": "disable"}}
ON = {"enabled": True}
LOCAL_ADMINISTRATOR = {"host": "pg", "auth": "azure", "provision": ON}
IDENTITY = {**ON, "clientId": "00000000-0000-0000-0000-000000000001"}
OTHERS = dict.fromkeys(("REDIS_PASSWORD", "DATABASE_PASSWORD", "PROVISION_DATABASE_PASSWORD"), "x" * 16)
# What is given, and the words that the message has to have: the key that is wrong and the one that mends it.
CASES: dict[str, tuple[Values, tuple[str, ...]]] = {
    "two replicas of rag on a volume of one node": (
        {"rag": {"replicas": 2}},
        ("rag.replicas", "storage.local.accessMode=ReadWriteMany", "storage.provider"),
    ),
    "a worker that may grow beyond one, on a volume of one node": (
        {"ragWorker": {"autoscaling": {"enabled": True}}},
        ("ragWorker.autoscaling", "storage.local.accessMode"),
    ),
    "no secret for all replicas": (
        {"gateway": {"replicas": 2}, "secrets": {"create": False, "values": OTHERS}},
        ("WEBUI_SECRET_KEY", "secrets.create=true", "secrets.existingSecret"),
    ),
    "a secret that can be guessed": (
        {"secrets": {"values": {"WEBUI_SECRET_KEY": "short"}}},
        ("secrets.values.WEBUI_SECRET_KEY", "16 characters"),
    ),
    "no Redis": ({"redis": ELSEWHERE}, ("redis.external.host", "REDIS_URL")),
    "no Postgres": ({"postgresql": ELSEWHERE}, ("postgresql.external.host", "postgresql.bundled.enabled")),
    "two kinds of Postgres": (
        {"postgresql": {"external": {"host": "pg"}}},
        ("postgresql.external.host", "postgresql.bundled.enabled=false"),
    ),
    "two kinds of Redis": (
        {"redis": {"external": {"host": "r"}}},
        ("redis.external.host", "redis.bundled.enabled=false"),
    ),
    "a cluster with sentinels": (
        {"redis": {**ELSEWHERE, "external": {**CLUSTER, "sentinel": {"hosts": ["s"]}}}},
        ("redis.external.cluster", "redis.external.sentinel.hosts"),
    ),
    "queues in a cluster": (
        {"redis": {**ELSEWHERE, "external": CLUSTER}},
        ("redis.external.cluster", "redis.broker.host"),
    ),
    "a password that nobody gives": (
        {"postgresql": {**ELSEWHERE, "external": {"host": "pg"}}},
        ("_DATABASE_PASSWORD is missing", "secrets.values.", "secrets.existingSecret"),
    ),
    "an existing secret whose keys are not told": (
        {"secrets": {"existingSecret": "mine"}},
        ("secrets.existingSecret", "secrets.keys"),
    ),
    "a bucket without a name": (
        {"storage": {"provider": "s3"}},
        ("storage.s3.bucket", "storage.provider=s3"),
    ),
    "a variable that no service knows": (
        {"config": {"WEBUI_NAMES": "x"}},
        ("config.WEBUI_NAMES", "docs/configuration.md", "extraEnv"),
    ),
    "a variable that has a key of its own": (
        {"chat": {"config": {"REDIS_KEY_PREFIX": "x"}}},
        ("chat.config.REDIS_KEY_PREFIX", "redis.keyPrefix"),
    ),
    "more connections than Postgres allows": (
        {"gateway": {"replicas": 2}, "chat": {"replicas": 30}},
        ("postgresql.maxConnections", "databasePoolSize", "replicas"),
    ),
    "two schedulers": ({"ragBeat": {"replicas": 2}}, ("ragBeat.replicas=1",)),
    "a budget that forbids to drain": (
        {"chat": {"replicas": 2, "pdb": {"minAvailable": 2}}},
        ("chat.pdb.minAvailable", "chat.pdb.maxUnavailable"),
    ),
    "fewer replicas at most than at least": (
        {"chat": {"autoscaling": {"enabled": True, "minReplicas": 5, "maxReplicas": 2}}},
        ("chat.autoscaling.minReplicas", "chat.autoscaling.maxReplicas"),
    ),
    "queues for a service that has none": (
        {"chat": {"autoscaling": {"enabled": True, "kind": "keda"}}},
        ("chat.autoscaling.kind=keda", "chat.autoscaling.kind=hpa"),
    ),
    "the platform without a part of it": ({"modelProxy": {"enabled": False}}, ("modelProxy.enabled",)),
    "files that nobody reads": ({"ragWorker": {"enabled": False}}, ("ragWorker.enabled",)),
    "an entrance without a name": ({"ingress": ON}, ("ingress.hosts",)),
    "a route of no gateway": ({"gatewayApi": {**ON, "hosts": ["a.example"]}}, ("gatewayApi.parentRefs",)),
    "TLS without a certificate": (
        {"ingress": {**ON, "hosts": ["a.example"], "tls": True}},
        ("ingress.tls", "tls.secretName", "tls.certManager.enabled=true"),
    ),
    "a certificate of no issuer": (
        {"ingress": {**ON, "hosts": ["a.example"]}, "tls": {"certManager": ON}},
        ("tls.certManager.issuerRef.name",),
    ),
    "two bundles of certificates": (
        {"caBundle": {"existingSecret": "a", "existingConfigMap": "b"}},
        ("caBundle.existingSecret", "caBundle.existingConfigMap"),
    ),
    "an identity without a client": ({"azureWorkloadIdentity": ON}, ("azureWorkloadIdentity.clientId",)),
    "a role without a name": ({"awsIdentity": ON}, ("awsIdentity.roleArn", "awsIdentity.mode=podIdentity")),
    "tokens of Entra without an identity": (
        {"postgresql": {**ELSEWHERE, "external": {"host": "pg", "auth": "azure"}}},
        ("postgresql.external.auth=azure", "azureWorkloadIdentity.enabled=true"),
    ),
    "roles of Entra by an administrator whom it does not know": (
        {"postgresql": {**ELSEWHERE, "external": LOCAL_ADMINISTRATOR}, "azureWorkloadIdentity": IDENTITY},
        ("postgresql.external.provision.auth=azure", "postgresql.external.provision.enabled=false"),
    ),
    "an administrator by token without an identity": (
        {"postgresql": {**ELSEWHERE, "external": {"host": "pg", "provision": {**ON, "auth": "azure"}}}},
        ("postgresql.external.provision.auth=azure", "azureWorkloadIdentity.enabled=true"),
    ),
    "tokens that anybody could read on their way": (
        {
            "postgresql": {**ELSEWHERE, "external": UNENCRYPTED},
            "awsIdentity": {"enabled": True, "roleArn": "arn:aws:iam::1:role/x", "region": "eu-central-1"},
        },
        ("postgresql.external.tls.mode", "verify-full"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_it_is_refused_with_key_and_remedy(helm: Helm, what: str) -> None:
    values, words = CASES[what]
    message = helm.refusal("", **values)
    assert [word for word in words if word not in message] == [], message


def wholesome() -> dict[str, Any]:
    """Return values close to refused ones that are fine."""
    many = {"storage": {"provider": "s3", "s3": {"bucket": "b"}}, "rag": {"replicas": 2}}
    shared = {"storage": {"local": {"accessMode": "ReadWriteMany"}}, "rag": {"replicas": 2}}
    return {
        "rag twice with a bucket": many,
        "rag twice with a volume that many nodes have": shared,
        "a budget with room": {"chat": {"replicas": 2, "pdb": {"minAvailable": 1}}},
        "many replicas behind a pooler": {"chat": {"replicas": 30}, "postgresql": {"maxConnections": 0}},
        "nothing at all": {},
    }


@pytest.mark.parametrize("what", wholesome())
def test_what_works_is_not_refused(helm: Helm, what: str) -> None:
    assert helm.render("", **wholesome()[what]).ours
