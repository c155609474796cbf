"""Checks manifests against the schemas of Kubernetes releases; its Python is the one of kubernetes-validate.

Reads a JSON list of manifests from standard input; arguments are releases, "1.29+" means all from there on.
Prints a JSON object: `versions` that were checked and `problems` as [release, index, sentence].
"""

import json
import sys
from typing import Any

import jsonschema
import referencing
from kubernetes_validate import utils


def releases() -> list[str]:
    """Return the releases whose schemas are here, oldest first, as "1.29"."""
    return list(dict.fromkeys(utils.major_minor(version) for version in utils.all_versions()))


def chosen(words: list[str]) -> list[str]:
    """Return the releases that the words name."""
    known = releases()
    found: list[str] = []
    for word in words:
        first = word.removesuffix("+")
        if first not in known:
            sys.exit(f"there are no schemas of Kubernetes {first}; there are: {', '.join(known)}")
        found += known[known.index(first) :] if word.endswith("+") else [first]
    return found


class Schemas:
    """The strict schemas of one release, each read once."""

    def __init__(self, release: str) -> None:
        self._folder = f"kubernetes-json-schema/v{release}.0-local-strict"
        definitions = utils.schema_contents(f"{self._folder}/_definitions.json", release)
        self._registry = referencing.Resource.from_contents(definitions) @ referencing.Registry()
        self._release = release
        self._validators: dict[tuple[str, str], Any] = {}

    def problems(self, manifest: dict[str, Any]) -> list[str]:
        """Return what is wrong with a manifest, one sentence each."""
        kind, api = str(manifest["kind"]), str(manifest["apiVersion"])
        try:
            validator = self._validator(kind, api)
        except FileNotFoundError:
            return [f"Kubernetes {self._release} has no {kind} in {api}"]
        return [
            f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in validator.iter_errors(manifest)
        ]

    def _validator(self, kind: str, api: str) -> Any:
        if (kind, api) not in self._validators:
            group, _, version = api.rpartition("/")
            name = f"{group.split('.')[0]}-{version}" if group else version
            path = f"{self._folder}/{kind.lower()}-{name}.json"
            schema = utils.schema_contents(path, self._release)
            self._validators[kind, api] = jsonschema.Draft202012Validator(schema, registry=self._registry)
        return self._validators[kind, api]


def main() -> None:
    """Check what standard input holds."""
    manifests = json.load(sys.stdin)
    versions = chosen(sys.argv[1:])
    problems = []
    for release in versions:
        schemas = Schemas(release)
        problems += [
            [release, index, problem]
            for index, manifest in enumerate(manifests)
            for problem in schemas.problems(manifest)
        ]
    json.dump({"versions": versions, "problems": problems}, sys.stdout)


if __name__ == "__main__":
    main()
