"""Passwords and keys are nowhere unmarked: not in outputs, not in plans, not in the release's values."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from .planning import Installation
from .references_of_secrets import is_sensitive
from .sources import Folder

# What the mocks make up.
MADE_UP = re.compile(r"a-password-that-nobody-knows|a\+b/c=")
NAMED = re.compile(r"(password|secret|token|credential)s?$|(?<!kms_)key$")


def places(values: Any, sensitive: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """Yield where something secret stands, and whether it is marked."""
    if isinstance(values, dict):
        for key, value in values.items():
            marked = sensitive if sensitive is True else (sensitive or {}).get(key)
            yield from places(value, marked, f"{path}.{key}")
    elif isinstance(values, list):
        for index, value in enumerate(values):
            marked = (
                sensitive
                if sensitive is True
                else (sensitive[index : index + 1] or [None])[0]
                if sensitive
                else None
            )
            yield from places(value, marked, f"{path}[{index}]")
    elif isinstance(values, str) and MADE_UP.search(values):
        yield path, sensitive is True


class TestDeclarations:
    def test_outputs_made_of_secrets_are_marked(self, folder: Folder, all_folders: dict[str, Folder]) -> None:
        for name, output in folder.blocks("output").items():
            if is_sensitive(output["value"], folder, all_folders):
                assert output.get("sensitive") is True, (folder.name, name)

    def test_outputs_and_variables_that_sound_secret_are_marked(self, folder: Folder) -> None:
        for kind in ("variable", "output"):
            for name, block in folder.blocks(kind).items():
                if NAMED.search(name) and name != "tls_secret":
                    assert block.get("sensitive") is True, (folder.name, name)

    def test_variables_that_take_secrets_are_marked(
        self, environment: Folder, all_folders: dict[str, Folder]
    ) -> None:
        for name, call in environment.blocks("module").items():
            path = (environment.path / call["source"]).resolve()
            module = next(one for one in all_folders.values() if one.path == path)
            for key, value in call.items():
                if key in module.blocks("variable") and is_sensitive(value, environment, all_folders):
                    assert module.blocks("variable")[key].get("sensitive") is True, (name, key)

    def test_secrets_have_no_defaults(self, folder: Folder) -> None:
        for name, variable in folder.blocks("variable").items():
            if variable.get("sensitive"):
                assert variable.get("default") in (None, {}), name


@pytest.mark.parametrize("cloud", ["aks", "eks"])
class TestPlans:
    @pytest.fixture
    def planned(self, cloud: str, request: pytest.FixtureRequest) -> dict[str, Installation]:
        """What would be created, by the name of the run."""
        found: dict[str, Installation] = request.getfixturevalue(cloud)
        return found

    def test_mark_every_secret(self, planned: dict[str, Installation]) -> None:
        seen = 0
        for installation in planned.values():
            for resource in installation.resources:
                for path, marked in places(resource.values, resource.sensitive):
                    seen += 1
                    assert marked, f"{resource.address}{path}"
        assert seen > 3

    def test_have_no_secret_in_an_output_that_is_shown(self, planned: dict[str, Installation]) -> None:
        for installation in planned.values():
            for name, output in installation.outputs.items():
                assert output["sensitive"] or not MADE_UP.search(str(output["value"])), name

    def test_give_secrets_to_the_release_apart_from_its_values(
        self, planned: dict[str, Installation]
    ) -> None:
        release = planned["defaults"].release()
        assert not MADE_UP.search(str(release.values["values"]))
        assert "secrets.values.REDIS_PASSWORD" in {one["name"] for one in release.values["set_sensitive"]}

    def test_keep_passwords_of_stores_out_of_the_state(self, planned: dict[str, Installation]) -> None:
        for installation in planned.values():
            for kind in (
                "aws_db_instance",
                "aws_elasticache_replication_group",
                "azurerm_postgresql_flexible_server",
            ):
                for store in installation.of(kind):
                    assert not list(places(store.values, {})), store.address
