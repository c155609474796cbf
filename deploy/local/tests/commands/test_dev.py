"""`make dev`: a process per service, several replicas, each comes back when it dies."""

from owui_local.stack import Stack


def test_a_killed_service_comes_back_and_replicas_run_side_by_side() -> None:
    with Stack("per-service", replicas={"chat": 2, "gateway": 2}) as stack:
        services = {"auth-1", "chat-1", "chat-2", "gateway-1", "gateway-2", "model-proxy-1", "rag-1"}
        services |= {"rag-worker-1"}
        assert set(stack.pids) == services | {"main", "postgres", "redis"}
        assert len(set(stack.base_urls)) == 2
        before = stack.pids["auth-1"]
        stack.kill("auth-1")
        stack.wait_for_new("auth-1", before)
        before = stack.pids["rag-worker-1"]
        stack.kill("rag-worker-1")
        stack.wait_for_new("rag-worker-1", before)
