"""The chart gives each program the settings that it declares, all that it needs, and no others."""

import re

import pytest
import yaml
from owui_chassis.settings import SettingsError, parse

from . import code
from .helm import CHART, Helm
from .manifests import Container, Rendered
from .starting import filled, programs, settings_of, startable


def used_elsewhere(container: Container, variable: str) -> bool:
    """Say whether a variable is only there to be put into another one."""
    return any(f"$({variable})" in text for text in container.variables.values())


class TestVariables:
    def test_each_is_a_setting_of_the_program_that_gets_it(self, rendered: Rendered) -> None:
        unknown = []
        for one in programs(rendered):
            service = code.service_of(one.program)
            addresses = {code.address_variable(name) for name in (*code.services(), "audio")}
            known = code.declared(service).keys() | code.read_directly() | addresses
            unknown += [
                f"{one}: {name}"
                for name in one.variables
                if name not in known and not used_elsewhere(one, name)
            ]
        assert unknown == []

    def test_each_program_gets_values_with_which_it_starts(self, rendered: Rendered) -> None:
        for one in programs(rendered):
            if not one.init:
                try:
                    settings_of(one)
                except SettingsError as error:
                    pytest.fail(f"{one}: {error}")

    def test_what_is_put_into_another_variable_comes_before_it(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            names = [entry["name"] for entry in one.body.get("env", [])]
            for position, entry in enumerate(one.body.get("env", [])):
                for name in re.findall(r"\$\((\w+)\)", entry.get("value", "")):
                    assert name in names[:position], f"{one}: {entry['name']} uses {name}"

    def test_none_is_given_twice(self, rendered: Rendered) -> None:
        for one in rendered.containers:
            names = [entry["name"] for entry in one.body.get("env", [])]
            assert sorted(names) == sorted(set(names)), one

    def test_every_service_that_is_called_has_an_address(self, rendered: Rendered) -> None:
        for one in startable(rendered):
            for other in code.dialled(code.service_of(one.main.program)):
                given = one.main.variables.get(code.address_variable(other), "")
                running = {workload.component for workload in rendered.ours}
                if other in running and one.component == code.service_of(one.main.program):
                    name = rendered.one("Service", other).name
                    assert given.startswith(f"dns:///{name}."), f"{one}: {other} is at {given!r}"

    def test_every_migration_reaches_the_database_of_its_service(self, rendered: Rendered) -> None:
        for one in programs(rendered):
            if one.init:
                mains = {**filled(one.owner.main)}
                url = [name for name in filled(one) if name.endswith("DATABASE_URL")]
                assert url, one
                assert all(filled(one)[name] == mains[name] for name in url), one


class TestReach:
    def test_every_declared_setting_can_be_given_in_config_or_as_a_secret(self, helm: Helm) -> None:
        listed = yaml.safe_load((CHART / "files" / "settings.yaml").read_text(encoding="utf-8"))
        for service in code.services():
            declared = {
                name: one.secret for name, one in code.declared(service).items() if re.match(r"[A-Z]", name)
            }
            given = {
                **dict.fromkeys(listed[service]["plain"], False),
                **dict.fromkeys(listed[service]["secret"], True),
            }
            assert given == declared, service

    def test_a_value_reaches_every_program_that_declares_it(self, helm: Helm) -> None:
        rendered = helm.render("minimal", config={"BYPASS_ADMIN_ACCESS_CONTROL": False})
        for one in rendered.ours:
            service = code.service_of(one.main.program)
            expected = "false" if "BYPASS_ADMIN_ACCESS_CONTROL" in code.declared(service) else None
            assert one.main.variables.get("BYPASS_ADMIN_ACCESS_CONTROL") == expected, one

    def test_a_workload_may_differ_from_the_rest(self, helm: Helm) -> None:
        rendered = helm.render(
            "minimal",
            config={"WEBUI_NAME": "All"},
            gateway={"config": {"WEBUI_NAME": "Own"}},
        )
        assert rendered.workload("gateway").main.variables["WEBUI_NAME"] == "Own"

    def test_whole_numbers_lists_and_switches_arrive_as_the_services_read_them(self, helm: Helm) -> None:
        rendered = helm.render(
            "minimal",
            config={"GATEWAY_MAX_BODY_BYTES": 123456789012, "MODEL_ORDER_LIST": ["b", "a"]},
        )
        assert rendered.workload("gateway").main.variables["GATEWAY_MAX_BODY_BYTES"] == "123456789012"
        order = settings_of(rendered.workload("model-proxy").main).declared["model_order_list"]
        given = rendered.workload("model-proxy").main.variables["MODEL_ORDER_LIST"]
        assert parse(order, "MODEL_ORDER_LIST", given) == ("b", "a")

    def test_what_is_given_for_one_workload_only_stays_there(self, helm: Helm) -> None:
        own = [{"name": "GATEWAY_MAX_SOCKETS", "value": "5"}]
        rendered = helm.render("minimal", gateway={"extraEnv": own})
        having = [one.component for one in rendered.ours if "GATEWAY_MAX_SOCKETS" in one.main.variables]
        assert having == ["gateway"]
