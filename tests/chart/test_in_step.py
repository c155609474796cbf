"""The chart and the code are in step: services, programs, queues."""

import pytest
from owui_rag.adapters.queue import celery_app
from owui_rag.domain.ingestion import QUEUES

from . import code
from .helm import Helm
from .manifests import Rendered

KEDA = {"enabled": True, "kind": "keda", "minReplicas": 0, "maxReplicas": 4}
BUCKET = {"provider": "s3", "s3": {"bucket": "files"}}


class TestServices:
    def test_each_has_its_workload(self, helm: Helm) -> None:
        running = {one.component for one in helm.render("minimal").ours}
        assert set(code.services()) <= running

    def test_every_workload_belongs_to_a_service_with_code(self, rendered: Rendered) -> None:
        for one in rendered.ours:
            service = code.service_of(one.main.program)
            assert service in {*code.services(), "audio"}, one
            assert one.component == service or one.component.startswith(f"{service}-"), one

    def test_speech_is_in_the_chart_and_off_until_its_code_is_there(self, helm: Helm) -> None:
        on = {"enabled": True}
        assert (
            helm.render("minimal", audio=on, audioWorker=on).workload("audio").main.program
            == "owui_audio.main"
        )
        running = {one.component for one in helm.render("minimal").ours}
        assert ("audio" in running) == ("audio" in code.services())

    def test_each_with_tables_migrates_them_before_it_starts(self, rendered: Rendered) -> None:
        for one in rendered.ours:
            package = one.main.program.partition(".")[0]
            migrations = [each.program for each in one.containers if each.init and each.program]
            has_tables = code.module_exists(f"{package}.migrate")
            if package != "owui_audio":
                assert migrations == ([f"{package}.migrate"] if has_tables else []), one

    def test_each_runs_from_the_image_of_its_name(self, helm: Helm) -> None:
        for one in helm.render("minimal", image={"registry": "r.example.com", "tag": "7"}).ours:
            service = code.service_of(one.main.program)
            assert {each.body["image"] for each in one.containers} == {f"r.example.com/owui/{service}:7"}

    def test_another_image_of_rag_brings_heavier_libraries(self, helm: Helm) -> None:
        rendered = helm.render("minimal", rag={"image": {"name": "rag-ml"}})
        assert "/rag-ml:" in rendered.workload("rag").main.body["image"]
        assert "/rag:" in rendered.workload("rag-worker").main.body["image"]


class TestPrograms:
    def test_every_module_that_is_started_exists(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            if one.program and code.service_of(one.program) != "audio":
                assert code.module_exists(one.program), f"{one}: {one.program}"

    def test_every_program_of_ours_is_one_argument_for_the_entry_point_of_the_image(
        self, rendered: Rendered
    ) -> None:
        for one in rendered.containers:
            if one.program:
                assert "command" not in one.body, one
                assert one.body["args"][0] == one.program, one


class TestQueues:
    @pytest.fixture
    def watched(self, helm: Helm) -> list[str]:
        rendered = helm.render(
            "high-availability", ragWorker={"autoscaling": KEDA}, redis={"keyPrefix": "ours"}
        )
        triggers = rendered.one("ScaledObject", "rag-worker").spec["triggers"]
        return [one["metadata"]["listName"] for one in triggers]

    def test_workers_are_scaled_by_the_lists_that_celery_writes(self, watched: list[str]) -> None:
        app = celery_app("redis://localhost:1/0", "ours")
        prefix = app.conf.broker_transport_options["global_keyprefix"]
        assert {f"{prefix}{queue}" for queue in QUEUES} <= set(watched)

    def test_workers_that_read_a_last_file_are_not_sent_away(self, watched: list[str]) -> None:
        from kombu.transport.redis import Channel

        app = celery_app("redis://localhost:1/0", "ours")
        prefix = app.conf.broker_transport_options["global_keyprefix"]
        assert f"{prefix}{Channel.unacked_key}" in watched

    def test_nothing_else_is_watched(self, watched: list[str]) -> None:
        assert len(watched) == len(QUEUES) + 1

    def test_the_scaler_finds_redis_and_may_sign_in(self, helm: Helm) -> None:
        rendered = helm.render("minimal", ragWorker={"autoscaling": KEDA}, storage=BUCKET)
        store = rendered.one("Service", "valkey").name
        for trigger in rendered.one("ScaledObject", "rag-worker").spec["triggers"]:
            assert trigger["metadata"]["address"].startswith(f"{store}.chat.svc")
            login = rendered.named("TriggerAuthentication", trigger["authenticationRef"]["name"])
            assert login is not None
            assert login.spec["secretTargetRef"][0]["parameter"] == "password"

    def test_a_store_elsewhere_is_asked_at_its_own_address(self, helm: Helm) -> None:
        rendered = helm.render(
            "external-stores",
            ragWorker={"autoscaling": KEDA},
            redis={"external": {"host": "redis.corp.example", "port": 6380}},
        )
        for trigger in rendered.one("ScaledObject", "rag-worker").spec["triggers"]:
            assert trigger["metadata"]["address"] == "redis.corp.example:6380"
