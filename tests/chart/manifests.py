"""Rendered manifests, read into objects that tests can ask questions."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import yaml

Json = dict[str, Any]
COMPONENT = "app.kubernetes.io/component"
_POD_OF = {
    "Pod": (),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}


@dataclass(frozen=True, eq=False)
class Container:
    """One container of a pod, with the environment that it will see."""

    body: Json
    init: bool
    owner: "Workload"

    @property
    def name(self) -> str:
        """Its name within the pod."""
        return str(self.body["name"])

    @property
    def program(self) -> str:
        """The Python module that it runs; empty for images of others."""
        words = [*self.body.get("command", []), *self.body.get("args", [])]
        return next((word for word in words if isinstance(word, str) and word.startswith("owui_")), "")

    @property
    def security(self) -> Json:
        """What its security context says."""
        return self.body.get("securityContext") or {}

    @property
    def ports(self) -> dict[str, int]:
        """Ports by name."""
        return {one["name"]: one["containerPort"] for one in self.body.get("ports", [])}

    @property
    def mounts(self) -> dict[str, Json]:
        """Volume mounts by path."""
        return {one["mountPath"]: one for one in self.body.get("volumeMounts", [])}

    @cached_property
    def variables(self) -> dict[str, str]:
        """The environment that the manifests give; "<secret>" stands for what a foreign secret would give."""
        found: dict[str, str] = {}
        for source in self.body.get("envFrom", []):
            found |= {source.get("prefix", "") + key: text for key, text in self._all_of(source).items()}
        for one in self.body.get("env", []):
            found[one["name"]] = str(one["value"]) if "value" in one else self._value_of(one)
        return found

    def _all_of(self, source: Json) -> dict[str, str]:
        reference = source.get("configMapRef") or source.get("secretRef") or {}
        kind = "ConfigMap" if "configMapRef" in source else "Secret"
        return self.owner.rendered.content(kind, reference["name"])

    def _value_of(self, one: Json) -> str:
        source = one.get("valueFrom", {})
        for key, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
            if key in source:
                content = self.owner.rendered.content(kind, source[key]["name"])
                return content.get(source[key]["key"], "<secret>")
        return "<downward>"

    def __repr__(self) -> str:
        return f"{self.owner.name}/{self.name}"


@dataclass(frozen=True, eq=False)
class Workload:
    """A manifest that makes pods."""

    manifest: "Manifest"
    template: Json
    rendered: "Rendered"

    @property
    def name(self) -> str:
        """The name of the manifest."""
        return self.manifest.name

    @property
    def component(self) -> str:
        """Which part of the platform it is."""
        return self.labels.get(COMPONENT, "")

    @property
    def labels(self) -> dict[str, str]:
        """Labels of its pods."""
        return self.template.get("metadata", {}).get("labels") or {}

    @property
    def annotations(self) -> dict[str, str]:
        """Annotations of its pods."""
        return self.template.get("metadata", {}).get("annotations") or {}

    @property
    def pod(self) -> Json:
        """The specification of its pods."""
        spec: Json = self.template["spec"]
        return spec

    @cached_property
    def containers(self) -> list[Container]:
        """All containers, initial ones first."""
        initial = [Container(one, True, self) for one in self.pod.get("initContainers", [])]
        return initial + [Container(one, False, self) for one in self.pod["containers"]]

    @property
    def main(self) -> Container:
        """The container that does the work."""
        return next(one for one in self.containers if not one.init)

    @property
    def volumes(self) -> dict[str, Json]:
        """Volumes by name."""
        return {one["name"]: one for one in self.pod.get("volumes", [])}

    @property
    def is_ours(self) -> bool:
        """Whether it runs a program of this repository."""
        return bool(self.main.program)

    @property
    def is_test(self) -> bool:
        """Whether it is a pod of `helm test`."""
        return "test" in self.manifest.annotations.get("helm.sh/hook", "")

    def __repr__(self) -> str:
        return repr(self.manifest)


@dataclass(frozen=True, eq=False)
class Manifest:
    """One rendered object."""

    body: Json

    @property
    def kind(self) -> str:
        """Its kind."""
        return str(self.body["kind"])

    @property
    def api(self) -> str:
        """Its group and version."""
        return str(self.body["apiVersion"])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.body["metadata"]["name"])

    @property
    def labels(self) -> dict[str, str]:
        """Its labels."""
        return self.body["metadata"].get("labels") or {}

    @property
    def annotations(self) -> dict[str, str]:
        """Its annotations."""
        return self.body["metadata"].get("annotations") or {}

    @property
    def component(self) -> str:
        """Which part of the platform it belongs to."""
        return self.labels.get(COMPONENT, "")

    @property
    def spec(self) -> Json:
        """Its specification; empty when it has none."""
        return self.body.get("spec") or {}

    def __repr__(self) -> str:
        return f"{self.kind}/{self.name}"


class Rendered:
    """All objects of one rendering."""

    def __init__(self, text: str) -> None:
        self.text = text
        loaded = yaml.load_all(text, Loader=yaml.CSafeLoader)
        self.manifests = [Manifest(body) for body in loaded if body]

    @classmethod
    def of(cls, bodies: list[Json]) -> Self:
        """Make one of objects instead of text, for tests of the tests."""
        return cls(yaml.safe_dump_all(bodies))

    def __iter__(self) -> Iterator[Manifest]:
        return iter(self.manifests)

    def all(self, kind: str, component: str | None = None) -> list[Manifest]:
        """Return the objects of a kind, of one component when it is named."""
        return [one for one in self if one.kind == kind and (component is None or one.component == component)]

    def one(self, kind: str, component: str) -> Manifest:
        """Return the only object of a kind of a component."""
        found = self.all(kind, component)
        assert len(found) == 1, f"{len(found)} {kind} of {component or 'the whole'}: {found}"
        return found[0]

    def named(self, kind: str, name: str) -> Manifest | None:
        """Return an object by kind and name."""
        return next((one for one in self if (one.kind, one.name) == (kind, name)), None)

    def content(self, kind: str, name: str) -> dict[str, str]:
        """Return the texts in a ConfigMap or Secret of this rendering; nothing when it is not part of it."""
        found = self.named(kind, name)
        if found is None:
            return {}
        coded: Mapping[str, str] = found.body.get("data") or {}
        plain: dict[str, str] = dict(found.body.get("stringData") or {})
        if kind == "ConfigMap":
            return {**coded, **plain}
        return {**{key: base64.b64decode(text).decode() for key, text in coded.items()}, **plain}

    @cached_property
    def workloads(self) -> list[Workload]:
        """Everything that makes pods."""
        found = []
        for one in self:
            if one.kind in _POD_OF:
                template = one.body
                for step in _POD_OF[one.kind]:
                    template = template[step]
                found.append(Workload(one, template, self))
        return found

    @property
    def ours(self) -> list[Workload]:
        """The workloads that run programs of this repository and stay."""
        return [one for one in self.workloads if one.manifest.kind == "Deployment" and one.is_ours]

    def workload(self, component: str) -> Workload:
        """Return the Deployment or StatefulSet of a component."""
        kept = ("Deployment", "StatefulSet")
        found = [one for one in self.workloads if one.component == component and one.manifest.kind in kept]
        assert len(found) == 1, f"{len(found)} workloads of {component}: {found}"
        return found[0]

    @property
    def containers(self) -> list[Container]:
        """Every container of every pod."""
        return [container for workload in self.workloads for container in workload.containers]


def keys_of(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give every leaf of a tree of mappings and lists with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from keys_of(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from keys_of(inner, f"{path}[{index}]")
    else:
        yield path, value
