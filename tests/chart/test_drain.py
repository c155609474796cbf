"""Pods that are asked to end have the time that their programs take, and are probed as the code answers."""

import re

from .helm import CHART, Helm
from .manifests import Container, Rendered
from .starting import filled, settings_of, startable

_TO_SPARE = 5  # seconds for closing pools and telling peers


def pause_of(container: Container) -> float:
    """Return how many seconds the container's preStop hook takes."""
    hook = container.body.get("lifecycle", {}).get("preStop", {})
    if "sleep" in hook:
        return float(hook["sleep"]["seconds"])
    written = re.search(r"sleep\D*(\d+)", " ".join(hook.get("exec", {}).get("command", [])))
    return float(written[1]) if written else 0.0


class TestGracePeriod:
    def test_streams_may_finish_before_the_pod_is_killed(self, rendered: Rendered) -> None:
        for one in startable(rendered):
            settings = settings_of(one.main)
            needed = pause_of(one.main) + settings.drain_delay_seconds + settings.drain_seconds + _TO_SPARE
            assert one.pod["terminationGracePeriodSeconds"] >= needed, one

    def test_a_longer_drain_makes_it_longer(self, helm: Helm) -> None:
        rendered = helm.render("minimal", chat={"drainSeconds": 900})
        chat = rendered.workload("chat")
        assert settings_of(chat.main).drain_seconds == 900
        assert chat.pod["terminationGracePeriodSeconds"] >= 900 + _TO_SPARE

    def test_one_that_is_too_short_is_refused(self, helm: Helm) -> None:
        message = helm.refusal("minimal", chat={"drainSeconds": 120, "terminationGracePeriodSeconds": 60})
        assert "chat.terminationGracePeriodSeconds" in message
        assert "chat.drainSeconds" in message

    def test_a_pod_that_ends_is_out_of_the_services_before_it_stops_to_answer(
        self, rendered: Rendered
    ) -> None:
        for one in startable(rendered):
            if {"grpc", "http"} & one.main.ports.keys():
                assert pause_of(one.main) + settings_of(one.main).drain_delay_seconds >= 3, one

    def test_answers_have_minutes_to_finish(self, rendered: Rendered) -> None:
        for component in ("gateway", "chat", "model-proxy"):
            assert settings_of(rendered.workload(component).main).drain_seconds >= 60, component


class TestProbes:
    def test_the_gateway_is_asked_over_http(self, rendered: Rendered) -> None:
        probes = rendered.workload("gateway").main.body
        assert probes["startupProbe"]["httpGet"] == {"path": "/health", "port": "http"}
        assert probes["livenessProbe"]["httpGet"] == {"path": "/health", "port": "http"}
        assert probes["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "http"}

    def test_services_are_asked_by_the_health_protocol_of_grpc(self, rendered: Rendered) -> None:
        for one in startable(rendered):
            if "grpc" in one.main.ports:
                assert one.main.body["readinessProbe"]["grpc"]["port"] == one.main.ports["grpc"], one
                assert "startupProbe" in one.main.body, one
                assert "livenessProbe" in one.main.body, one

    def test_what_is_asked_is_one_of_the_ports_of_the_container(self, rendered: Rendered) -> None:
        for one in startable(rendered):
            for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
                probe = one.main.body.get(kind, {})
                for way in ("httpGet", "grpc", "tcpSocket"):
                    if way in probe:
                        port = probe[way]["port"]
                        assert port in {*one.main.ports, *one.main.ports.values()}, f"{one}: {kind}"

    def test_migrations_of_minutes_kill_nobody(self, rendered: Rendered) -> None:
        for one in startable(rendered):
            for container in one.containers:
                if container.program.endswith(".migrate"):
                    assert container.init
                    assert "livenessProbe" not in container.body


class TestPorts:
    def test_programs_listen_where_their_containers_say(self, rendered: Rendered) -> None:
        for one in startable(rendered):
            settings, variables = settings_of(one.main), filled(one.main)
            if "grpc" in one.main.ports:
                assert settings.listen.endswith(f":{one.main.ports['grpc']}"), one
            if "http" in one.main.ports:
                assert variables["PORT"] == str(one.main.ports["http"]), one

    def test_metrics_are_where_prometheus_looks(self, rendered: Rendered) -> None:
        for one in startable(rendered):
            settings = settings_of(one.main)
            worker = one.component.endswith(("-worker", "-beat"))
            port = settings.worker_metrics_port if worker else settings.metrics_port  # type: ignore[attr-defined]  # of rag
            assert port == one.main.ports["metrics"], one

    def test_services_lead_to_ports_that_are_there(self, rendered: Rendered) -> None:
        for service in rendered.all("Service"):
            selector = service.spec["selector"]
            pods = [one for one in rendered.workloads if selector.items() <= one.labels.items()]
            assert pods, service
            for port in service.spec["ports"]:
                for one in pods:
                    ports = {name: number for each in one.containers for name, number in each.ports.items()}
                    assert port["targetPort"] in {*ports, *ports.values()}, f"{service}: {port}"


def test_the_version_of_the_chart_is_that_of_the_platform() -> None:
    written = (CHART / "Chart.yaml").read_text(encoding="utf-8")
    released = re.search(
        r'^version = "(.+)"$', (CHART.parents[1] / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert released
    assert f"\nversion: {released[1]}\n" in written
    assert f'\nappVersion: "{released[1]}"\n' in written
