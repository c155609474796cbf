"""The reader of network policies, on policies small enough to be judged by eye."""

from .helm import NAMESPACE
from .manifests import Json, Rendered
from .network import INTERNET, STRANGER, Place, Policies

A, B = Place("a", {"is": "a"}), Place("b", {"is": "b"}, ports={"grpc": 50051})


def policy(of: str, **rules: list[Json]) -> Json:
    """Return a policy for the pods labelled so; directions that are given are restricted."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": of},
        "spec": {
            "podSelector": {"matchLabels": {"is": of}},
            "policyTypes": [name.capitalize() for name in rules],
            **rules,
        },
    }


def allowed(policies: list[Json], source: Place, target: Place, port: int = 50051) -> bool:
    """Judge one connection."""
    return Policies(Rendered.of(policies)).allow(source, target, port)


TO_B = {"to": [{"podSelector": {"matchLabels": {"is": "b"}}}], "ports": [{"port": "grpc"}]}


class TestPods:
    def test_without_a_policy_everything_passes(self) -> None:
        assert allowed([], A, B)

    def test_a_restricted_side_without_a_rule_lets_nothing_through(self) -> None:
        assert not allowed([policy("a", egress=[])], A, B)
        assert not allowed([policy("b", ingress=[])], A, B)
        assert allowed([policy("a", ingress=[])], A, B)

    def test_both_sides_have_to_agree(self) -> None:
        from_a = {"from": [{"podSelector": {"matchLabels": {"is": "a"}}}]}
        assert allowed([policy("a", egress=[TO_B]), policy("b", ingress=[from_a])], A, B)
        assert not allowed([policy("a", egress=[]), policy("b", ingress=[from_a])], A, B)

    def test_ports_are_matched_by_number_name_and_range(self) -> None:
        assert allowed([policy("a", egress=[TO_B])], A, B, 50051)
        assert not allowed([policy("a", egress=[TO_B])], A, B, 9090)
        assert allowed([policy("a", egress=[{"ports": [{"port": 80, "endPort": 90}]}])], A, B, 85)

    def test_a_pod_selector_alone_means_the_own_namespace(self) -> None:
        everyone: list[Json] = [{"to": [{"podSelector": {}}]}]
        assert allowed([policy("a", egress=everyone)], A, B)
        assert not allowed([policy("a", egress=everyone)], A, STRANGER)
        elsewhere = [
            {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "elsewhere"}}}]}
        ]
        assert allowed([policy("a", egress=elsewhere)], A, STRANGER)
        assert NAMESPACE != "elsewhere"


class TestAddresses:
    def test_blocks_have_exceptions(self) -> None:
        world = [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}}]}]
        assert allowed([policy("a", egress=world)], A, INTERNET, 443)
        assert not allowed([policy("a", egress=world)], A, Place.outside("left out", "169.254.169.254"), 443)

    def test_blocks_are_of_one_family(self) -> None:
        world = [{"to": [{"ipBlock": {"cidr": "::/0", "except": ["fd00:ec2::254/128"]}}]}]
        assert allowed([policy("a", egress=world)], A, Place.outside("near it", "fd00:ec2::23"), 443)
        assert not allowed([policy("a", egress=world)], A, Place.outside("left out", "fd00:ec2::254"), 443)
        assert not allowed([policy("a", egress=world)], A, INTERNET, 443)

    def test_selectors_of_pods_match_no_address(self) -> None:
        assert not allowed([policy("a", egress=[{"to": [{"namespaceSelector": {}}]}])], A, INTERNET)
