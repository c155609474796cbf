"""The way out: every program trusts the certificates given, and those that call the world go by the proxy."""

import pytest

from .helm import Helm
from .manifests import Container, Rendered
from .test_network_policies import OUTSIDE

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
PROXY = {
    "http": "http://proxy.example.com:3128",
    "https": "http://proxy.example.com:3128",
    "noProxy": [".corp"],
}


def programs(rendered: Rendered) -> list[Container]:
    """Return the containers that run programs of ours and stay, migrations included."""
    return [container for one in rendered.ours for container in one.containers]


class TestCertificates:
    @pytest.mark.parametrize(
        "bundle",
        [{"certificates": PEM}, {"existingConfigMap": "corp"}, {"existingSecret": "corp", "key": "root.pem"}],
    )
    def test_every_container_has_the_bundle_and_is_told_where(
        self, helm: Helm, bundle: dict[str, str]
    ) -> None:
        rendered = helm.render("minimal", caBundle=bundle)
        for one in programs(rendered):
            path = one.variables["SSL_CERT_FILE"]
            mount = next(mount for folder, mount in one.mounts.items() if path.startswith(folder))
            volume = one.owner.volumes[mount["name"]]
            source = volume.get("configMap") or volume["secret"]
            assert [item["path"] for item in source["items"]] == [path.rpartition("/")[2]], one
            assert mount["readOnly"] is True

    def test_certificates_in_values_are_kept_in_a_config_map(self, helm: Helm) -> None:
        rendered = helm.render("minimal", caBundle={"certificates": PEM})
        assert PEM in [text for one in rendered.all("ConfigMap") for text in one.body["data"].values()]

    def test_other_certificates_replace_the_pods(self, helm: Helm) -> None:
        before = helm.render("minimal", caBundle={"certificates": PEM})
        after = helm.render("minimal", caBundle={"certificates": PEM.replace("MIIB", "MIIC")})
        for one in before.ours:
            assert one.template != after.workload(one.component).template

    def test_without_one_the_public_ones_count(self, helm: Helm) -> None:
        assert all("SSL_CERT_FILE" not in one.variables for one in programs(helm.render("minimal")))


class TestProxies:
    def test_those_that_call_the_world_go_through_it(self, helm: Helm) -> None:
        rendered = helm.render("minimal", proxy=PROXY)
        for one in rendered.ours:
            given = {
                name: text for name, text in one.main.variables.items() if name.upper().endswith("_PROXY")
            }
            if one.component in OUTSIDE:
                assert given["HTTPS_PROXY"] == PROXY["https"], one
                assert given["HTTP_PROXY"] == PROXY["http"], one
            else:
                assert given == {}, one

    def test_the_cluster_itself_is_reached_without(self, helm: Helm) -> None:
        rendered = helm.render("minimal", proxy=PROXY)
        left_out = rendered.workload("model-proxy").main.variables["NO_PROXY"].split(",")
        assert {".svc", ".cluster.local", "localhost", "127.0.0.1", ".corp"} <= set(left_out)

    def test_a_proxy_is_never_given_in_small_letters(self, helm: Helm) -> None:
        # The core of gRPC obeys these and would look for the platform's own services behind the proxy.
        rendered = helm.render("minimal", proxy=PROXY)
        for one in programs(rendered):
            assert not {"http_proxy", "https_proxy", "all_proxy", "grpc_proxy"} & one.variables.keys()
