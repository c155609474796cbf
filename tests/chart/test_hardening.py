"""Pods pass the restricted Pod Security standard, and a little more."""

from .manifests import Rendered

_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}


class TestContainers:
    def test_none_runs_as_root(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            pod = one.owner.pod.get("securityContext", {})
            assert one.security.get("runAsNonRoot", pod.get("runAsNonRoot")) is True, one
            assert one.security.get("runAsUser", pod.get("runAsUser", 1)) != 0, one

    def test_none_writes_to_its_image(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            assert one.security.get("readOnlyRootFilesystem") is True, one

    def test_none_has_or_gains_a_capability(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            assert one.security.get("capabilities") == {"drop": ["ALL"]}, one
            assert one.security.get("allowPrivilegeEscalation") is False, one
            assert not one.security.get("privileged"), one

    def test_each_is_under_the_seccomp_profile_of_the_runtime(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            pod = one.owner.pod.get("securityContext", {})
            profile = one.security.get("seccompProfile", pod.get("seccompProfile"))
            assert profile == {"type": "RuntimeDefault"}, one

    def test_each_asks_for_memory_and_cpu_and_has_a_bound_of_memory(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            resources = one.body.get("resources", {})
            assert {"cpu", "memory"} <= resources.get("requests", {}).keys(), one
            assert "memory" in resources.get("limits", {}), one

    def test_each_can_write_temporary_files(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            if one.program:
                mount = one.mounts.get("/tmp", {})
                assert "emptyDir" in one.owner.volumes.get(mount.get("name", ""), {}), one

    def test_images_are_named_by_a_release(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            name, _, tag = one.body["image"].partition("@")[0].rpartition(":")
            assert "@sha256:" in one.body["image"] or (name and tag not in {"", "latest"}), one


class TestPods:
    def test_they_share_nothing_with_their_node(self, rendered: Rendered) -> None:
        for one in rendered.workloads:
            assert not {"hostNetwork", "hostPID", "hostIPC"} & one.pod.keys(), one
            for name, volume in one.volumes.items():
                assert volume.keys() - {"name"} <= _VOLUMES, (one, name)
            for container in one.containers:
                assert not [port for port in container.body.get("ports", []) if "hostPort" in port]

    def test_only_the_job_that_makes_secrets_holds_a_token_of_the_cluster(self, rendered: Rendered) -> None:
        for one in rendered.workloads:
            maker = one.component == "generate-secrets"
            assert one.pod.get("automountServiceAccountToken") is maker, one

    def test_the_programs_of_the_platform_have_accounts_of_their_own(self, rendered: Rendered) -> None:
        names = [one.pod.get("serviceAccountName", "default") for one in rendered.ours]
        assert "default" not in names
        assert len(names) == len(set(names))

    def test_nobody_is_given_rights_in_the_cluster(self, rendered: Rendered) -> None:
        assert [one for one in rendered if one.kind in {"ClusterRole", "ClusterRoleBinding"}] == []
        for kind in ("Role", "RoleBinding"):
            assert {one.component for one in rendered.all(kind)} <= {"generate-secrets"}
