"""What the network policies of a rendering let through, by the rules of the Kubernetes documentation."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

from .helm import NAMESPACE
from .manifests import Json, Manifest, Rendered, Workload

_NAMESPACE_NAME = "kubernetes.io/metadata.name"
_IN_CLUSTER = "10.244.7.7"


@dataclass(frozen=True)
class Place:
    """Somewhere traffic comes from or goes to: a pod, or an address outside of the cluster."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str | None = NAMESPACE  # None: outside of the cluster
    address: str = _IN_CLUSTER
    ports: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, workload: Workload) -> "Place":
        """Return the pods of a workload."""
        ports: dict[str, int] = {}
        for container in workload.containers:
            ports |= container.ports
        return cls(workload.component, workload.labels, ports=ports)

    @classmethod
    def outside(cls, name: str, address: str) -> "Place":
        """Return a machine that is no pod."""
        return cls(name, namespace=None, address=address)


KUBE_DNS = Place("kube-dns", {"k8s-app": "kube-dns"}, "kube-system")
INTERNET = Place.outside("internet", "93.184.215.14")
PRIVATE = Place.outside("a store in the private network", "10.90.3.4")
# Where clouds tell their machines who they are, and a pod would be told the same.
METADATA = (
    Place.outside("metadata of most clouds", "169.254.169.254"),
    Place.outside("credentials of tasks in AWS", "169.254.170.2"),
    Place.outside("metadata of AWS over IPv6", "fd00:ec2::254"),
    Place.outside("link-local addresses of IPv6", "fe80::a9fe:a9fe"),
    Place.outside("the host of an Azure machine", "168.63.129.16"),
)
POD_IDENTITY = (
    Place.outside("agent of EKS Pod Identity", "169.254.170.23"),
    Place.outside("agent of EKS Pod Identity over IPv6", "fd00:ec2::23"),
)
STRANGER = Place("a pod of others", {"app": "curious"}, "elsewhere")
NEIGHBOUR = Place("another pod in the namespace", {"app": "neighbour"})


def selects(selector: Json | None, labels: Mapping[str, str]) -> bool:
    """Say whether a label selector matches; an empty one matches all."""
    chosen = selector or {}
    wanted = chosen.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_expression(one, labels) for one in chosen.get("matchExpressions") or [])


def _expression(one: Json, labels: Mapping[str, str]) -> bool:
    has, values = labels.get(one["key"]), one.get("values", [])
    match one["operator"]:
        case "In":
            return has in values
        case "NotIn":
            return has not in values
        case "Exists":
            return has is not None
        case "DoesNotExist":
            return has is None
    raise ValueError(f"no such operator: {one['operator']}")


def _peer(peer: Json, place: Place) -> bool:
    if block := peer.get("ipBlock"):
        address = ipaddress.ip_address(place.address)
        inside = address in ipaddress.ip_network(block["cidr"])
        return inside and not any(address in ipaddress.ip_network(one) for one in block.get("except", []))
    if place.namespace is None:
        return False
    if "namespaceSelector" in peer:
        if not selects(peer["namespaceSelector"], {_NAMESPACE_NAME: place.namespace}):
            return False
    elif place.namespace != NAMESPACE:
        return False
    return selects(peer.get("podSelector"), place.labels)


def _port(rule: Json, number: int, protocol: str, target: Place) -> bool:
    if not rule.get("ports"):
        return True
    for one in rule["ports"]:
        if one.get("protocol", "TCP") != protocol:
            continue
        first = one.get("port")
        first = target.ports.get(first) if isinstance(first, str) else first
        if first is None and "port" not in one:
            return True
        if first is not None and first <= number <= one.get("endPort", first):
            return True
    return False


class Policies:
    """The NetworkPolicy objects of one rendering."""

    def __init__(self, rendered: Rendered) -> None:
        self._policies = rendered.all("NetworkPolicy")

    def selecting(self, place: Place, direction: str) -> list[Manifest]:
        """Return the policies that restrict a pod in one direction, "Ingress" or "Egress"."""
        if place.namespace != NAMESPACE:
            return []
        return [
            one
            for one in self._policies
            if direction in one.spec["policyTypes"] and selects(one.spec.get("podSelector"), place.labels)
        ]

    def allow(self, source: Place, target: Place, port: int, protocol: str = "TCP") -> bool:
        """Say whether a connection comes through both sides."""
        leaves = self._rules(source, "Egress")
        enters = self._rules(target, "Ingress")
        return all(
            rules is None
            or any(
                _port(rule, port, protocol, target)
                and (not rule.get(word) or any(_peer(peer, other) for peer in rule[word]))
                for rule in rules
            )
            for rules, word, other in ((leaves, "to", target), (enters, "from", source))
        )

    def _rules(self, place: Place, direction: str) -> list[Json] | None:
        """Return all rules for a pod in one direction; None when nothing restricts it."""
        policies = self.selecting(place, direction)
        if not policies:
            return None
        return [rule for one in policies for rule in one.spec.get(direction.lower()) or []]
