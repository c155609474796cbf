"""Routes written by hand and routes made from the contracts do not get in each other's way."""

from owui_gateway.transcoding.bindings import bindings_of
from owui_gateway.transcoding.descriptors import load_contracts
from owui_gateway.transcoding.paths import RouteTable, segments_of

from .world import World

BY_HAND = {"completions", "health", "configuration", "providers", "files"}


class TestRoutes:
    async def test_no_parameter_of_a_contract_swallows_a_path_written_by_hand(self, world: World) -> None:
        table: RouteTable[str] = RouteTable()
        for binding in bindings_of(load_contracts().services):
            table.add(binding.verb, binding.template, str(binding))
        checked = 0
        for path, operations in (await world.get("/openapi.json")).json["paths"].items():
            for method, operation in operations.items():
                # What catches all for providers is meant to come last.
                if BY_HAND & set(operation.get("tags", ())) and path != "/openai/{path}":
                    concrete = path.replace("{url_idx}", "0")
                    assert table.find(method.upper(), segments_of(concrete)) is None, (method, path)
                    checked += 1
        assert checked > 30

    async def test_what_the_contracts_name_is_not_caught_for_providers(self, world: World) -> None:
        for path in ("/openai/config", "/openai/models", "/ollama/config"):
            await world.get(path, "root-token")
        assert not world.models.requests
