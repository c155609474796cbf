"""The examples name variables that there are, and all that have no default."""

from pathlib import Path
from typing import Any

import pytest

from .conftest import Locate
from .sources import Folder, parse


def given(environment: Folder, name: str, tool: Locate) -> dict[str, Any]:
    """Return what an example says."""
    path = environment.path / name
    return dict(parse(tool("hcl2json"), [path])[path])


@pytest.mark.parametrize("name", ["terraform.tfvars.example", "examples/complete.tfvars"])
class TestExamples:
    def test_name_declared_variables(self, name: str, environment: Folder, tool: Locate) -> None:
        assert set(given(environment, name, tool)) <= set(environment.blocks("variable"))

    def test_give_what_has_no_default(self, name: str, environment: Folder, tool: Locate) -> None:
        required = {key for key, one in environment.blocks("variable").items() if "default" not in one}
        assert required <= set(given(environment, name, tool))

    def test_hold_no_secret(self, name: str, environment: Folder, tool: Locate) -> None:
        sensitive = {key for key, one in environment.blocks("variable").items() if one.get("sensitive")}
        assert not sensitive & set(given(environment, name, tool))


def test_the_complete_example_shows_nearly_every_variable(environment: Folder, tool: Locate) -> None:
    shown = set(given(environment, "examples/complete.tfvars", tool))
    # Those that most installations leave alone, and those that are not for a file.
    left_out = {
        "secrets",
        "chart",
        "chart_version",
        "release_name",
        "namespace",
        "deploy_release",
        "tls_secret",
    }
    left_out |= {"api_authorized_ranges"} & set(environment.blocks("variable"))
    assert set(environment.blocks("variable")) - shown <= left_out


def test_backends_keep_the_state_encrypted(environment: Folder, tool: Locate) -> None:
    backend = given(environment, "backend.tf.example", tool)["terraform"][0]["backend"]
    (kind,) = backend
    options = backend[kind][0]
    assert (
        options.get("use_azuread_auth") is True
        if kind == "azurerm"
        else options["encrypt"] and options["kms_key_id"]
    )


def test_nothing_that_belongs_to_one_installation_is_kept(environment: Folder) -> None:
    kept = {path.name for path in environment.path.rglob("*")}
    assert not kept & {"terraform.tfvars", "terraform.tfstate", "backend.tf", ".terraform"}
    ignored = (Path(environment.path).parents[1] / ".gitignore").read_text(encoding="utf-8").split()
    assert {"*.tfstate*", "terraform.tfvars", "backend.tf", ".terraform/", "*.pem"} <= set(ignored)
