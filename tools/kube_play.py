"""Pods for `podman kube play`: one per service, each after those that it needs."""

from typing import Any

from compose_parts import Composition, Part, as_yaml, one_line, order
from quadlet_units import image_of

SECRET = "owui"  # noqa: S105 - its name
SETTINGS = "owui-settings"


def bytes_of(size: str) -> str:
    """Return `256m` as Kubernetes writes it."""
    return size[:-1] + {"m": "Mi", "g": "Gi"}[size[-1]]


def container(part: Part) -> dict[str, Any]:
    """Return a container; its name is the name by which others reach it."""
    environment: list[dict[str, Any]] = [
        {"name": name, "value": value} for name, value in part.environment.items()
    ]
    environment += [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": SECRET, "key": secret}}}
        for name, secret in part.secrets.items()
    ]
    security: dict[str, Any] = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    if part.user:
        user, group = part.user.split(":")
        security |= {"runAsUser": int(user), "runAsGroup": int(group)}
    found: dict[str, Any] = {"name": part.name, "image": image_of(part)}
    if part.command:
        # What is ours are arguments of the image's entrypoint; what is not is a program.
        found["args"] = [one_line(word) for word in part.command]
    found |= {
        "env": environment,
        "securityContext": security,
        "resources": {"limits": {"cpu": part.cpus, "memory": bytes_of(part.memory)}},
        "volumeMounts": [{"name": name, "mountPath": folder} for name, folder in mounts(part).items()],
    }
    if part.own_settings:
        found["envFrom"] = [{"configMapRef": {"name": SETTINGS, "optional": True}}]
    if part.ports:
        address, outside, inside = part.ports[0].split(":")
        found["ports"] = [{"containerPort": int(inside), "hostPort": int(outside), "hostIP": address}]
    return found


def mounts(part: Part) -> dict[str, str]:
    """Return the volumes of a container: what is kept, and what is forgotten."""
    temporary = {folder.strip("/").replace("/", "-"): folder for folder in part.tmpfs}
    shared = {"shm": "/dev/shm"} if part.shared_memory else {}  # noqa: S108 - in the container
    return part.volumes | temporary | shared


def volumes(part: Part) -> list[dict[str, Any]]:
    """Return what stands behind the mounts."""
    found: list[dict[str, Any]] = [
        {"name": name, "persistentVolumeClaim": {"claimName": f"owui-{name}"}} for name in part.volumes
    ]
    sizes = {folder.strip("/").replace("/", "-"): size for folder, size in part.tmpfs.items()}
    sizes |= {"shm": part.shared_memory} if part.shared_memory else {}
    return found + [
        {"name": name, "emptyDir": {"medium": "Memory", "sizeLimit": bytes_of(size)}}
        for name, size in sizes.items()
    ]


def pod(part: Part, before: list[Part]) -> dict[str, Any]:
    """Return a Pod whose jobs end before its service starts."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"owui-{part.name}", "labels": {"app": "owui"}},
        "spec": {
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": part.stop_seconds,
            **({"initContainers": [container(job) for job in before]} if before else {}),
            "containers": [container(part)],
            "volumes": volumes(part),
        },
    }


def jobs_before(part: Part, parts: dict[str, Part], done: set[str]) -> list[Part]:
    """Return the jobs that have to end before a part starts and that no earlier Pod does."""
    needed: set[str] = set()
    waiting = list(part.after)
    while waiting:
        name = waiting.pop()
        if parts[name].once:
            needed.add(name)
            waiting += parts[name].after
    return [one for one in order(parts) if one.name in needed - done]


def documents(composition: Composition) -> list[dict[str, Any]]:
    """Return the claims, and the Pods in the order in which they are started."""
    found: list[dict[str, Any]] = [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": f"owui-{name}"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
        }
        for name in composition.volumes
    ]
    done: set[str] = set()
    for part in order(composition.parts):
        if not part.once:
            before = jobs_before(part, composition.parts, done)
            done |= {job.name for job in before}
            found.append(pod(part, before))
    return found


def play(composition: Composition) -> str:
    """Return the file."""
    return as_yaml(*documents(composition))
