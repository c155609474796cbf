"""Speech runs on GPU nodes where there are some, and on others where there are none."""

import pytest

from .helm import Helm
from .manifests import Rendered, Workload

GPU = "nvidia.com/gpu"


def on_gpu(rendered: Rendered) -> list[Workload]:
    """Return the workloads that ask for a GPU."""
    return [one for one in rendered.ours if GPU in one.main.body["resources"].get("limits", {})]


class TestPool:
    def test_speech_asks_for_a_gpu_and_goes_where_they_are(self, helm: Helm) -> None:
        found = on_gpu(helm.render("gpu"))
        assert {one.component for one in found} >= {"audio"}
        for one in found:
            assert one.main.body["resources"]["limits"][GPU] == 1
            assert one.pod["nodeSelector"], one
            assert any(toleration.get("key") == GPU for toleration in one.pod["tolerations"]), one

    def test_nothing_else_takes_up_a_gpu_node(self, helm: Helm) -> None:
        rendered = helm.render("gpu")
        for one in rendered.ours:
            if not one.component.startswith("audio"):
                assert one not in on_gpu(rendered)
                assert all(toleration.get("key") != GPU for toleration in one.pod.get("tolerations", [])), one

    def test_the_resource_and_its_number_can_be_chosen(self, helm: Helm) -> None:
        rendered = helm.render("gpu", gpu={"resource": "amd.com/gpu", "count": 2})
        assert rendered.workload("audio").main.body["resources"]["limits"]["amd.com/gpu"] == 2


class TestFallback:
    def test_without_a_pool_speech_runs_on_processors(self, helm: Helm) -> None:
        rendered = helm.render("gpu", gpu={"enabled": False})
        audio = rendered.workload("audio")
        assert on_gpu(rendered) == []
        assert "nodeSelector" not in audio.pod
        assert "tolerations" not in audio.pod

    def test_beside_a_pool_a_second_deployment_can_answer_without_a_gpu(self, helm: Helm) -> None:
        rendered = helm.render("gpu", gpu={"cpuFallback": {"enabled": True, "replicas": 1}})
        selector = rendered.one("Service", "audio").spec["selector"]
        answering = [one for one in rendered.ours if selector.items() <= one.labels.items()]
        assert {one in on_gpu(rendered) for one in answering} == {True, False}
        for one in answering:
            matching = one.manifest.spec["selector"]["matchLabels"]
            others = [other for other in answering if other is not one]
            assert all(not matching.items() <= other.labels.items() for other in others)


def test_speech_is_off_until_it_is_asked_for(helm: Helm) -> None:
    rendered = helm.render("minimal")
    assert [one for one in rendered.ours if one.component.startswith("audio")] == []
    with pytest.raises(AssertionError):
        rendered.workload("audio")
