"""The network policies let through exactly the arrows of the architecture."""

import pytest

from . import code
from .helm import Helm
from .manifests import Rendered
from .network import (
    INTERNET,
    KUBE_DNS,
    METADATA,
    NEIGHBOUR,
    POD_IDENTITY,
    PRIVATE,
    STRANGER,
    Place,
    Policies,
)

GRPC, HTTP, METRICS, POSTGRES, REDIS = 50051, 8080, 9090, 5432, 6379
# Who calls whom over gRPC: docs/architecture.md.
ARROWS = {
    "gateway": {"auth", "chat", "rag", "audio", "model-proxy"},
    "auth": set(),
    "chat": {"auth", "rag", "model-proxy"},
    "rag": {"auth", "model-proxy"},
    "rag-worker": {"model-proxy"},
    "rag-beat": set(),
    "audio": {"model-proxy"},
    "audio-worker": {"model-proxy"},
    "model-proxy": set(),
}
WITHOUT_DATABASE = {"gateway"}
# Who calls the world, and what for; the rest has no business there.
OUTSIDE = {
    "auth": "sign-in of others: OpenID Connect, LDAP",
    "rag": "file storage, embeddings, search on the web, pages",
    "rag-worker": "file storage, embeddings, documents read by others",
    "audio": "speech engines",
    "audio-worker": "speech engines",
    "model-proxy": "providers of models",
}


def places(rendered: Rendered) -> dict[str, Place]:
    """Return the pods of each component."""
    kept = ("Deployment", "StatefulSet")
    return {one.component: Place.of(one) for one in rendered.workloads if one.manifest.kind in kept}


def edges(rendered: Rendered) -> set[tuple[str, str, int]]:
    """Return every connection between pods of the platform that comes through, port by port."""
    policies, pods = Policies(rendered), places(rendered)
    tried = {GRPC, HTTP, METRICS, POSTGRES, REDIS, 22, 443}
    return {
        (source, target, port)
        for source in pods
        for target in pods
        for port in tried
        if source != target and policies.allow(pods[source], pods[target], port)
    }


def expected(rendered: Rendered) -> set[tuple[str, str, int]]:
    """Return what the architecture says, of the components that are there."""
    pods = places(rendered)
    # Speech without a GPU is speech too.
    kinds = {name: name.removesuffix("-cpu") for name in pods}
    found = {(a, b, GRPC) for a in pods for b in pods if kinds[b] in ARROWS.get(kinds[a], set())}
    found |= {(a, "postgresql", POSTGRES) for a in pods if kinds[a] in ARROWS.keys() - WITHOUT_DATABASE}
    found |= {(a, "valkey", REDIS) for a in pods if kinds[a] in ARROWS}
    return {one for one in found if one[1] in pods}


class TestArrows:
    @pytest.mark.parametrize("service", code.services())
    def test_the_table_says_what_the_code_calls(self, service: str) -> None:
        table = set().union(*(ARROWS[one] for one in ARROWS if one.removesuffix("-worker") == service))
        assert table & set(code.services()) == code.dialled(service) - {"audio"}

    def test_between_pods_exactly_the_arrows_are_open(self, rendered: Rendered) -> None:
        assert edges(rendered) == expected(rendered)

    def test_with_audio_its_arrows_are_open_too(self, helm: Helm) -> None:
        on = {"enabled": True}
        rendered = helm.render("high-availability", audio=on, audioWorker=on)
        assert edges(rendered) == expected(rendered)
        assert ("gateway", "audio", GRPC) in edges(rendered)


class TestFromElsewhere:
    def test_only_the_gateway_answers_strangers_and_only_on_its_port(self, rendered: Rendered) -> None:
        policies, pods = Policies(rendered), places(rendered)
        for name, place in pods.items():
            for stranger in (STRANGER, NEIGHBOUR, INTERNET):
                for port in (GRPC, METRICS, POSTGRES, REDIS):
                    assert not policies.allow(stranger, place, port), f"{stranger.name} → {name}:{port}"
                if name != "gateway":
                    assert not policies.allow(stranger, place, HTTP), f"{stranger.name} → {name}"

    def test_the_way_in_can_be_kept_to_the_namespace_of_the_ingress(self, helm: Helm) -> None:
        peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
        rendered = helm.render("high-availability", networkPolicy={"gatewayFrom": [peer]})
        policies, gateway = Policies(rendered), places(rendered)["gateway"]
        controller = Place("ingress controller", {"app": "nginx"}, "ingress-nginx")
        assert policies.allow(controller, gateway, HTTP)
        assert not policies.allow(controller, gateway, METRICS)
        assert not policies.allow(STRANGER, gateway, HTTP)

    def test_prometheus_reads_metrics_and_nothing_else(self, helm: Helm) -> None:
        rendered = helm.render("high-availability")
        policies = Policies(rendered)
        prometheus = Place("prometheus", {"app.kubernetes.io/name": "prometheus"}, "monitoring")
        for name, place in places(rendered).items():
            if name in ARROWS:
                assert policies.allow(prometheus, place, METRICS), name
                assert not policies.allow(prometheus, place, GRPC), name


class TestToElsewhere:
    def test_everybody_can_ask_for_names(self, rendered: Rendered) -> None:
        policies = Policies(rendered)
        for name, place in places(rendered).items():
            if name in ARROWS:
                assert policies.allow(place, KUBE_DNS, 53, "UDP"), name
                assert policies.allow(place, KUBE_DNS, 53, "TCP"), name

    def test_only_who_has_business_there_reaches_the_internet(self, helm: Helm) -> None:
        rendered = helm.render("minimal")
        policies = Policies(rendered)
        reaching = {name for name, place in places(rendered).items() if policies.allow(place, INTERNET, 443)}
        assert reaching == OUTSIDE.keys() & places(rendered).keys()

    def test_an_air_gapped_installation_reaches_nothing_on_the_internet(self, helm: Helm) -> None:
        rendered = helm.render("air-gapped")
        policies = Policies(rendered)
        assert [one for one, place in places(rendered).items() if policies.allow(place, INTERNET, 443)] == []

    @pytest.mark.parametrize("metadata", METADATA, ids=lambda one: one.address)
    def test_nobody_reaches_the_metadata_of_the_cloud(self, rendered: Rendered, metadata: Place) -> None:
        policies = Policies(rendered)
        for one in rendered.workloads:
            assert not policies.allow(Place.of(one), metadata, 80), one
            assert not policies.allow(Place.of(one), metadata, 53, "UDP"), one
        for name, place in places(rendered).items():
            assert not policies.allow(place, metadata, 443), name

    @pytest.mark.parametrize("metadata", METADATA, ids=lambda one: one.address)
    def test_no_way_out_leads_there(self, helm: Helm, metadata: Place) -> None:
        on = {"enabled": True}
        storage = {"provider": "s3", "s3": {"bucket": "files"}}
        rendered = helm.render("minimal", audio=on, audioWorker=on, storage=storage)
        policies = Policies(rendered)
        reaching = {name for name, place in places(rendered).items() if policies.allow(place, INTERNET, 443)}
        assert reaching == set(OUTSIDE)
        for name, place in places(rendered).items():
            for port in (80, 443):
                assert not policies.allow(place, metadata, port), name

    def test_external_stores_are_reached_by_those_that_use_them(self, helm: Helm) -> None:
        rendered = helm.render("external-stores")
        policies = Policies(rendered)
        for name, place in places(rendered).items():
            assert policies.allow(place, PRIVATE, POSTGRES) == (name not in WITHOUT_DATABASE), name
            assert policies.allow(place, PRIVATE, REDIS), name
            assert not policies.allow(place, INTERNET, 22), name


class TestPodIdentity:
    """The agent of EKS on the node, which gives pods the roles of their service accounts."""

    @pytest.mark.parametrize("agent", POD_IDENTITY, ids=lambda one: one.address)
    def test_those_with_a_role_reach_the_agent(self, helm: Helm, agent: Place) -> None:
        rendered = helm.render("eks", awsIdentity={"mode": "podIdentity"})
        policies, pods = Policies(rendered), places(rendered)
        reaching = {name for name, place in pods.items() if policies.allow(place, agent, 80)}
        # All of these sign in to Postgres with a token of IAM.
        assert reaching == pods.keys() & ARROWS.keys() - WITHOUT_DATABASE
        for name, place in pods.items():
            assert not [one for one in METADATA if policies.allow(place, one, 80)], name

    @pytest.mark.parametrize("agent", POD_IDENTITY, ids=lambda one: one.address)
    @pytest.mark.parametrize("auth", ["aws", "password"])
    def test_the_job_reaches_it_when_it_has_a_role(self, helm: Helm, agent: Place, auth: str) -> None:
        rendered = helm.render(
            "eks",
            awsIdentity={"mode": "podIdentity"},
            postgresql={"external": {"provision": {"auth": auth}}},
        )
        (job,) = (one for one in rendered.workloads if one.component == "provision")
        assert Policies(rendered).allow(Place.of(job), agent, 80) == (auth == "aws")

    @pytest.mark.parametrize("agent", POD_IDENTITY, ids=lambda one: one.address)
    def test_nobody_does_with_other_identities(self, helm: Helm, agent: Place) -> None:
        for case in ("eks", "aks"):
            rendered = helm.render(case)
            policies = Policies(rendered)
            assert not [one for one in rendered.workloads if policies.allow(Place.of(one), agent, 80)], case


class TestShape:
    def test_every_pod_is_restricted_in_both_directions(self, rendered: Rendered) -> None:
        policies = Policies(rendered)
        for name, place in places(rendered).items():
            assert policies.selecting(place, "Ingress"), name
            assert policies.selecting(place, "Egress"), name

    def test_without_policies_there_are_none(self, helm: Helm) -> None:
        assert helm.render("minimal", networkPolicy={"enabled": False}).all("NetworkPolicy") == []
