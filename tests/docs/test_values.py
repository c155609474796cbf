"""Values of the chart in the pages on installing are taken by its schema; their keys are in values.yaml."""

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml

from .pages import INSTALL, ROOT, Page, install_pages, shell_lines

CHART = ROOT / "charts" / "open-webui"
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
WORKLOADS = [
    key for key in VALUES if key in yaml.safe_load((CHART / "files" / "workloads.yaml").read_text("utf-8"))
]
# Where people choose the names.
OPEN = ("config", "secrets.values", "secrets.from", "secrets.externalSecrets.data", "networkPolicy.outside")


def known(path: list[str], tree: Any = VALUES) -> bool:
    """Say whether a key is one of values.yaml."""
    if not path or tree is None or not isinstance(tree, dict) or not tree:
        return True
    step, *rest = path
    if tree is VALUES and step in WORKLOADS and rest:
        both = {**VALUES["defaults"], **VALUES[step]}
        return known(rest, both)
    return step in tree and known(rest, tree[step])


def is_open(path: list[str]) -> bool:
    """Say whether people choose what stands below a key."""
    return any(".".join(path).startswith(f"{place}.") for place in OPEN)


def keys(tree: Any, path: tuple[str, ...] = ()) -> list[list[str]]:
    """Return the paths of all keys."""
    if not isinstance(tree, dict):
        return []
    found: list[list[str]] = []
    for key, value in tree.items():
        found += [[*path, str(key)], *keys(value, (*path, str(key)))]
    return found


def settings(line: str) -> list[tuple[str, Any]]:
    """Return the keys and values of a call of helm."""
    found = re.findall(r"--set(?:-string)? ([\w.]+)=(\"[^\"]*\"|\S+)", line)
    return [(key, yaml.safe_load(value)) for key, value in found]


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return a tree with one value."""
    for step in reversed(path.split(".")):
        value = {step: value}
    return dict(value)


def trees(of: Page) -> list[dict[str, Any]]:
    """Return the values that a page shows: whole documents and `--set`."""
    documents = [yaml.safe_load(block.text) for block in of.blocks if block.language == "yaml"]
    found = [
        one for one in documents if isinstance(one, dict) and not {"apiVersion", "services"} & one.keys()
    ]
    return found + [nested(key, value) for line in shell_lines(of) for key, value in settings(line)]


def wrong(of: Page) -> list[str]:
    """Return what the chart would refuse, or would not know."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    found = []
    for tree in trees(of):
        found += [error.message for error in validator.iter_errors(tree)]
        found += [".".join(path) for path in keys(tree) if not is_open(path) and not known(path)]
    return found


def unknown_keys(of: Page) -> set[str]:
    """Return dotted keys in the text that begin like one of values.yaml and are none."""
    dotted = [span for span in of.spans if re.fullmatch(r"[a-zA-Z]+(\.[a-zA-Z_]+)+", span)]
    paths = [span.split(".") for span in dotted if span.partition(".")[0] in VALUES and "example" not in span]
    files = (".yaml", ".md", ".py", ".tf", ".sh")
    return {
        ".".join(path)
        for path in paths
        if not ".".join(path).endswith(files) and not is_open(path) and not known(path)
    }


@pytest.mark.parametrize("one", install_pages(), ids=lambda one: one.path.name)
class TestValues:
    def test_the_chart_takes_what_is_shown(self, one: Page) -> None:
        assert not wrong(one)

    def test_every_key_that_is_named_is_there(self, one: Page) -> None:
        assert not unknown_keys(one)


def test_there_is_something_to_check() -> None:
    assert sum(len(trees(one)) for one in install_pages()) >= 5


@pytest.mark.parametrize(
    "text",
    [
        "```yaml\ndefaults: {replicaz: 2}\n```",
        "```yaml\ndefaults: {replicas: two}\n```",
        "```sh\nhelm upgrade ai charts/open-webui \\\n  --set tests.provider.enabld=false\n```",
        "```sh\nhelm upgrade ai charts/open-webui --set tests.provider.enabled=perhaps\n```",
    ],
)
def test_a_defect_is_noticed(text: str) -> None:
    assert wrong(Page(INSTALL / "one.md", f"# One\n\n{text}\n"))


def test_a_key_that_is_none_is_noticed_in_the_text() -> None:
    one = Page(INSTALL / "one.md", "Set `gateway.replicas`, `gateway.replicaz` and `defaults.drainSecond`.\n")
    assert unknown_keys(one) == {"gateway.replicaz", "defaults.drainSecond"}
