"""Terraform itself finds nothing wrong, with the arguments that the providers' current releases have."""

import re

from .conftest import Installations
from .planning import Planner
from .sources import SCHEMAS, TERRAFORM, Folder


def test_terraform_finds_the_configuration_valid(environment: Folder, planner: Planner) -> None:
    assert planner.validate(environment.name) == []


def test_every_module_is_part_of_an_environment(all_folders: dict[str, Folder]) -> None:
    called = {
        (one.path / call["source"]).resolve()
        for one in all_folders.values()
        for call in one.blocks("module").values()
    }
    assert called == {one.path for one in all_folders.values() if not one.is_environment}


def test_an_argument_that_the_provider_does_not_have_is_found(planner: Planner) -> None:
    path = planner.copy / "modules" / "azure" / "wrong" / "main.tf"
    path.parent.mkdir()
    versions = (TERRAFORM / "modules" / "azure" / "redis" / "versions.tf").read_text(encoding="utf-8")
    resource = 'resource "azurerm_resource_group" "this" {\n  name = "a"\n  region = "b"\n}\n'
    path.write_text(versions + resource, encoding="utf-8")
    found = planner.validate("modules/azure/wrong")
    assert any("location" in one for one in found)
    assert any("region" in one for one in found)


def test_the_environments_own_tests_pass(environment: Folder, installations: Installations) -> None:
    assert {"defaults", "passwords", "example"} <= set(installations(environment.name))


def test_files_are_formatted(planner: Planner) -> None:
    done = planner.run(".", "fmt", "-check", "-recursive", "-no-color", str(TERRAFORM))
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr


class TestProviders:
    def test_are_pinned_to_a_minor_release(self, folder: Folder) -> None:
        for name, wanted in folder.providers.items():
            assert wanted["source"] == f"hashicorp/{name}"
            assert re.fullmatch(r"~> \d+\.\d+\.\d+", wanted["version"]), (folder.name, name)

    def test_are_the_release_whose_arguments_are_known(self, folder: Folder) -> None:
        for name, wanted in folder.providers.items():
            pinned = wanted["version"].removeprefix("~> ").split(".")
            assert pinned[:2] == SCHEMAS[name]["version"].split(".")[:2], (folder.name, name)

    def test_are_those_that_the_files_use(self, folder: Folder) -> None:
        used = {address.removeprefix("data.").split("_")[0] for address in folder.resources}
        used |= set(folder.blocks("provider")) if folder.is_environment else set()
        assert set(folder.providers) == used

    def test_terraform_itself_has_to_be_new_enough_for_write_only_arguments(self, folder: Folder) -> None:
        required = folder.files["versions.tf"]["terraform"][0]["required_version"]
        assert required == ">= 1.11.0, < 2.0.0"

    def test_are_configured_by_environments_alone(self, folder: Folder) -> None:
        assert folder.is_environment or not any("provider" in file for file in folder.files.values())
