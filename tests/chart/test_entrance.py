"""The way in: sockets stay open, streams are passed on as they come, uploads are not held back."""

import pytest

from .helm import Helm
from .manifests import Rendered

LONG = 3600  # seconds; a socket that is open, or an answer that takes its time
NGINX = "nginx.ingress.kubernetes.io/"
INGRESS = {"enabled": True, "className": "nginx", "hosts": ["ai.example.com"]}
SECURE = {**INGRESS, "tls": True}
ROUTE = {
    "enabled": True,
    "hosts": ["ai.example.com"],
    "parentRefs": [{"name": "edge", "namespace": "gateways"}],
}


def port_of(rendered: Rendered, name: str, port: int | str) -> int:
    """Return the port of a container behind a port of a Service."""
    service = rendered.named("Service", name)
    assert service is not None, name
    target = next(one for one in service.spec["ports"] if port in {one["name"], one["port"]})["targetPort"]
    gateway = rendered.workload("gateway")
    assert service.spec["selector"].items() <= gateway.labels.items()
    return gateway.main.ports[target] if isinstance(target, str) else int(target)


class TestIngress:
    def test_every_path_of_every_host_leads_to_the_gateway(self, helm: Helm) -> None:
        rendered = helm.render("minimal", ingress=INGRESS)
        ingress = rendered.all("Ingress")[0]
        assert ingress.spec["ingressClassName"] == "nginx"
        rule = ingress.spec["rules"][0]
        assert rule["host"] == "ai.example.com"
        path = rule["http"]["paths"][0]
        assert (path["path"], path["pathType"]) == ("/", "Prefix")
        backend = path["backend"]["service"]
        port = backend["port"].get("name") or backend["port"]["number"]
        assert port_of(rendered, backend["name"], port) == 8080

    def test_sockets_and_long_answers_are_not_cut(self, helm: Helm) -> None:
        annotations = helm.render("minimal", ingress=INGRESS).all("Ingress")[0].annotations
        assert int(annotations[f"{NGINX}proxy-read-timeout"]) >= LONG
        assert int(annotations[f"{NGINX}proxy-send-timeout"]) >= LONG

    def test_streams_and_uploads_are_not_held_back(self, helm: Helm) -> None:
        annotations = helm.render("minimal", ingress=INGRESS).all("Ingress")[0].annotations
        assert annotations[f"{NGINX}proxy-buffering"] == "off"
        assert annotations[f"{NGINX}proxy-request-buffering"] == "off"
        assert annotations[f"{NGINX}proxy-body-size"] == "0"

    def test_no_affinity_is_asked_for(self, helm: Helm) -> None:
        assert "affinity" not in str(helm.render("minimal", ingress=INGRESS).all("Ingress")[0].annotations)

    def test_there_is_none_unless_it_is_wanted(self, helm: Helm) -> None:
        assert helm.render("minimal").all("Ingress") == []


class TestHttpRoute:
    def test_it_belongs_to_its_gateway_and_leads_to_ours(self, helm: Helm) -> None:
        rendered = helm.render("minimal", gatewayApi=ROUTE)
        route = rendered.all("HTTPRoute")[0]
        assert route.spec["parentRefs"] == ROUTE["parentRefs"]
        assert route.spec["hostnames"] == ROUTE["hosts"]
        for rule in route.spec["rules"]:
            for backend in rule["backendRefs"]:
                assert port_of(rendered, backend["name"], backend["port"]) == 8080

    def test_answers_may_take_as_long_as_they_take(self, helm: Helm) -> None:
        rule = helm.render("minimal", gatewayApi=ROUTE).all("HTTPRoute")[0].spec["rules"][0]
        assert rule["timeouts"]["request"] == "0s"
        assert rule["timeouts"].get("backendRequest", "0s") == "0s"


class TestCertificates:
    def test_cert_manager_is_asked_for_the_names_that_are_served(self, helm: Helm) -> None:
        manager = {"enabled": True, "issuerRef": {"name": "letsencrypt", "kind": "ClusterIssuer"}}
        rendered = helm.render("minimal", ingress=SECURE, tls={"certManager": manager})
        certificate = rendered.all("Certificate")[0]
        assert certificate.spec["dnsNames"] == ["ai.example.com"]
        assert certificate.spec["issuerRef"]["name"] == "letsencrypt"
        served = rendered.all("Ingress")[0].spec["tls"][0]
        assert served == {"hosts": ["ai.example.com"], "secretName": certificate.spec["secretName"]}

    def test_a_certificate_of_ones_own_is_served(self, helm: Helm) -> None:
        rendered = helm.render("minimal", ingress=SECURE, tls={"secretName": "own"})
        assert rendered.all("Ingress")[0].spec["tls"][0]["secretName"] == "own"
        assert rendered.all("Certificate") == []


class TestService:
    @pytest.mark.parametrize("kind", ["ClusterIP", "NodePort", "LoadBalancer"])
    def test_the_gateway_can_be_offered_in_every_way(self, helm: Helm, kind: str) -> None:
        rendered = helm.render("minimal", gateway={"service": {"type": kind, "port": 8000}})
        services = [one for one in rendered.all("Service", "gateway") if one.spec.get("clusterIP") != "None"]
        assert [one.spec["type"] for one in services] == [kind]
        assert port_of(rendered, services[0].name, 8000) == 8080

    def test_metrics_are_not_offered_where_people_come_in(self, helm: Helm) -> None:
        rendered = helm.render("high-availability")
        for one in rendered.all("Service", "gateway"):
            ports = {port["name"] for port in one.spec["ports"]}
            assert ports in ({"http"}, {"metrics"})

    def test_services_of_grpc_show_every_replica(self, rendered: Rendered) -> None:
        services = rendered.all("Service")
        for one in rendered.ours:
            if "grpc" in one.main.ports:
                grpc = [each for each in services if each.spec["selector"].items() <= one.labels.items()]
                assert [each.spec["clusterIP"] for each in grpc] == ["None"], one

    def test_proxies_in_front_are_believed_when_they_are_named(self, helm: Helm) -> None:
        rendered = helm.render("minimal", trustedProxies=["10.244.0.0/16"])
        assert "10.244.0.0/16" in rendered.workload("gateway").main.variables["FORWARDED_ALLOW_IPS"]
