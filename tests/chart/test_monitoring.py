"""Prometheus finds every program; dashboards and alerts speak of metrics, runbooks of pages that exist."""

import json
import re
from pathlib import Path

import pytest

from . import code
from .helm import ROOT, Helm
from .manifests import Rendered
from .promql import metrics_in

ON = {
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "dashboards": {"enabled": True},
    "alerts": {"enabled": True, "labels": {"release": "prometheus"}},
}
SHOWN = (
    "owui_http_requests_total",
    "owui_http_streams_in_flight",
    "owui_http_first_byte_seconds_bucket",
    "owui_completion_first_byte_seconds_bucket",
    "owui_provider_errors_total",
    "owui_rag_queue_length",
    "owui_event_loop_lag_seconds",
    "owui_sockets",
)
# Measured by others: the client library for each process, Kubernetes, Prometheus itself.
OF_OTHERS = re.compile(r"(process|python|kube|container|node|up$|ALERTS|scrape)_?")


@pytest.fixture(scope="module")
def watched(helm: Helm) -> Rendered:
    """An installation with everything that watches it."""
    return helm.render("high-availability", monitoring=ON)


def expressions(rendered: Rendered) -> dict[str, str]:
    """Return every expression of dashboards and alerts by where it stands."""
    found = {}
    for rule in rendered.all("PrometheusRule"):
        for group in rule.spec["groups"]:
            for one in group["rules"]:
                found[f"alert {one.get('alert', one.get('record'))}"] = one["expr"]
    for name, board in dashboards(rendered).items():
        for panel in panels(board):
            for target in panel.get("targets", []):
                found[f"{name}: {panel['title']} {target.get('refId', '')}"] = target["expr"]
    return found


def dashboards(rendered: Rendered) -> dict[str, dict]:  # type: ignore[type-arg]  # as Grafana wrote it
    """Return the dashboards by file name."""
    labelled = [one for one in rendered.all("ConfigMap") if one.labels.get("grafana_dashboard") == "1"]
    return {name: json.loads(text) for one in labelled for name, text in one.body["data"].items()}


def panels(board: dict) -> list[dict]:  # type: ignore[type-arg]  # as Grafana wrote it
    """Return all panels, those in rows too."""
    found = []
    for panel in board["panels"]:
        found += [panel, *panel.get("panels", [])]
    return found


class TestReader:
    @pytest.mark.parametrize(
        ("expression", "names"),
        [
            ('sum(rate(owui_calls_total{status!="OK"}[5m])) by (method) > 0.5', {"owui_calls_total"}),
            ("histogram_quantile(0.95, sum by (le) (rate(a_bucket[$__rate_interval])))", {"a_bucket"}),
            ("a / on(pod) group_left(node) b unless c offset 5m", {"a", "b", "c"}),
        ],
    )
    def test_it_finds_the_metrics_of_an_expression(self, expression: str, names: set[str]) -> None:
        assert metrics_in(expression) == names


class TestMetrics:
    def test_every_name_is_measured_by_the_code(self, watched: Rendered) -> None:
        unknown = [
            f"{where}: {name}"
            for where, expression in expressions(watched).items()
            for name in metrics_in(expression)
            if name not in code.metrics() and not OF_OTHERS.match(name)
        ]
        assert unknown == []

    def test_scalers_aim_at_metrics_of_the_code(self, rendered: Rendered) -> None:
        for scaler in rendered.all("HorizontalPodAutoscaler"):
            for metric in scaler.spec["metrics"]:
                if metric["type"] == "Pods":
                    assert metric["pods"]["metric"]["name"] in code.metrics(), scaler

    def test_dashboards_show_what_people_wait_for(self, watched: Rendered) -> None:
        shown = set().union(*(metrics_in(one) for one in expressions(watched).values()))
        for name in SHOWN:
            assert name in shown, name


class TestDashboards:
    def test_there_are_some_and_each_has_an_identity_of_its_own(self, watched: Rendered) -> None:
        found = dashboards(watched)
        assert found
        assert len({board["uid"] for board in found.values()}) == len(found)

    def test_every_panel_says_what_it_shows_and_fits_on_the_screen(self, watched: Rendered) -> None:
        for name, board in dashboards(watched).items():
            for panel in panels(board):
                assert panel["title"], name
                assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24, f"{name}: {panel['title']}"

    def test_the_source_of_data_is_the_reader_s_choice(self, watched: Rendered) -> None:
        for name, board in dashboards(watched).items():
            assert any(one["type"] == "datasource" for one in board["templating"]["list"]), name
            for panel in panels(board):
                if "targets" in panel:
                    assert panel["datasource"]["uid"].startswith("$"), f"{name}: {panel['title']}"


class TestMonitors:
    def test_every_program_is_read_once(self, watched: Rendered) -> None:
        seen = dict.fromkeys((one.component for one in watched.ours), 0)
        for monitor in watched.all("ServiceMonitor"):
            chosen = monitor.spec["selector"]["matchLabels"]
            for service in watched.all("Service"):
                if not chosen.items() <= service.labels.items() or not is_wanted(
                    monitor.spec, service.labels
                ):
                    continue
                ports = {port["name"] for port in service.spec["ports"]}
                for endpoint in monitor.spec["endpoints"]:
                    for one in watched.ours:
                        if (
                            endpoint["port"] in ports
                            and service.spec["selector"].items() <= one.labels.items()
                        ):
                            seen[one.component] += 1
        assert set(seen.values()) == {1}, seen

    def test_prometheus_chooses_them_by_their_labels(self, watched: Rendered) -> None:
        for kind in ("ServiceMonitor", "PrometheusRule"):
            for one in watched.all(kind):
                assert one.labels["release"] == "prometheus", one


def is_wanted(spec: dict, labels: dict[str, str]) -> bool:  # type: ignore[type-arg]  # of a ServiceMonitor
    """Say whether the expressions of a monitor's selector hold."""
    for one in spec["selector"].get("matchExpressions", []):
        has = labels.get(one["key"])
        if (one["operator"] == "Exists" and has is None) or (
            one["operator"] == "In" and has not in one["values"]
        ):
            return False
    return True


def slug(heading: str) -> str:
    """Return the anchor that a heading of a Markdown page has."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """Return the anchors of a Markdown page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {slug(one) for one in headings}


class TestAlerts:
    def test_each_tells_how_bad_it_is_what_happened_and_what_to_do(self, watched: Rendered) -> None:
        rules = [
            rule
            for one in watched.all("PrometheusRule")
            for group in one.spec["groups"]
            for rule in group["rules"]
        ]
        assert rules
        for rule in rules:
            if "alert" in rule:
                assert rule["labels"]["severity"] in {"critical", "warning", "info"}, rule["alert"]
                assert {"summary", "description", "runbook_url"} <= rule["annotations"].keys(), rule["alert"]

    def test_every_runbook_is_a_heading_of_a_page(self, watched: Rendered) -> None:
        for one in watched.all("PrometheusRule"):
            for group in one.spec["groups"]:
                for rule in group["rules"]:
                    path, _, anchor = rule.get("annotations", {}).get("runbook_url", "").partition("#")
                    page = ROOT / path
                    assert page.is_file(), f"{rule['alert']}: {path}"
                    assert anchor in anchors(page), f"{rule['alert']}: #{anchor}"

    def test_the_place_of_the_runbooks_can_be_chosen(self, helm: Helm) -> None:
        base = "https://wiki.example.com/owui/"
        alerts = {**ON["alerts"], "runbookBaseUrl": base}
        rendered = helm.render("high-availability", monitoring={**ON, "alerts": alerts})
        urls = re.findall(r"runbook_url: \"?(\S+)", rendered.text)
        assert urls
        assert all(url.strip('"').startswith(base.rstrip("/")) for url in urls)


def test_without_operators_nothing_of_theirs_is_there(helm: Helm) -> None:
    kinds = {one.kind for one in helm.render("minimal")}
    assert not kinds & {
        "ServiceMonitor",
        "PrometheusRule",
        "ScaledObject",
        "HTTPRoute",
        "Certificate",
        "ExternalSecret",
    }
