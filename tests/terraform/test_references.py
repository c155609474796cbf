"""What expressions name is there: variables, locals, outputs of modules, resources and what they offer."""

import pytest

from .sources import SCHEMAS, Folder, references

CALL = {"source", "count", "for_each", "depends_on", "providers", "version"}
# What every resource has besides its arguments.
GENERAL = {"id", ""}


def known_attributes(address: str) -> set[str]:
    """Return what the provider says a resource offers."""
    kind = address.rpartition(".")[0]
    shape = SCHEMAS[kind.removeprefix("data.").split("_")[0]]["resources"][kind]
    return set(shape["attributes"]) | set(shape["blocks"]) | GENERAL


class TestReferences:
    def test_name_declared_variables_and_locals(self, folder: Folder) -> None:
        variables, locals_ = set(folder.blocks("variable")), set(folder.locals)
        for one in folder.used:
            assert one.kind != "var" or one.name in variables, one
            assert one.kind != "local" or one.name in locals_, one

    def test_name_every_local(self, folder: Folder) -> None:
        assert set(folder.locals) == {one.name for one in folder.used if one.kind == "local"}

    def test_name_resources_and_what_the_provider_says_they_offer(self, folder: Folder) -> None:
        for one in folder.used:
            if one.kind == "resource":
                assert one.name in folder.resources, one
                assert one.attribute in known_attributes(one.name), one

    def test_name_outputs_that_the_module_has(self, folder: Folder, all_folders: dict[str, Folder]) -> None:
        calls = folder.blocks("module")
        for one in folder.used:
            if one.kind == "module":
                assert one.name in calls, one
                called = module_of(folder, one.name, all_folders)
                assert not one.attribute or one.attribute in called.blocks("output"), one

    def test_of_data_sources_are_all_used(self, folder: Folder) -> None:
        used = {one.name for one in folder.used if one.kind == "resource"}
        assert {address for address in folder.resources if address.startswith("data.")} <= used


def module_of(folder: Folder, call: str, all_folders: dict[str, Folder]) -> Folder:
    """Return the module that a call is about."""
    path = (folder.path / folder.blocks("module")[call]["source"]).resolve()
    return next(one for one in all_folders.values() if one.path == path)


class TestCallsOfModules:
    def test_give_what_is_required_and_nothing_unknown(
        self, environment: Folder, all_folders: dict[str, Folder]
    ) -> None:
        for name, call in environment.blocks("module").items():
            variables = module_of(environment, name, all_folders).blocks("variable")
            given = set(call) - CALL
            assert given <= set(variables), name
            assert {key for key, one in variables.items() if "default" not in one} <= given, name

    def test_are_made_by_environments_alone(self, folder: Folder) -> None:
        assert folder.is_environment or not folder.blocks("module")

    def test_hand_tags_on(self, all_folders: dict[str, Folder]) -> None:
        for name, call in all_folders["environments/aks"].blocks("module").items():
            if "azure/" in call["source"]:
                assert call["tags"] == "${var.tags}", name
        # AWS has tags for everything that the provider makes.
        eks = all_folders["environments/eks"].blocks("provider")["aws"]
        assert {one.name for one in references(eks["default_tags"])} >= {"tags"}


@pytest.mark.parametrize(
    "expression", ["${var.a}", "x-${module.b[0].c}-y", "${[for s in azurerm_subnet.d : s.id]}"]
)
def test_references_are_seen_inside_of_texts(expression: str) -> None:
    assert len(references({"key": [expression]})) == 1
