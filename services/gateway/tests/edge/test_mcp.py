"""The Model Context Protocol as a part of the whole gateway."""

from .world import World


class TestMcp:
    async def test_it_is_served_beside_everything_else(self, world: World) -> None:
        answer = await world.post("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert answer.status == 200
        assert len(answer.json["result"]["tools"]) == 3
        assert (await world.get("/mcp")).status == 405

    async def test_keys_can_be_kept_away_from_it(self, world: World) -> None:
        assert (await world.post("/mcp", {}, token="worthless")).status == 401
        assert (await world.post("/mcp", {}, token="sk-restricted")).status == 403
        assert world.auth.paths[-1] == "/mcp"
