"""Replicas survive the loss of a node, drains of nodes, upgrades and their own growth."""

import pytest

from .helm import Helm
from .manifests import Manifest, Rendered, Workload

_SINGLE = {"rag-beat"}  # two of them would do everything twice


def fewest(rendered: Rendered, one: Workload) -> int:
    """Return how many replicas there are at least."""
    for kind, key in (("HorizontalPodAutoscaler", "minReplicas"), ("ScaledObject", "minReplicaCount")):
        for scaler in rendered.all(kind):
            if scaler.spec["scaleTargetRef"]["name"] == one.name:
                return int(scaler.spec.get(key, 1))
    return int(one.manifest.spec.get("replicas", 1))


def budgets_of(rendered: Rendered, one: Workload) -> list[Manifest]:
    """Return the disruption budgets that select a workload's pods."""
    return [
        budget
        for budget in rendered.all("PodDisruptionBudget")
        if budget.spec["selector"]["matchLabels"].items() <= one.labels.items()
    ]


class TestDisruptions:
    def test_every_deployment_with_several_replicas_has_one_budget(self, rendered: Rendered) -> None:
        for one in rendered.ours:
            if fewest(rendered, one) > 1:
                assert len(budgets_of(rendered, one)) == 1, one

    def test_no_budget_forbids_to_drain_a_node(self, rendered: Rendered) -> None:
        for budget in rendered.all("PodDisruptionBudget"):
            targets = [one for one in rendered.workloads if budget in budgets_of(rendered, one)]
            assert len(targets) == 1, budget
            assert budget.spec.get("maxUnavailable") != 0
            assert budget.spec.get("minAvailable", 0) != "100%"
            if isinstance(budget.spec.get("minAvailable"), int):
                assert budget.spec["minAvailable"] < fewest(rendered, targets[0]), budget

    def test_replicas_are_spread_over_nodes_and_zones(self, rendered: Rendered) -> None:
        for one in rendered.ours:
            if fewest(rendered, one) > 1:
                spread = one.pod.get("topologySpreadConstraints", [])
                keys = {rule["topologyKey"] for rule in spread}
                assert keys >= {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}, one
                for rule in spread:
                    assert rule["labelSelector"]["matchLabels"].items() <= one.labels.items(), one

    def test_a_high_availability_installation_has_two_of_everything_that_answers(self, helm: Helm) -> None:
        rendered = helm.render("high-availability")
        alone = {one.component for one in rendered.ours if fewest(rendered, one) < 2}
        assert alone - {"rag-worker", "audio-worker"} <= _SINGLE


class TestUpgrades:
    def test_new_replicas_come_before_old_ones_go(self, rendered: Rendered) -> None:
        for one in rendered.ours:
            strategy = one.manifest.spec.get("strategy", {})
            if one.component in _SINGLE:
                assert strategy == {"type": "Recreate"}, one
            elif strategy.get("type") == "RollingUpdate":
                assert strategy["rollingUpdate"]["maxUnavailable"] == 0, one
            else:
                claims = [volume for volume in one.volumes.values() if "persistentVolumeClaim" in volume]
                assert claims, f"{one} is recreated without holding a volume"

    def test_a_changed_configuration_or_secret_restarts_the_pods_that_read_it(self, helm: Helm) -> None:
        before = helm.render("minimal")
        after = helm.render("minimal", config={"WEBUI_NAME": "Another name"})
        assert before.workload("gateway").template != after.workload("gateway").template
        assert before.workload("model-proxy").template == after.workload("model-proxy").template


class TestScaling:
    def test_a_scaled_deployment_leaves_its_number_to_the_scaler(self, rendered: Rendered) -> None:
        scaled = {
            scaler.spec["scaleTargetRef"]["name"]
            for kind in ("HorizontalPodAutoscaler", "ScaledObject")
            for scaler in rendered.all(kind)
        }
        for one in rendered.ours:
            assert ("replicas" in one.manifest.spec) != (one.name in scaled), one

    def test_scalers_name_deployments_that_exist(self, rendered: Rendered) -> None:
        names = {one.name for one in rendered.ours}
        for kind in ("HorizontalPodAutoscaler", "ScaledObject"):
            for scaler in rendered.all(kind):
                assert scaler.spec["scaleTargetRef"]["name"] in names
                assert scaler.spec["scaleTargetRef"]["kind"] == "Deployment"

    def test_what_runs_once_is_never_scaled(self, helm: Helm) -> None:
        for case in ("high-availability", "minimal"):
            rendered = helm.render(case)
            for component in _SINGLE:
                assert rendered.workload(component).manifest.spec["replicas"] == 1

    def test_the_gateway_scales_by_processor_and_by_streams(self, helm: Helm) -> None:
        scaler = helm.render("high-availability").one("HorizontalPodAutoscaler", "gateway")
        metrics = {one["type"]: one for one in scaler.spec["metrics"]}
        assert metrics["Resource"]["resource"]["name"] == "cpu"
        assert metrics["Pods"]["pods"]["metric"]["name"] == "owui_http_streams_in_flight"
        assert scaler.spec["minReplicas"] <= scaler.spec["maxReplicas"]

    @pytest.mark.parametrize("component", ["auth", "chat", "rag", "model-proxy"])
    def test_every_service_can_be_scaled(self, helm: Helm, component: str) -> None:
        key = {"model-proxy": "modelProxy"}.get(component, component)
        scaling = {"enabled": True, "minReplicas": 2, "maxReplicas": 5}
        rendered = helm.render("high-availability", **{key: {"autoscaling": scaling}})
        scaler = rendered.one("HorizontalPodAutoscaler", component)
        assert (scaler.spec["minReplicas"], scaler.spec["maxReplicas"]) == (2, 5)
