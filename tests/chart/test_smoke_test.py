"""`helm test` signs in and completes a chat, where it may and only when it is asked."""

import ast

from .helm import CHART, NAMESPACE, Helm
from .manifests import Rendered
from .network import INTERNET, Place, Policies

ACCOUNT = {"account": {"create": True}}


def smoke(helm: Helm) -> Rendered:
    """Return an installation with an account for tests and a provider of fixed words."""
    return helm.render("minimal", tests={**ACCOUNT, "provider": {"enabled": True}})


class TestPod:
    def test_it_runs_when_it_is_asked_and_never_with_the_platform(self, helm: Helm) -> None:
        pod = smoke(helm).named("Pod", "owui-open-webui-test")
        assert pod is not None
        assert pod.annotations["helm.sh/hook"] == "test"
        assert pod.spec["restartPolicy"] == "Never"

    def test_its_password_comes_from_a_secret(self, helm: Helm) -> None:
        entries = {
            one["name"]: one
            for one in next(one for one in smoke(helm).workloads if one.is_test).main.body["env"]
        }
        assert "secretKeyRef" in entries["TEST_PASSWORD"]["valueFrom"]

    def test_it_reaches_the_gateway_and_nothing_else(self, helm: Helm) -> None:
        rendered = smoke(helm)
        policies = Policies(rendered)
        test = Place.of(next(one for one in rendered.workloads if one.is_test))
        for one in rendered.ours:
            for name, port in one.main.ports.items():
                assert policies.allow(test, Place.of(one), port) == (name == "http"), f"{one}: {name}"
        assert not policies.allow(test, INTERNET, 443)

    def test_it_asks_where_the_gateway_is(self, helm: Helm) -> None:
        rendered = smoke(helm)
        pod = next(one for one in rendered.workloads if one.is_test)
        address = pod.main.variables["GATEWAY"]
        host, _, port = address.removeprefix("http://").partition(":")
        service = rendered.named("Service", host)
        assert service is not None
        assert int(port) in {one["port"] for one in service.spec["ports"]}

    def test_without_an_account_there_is_none(self, helm: Helm) -> None:
        rendered = helm.render("external-stores", tests={"account": {"create": False}})
        assert [one for one in rendered.workloads if one.is_test] == []


class TestProvider:
    def test_model_proxy_is_led_to_it_and_nobody_else_reaches_it(self, helm: Helm) -> None:
        rendered = smoke(helm)
        policies, provider = Policies(rendered), Place.of(rendered.workload("test-provider"))
        address = rendered.workload("model-proxy").main.variables["OPENAI_API_BASE_URLS"]
        assert address.startswith(f"http://{rendered.one('Service', 'test-provider').name}.{NAMESPACE}.svc")
        reaching = {one.component for one in rendered.ours if policies.allow(Place.of(one), provider, 8000)}
        assert reaching == {"model-proxy"}
        assert not policies.allow(provider, INTERNET, 443)


def test_programs_of_the_chart_need_the_standard_library_alone() -> None:
    import sys

    for path in (CHART / "files").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {one.name.partition(".")[0] for one in node.names} <= sys.stdlib_module_names, path
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] in sys.stdlib_module_names, path
