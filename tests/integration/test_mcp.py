"""Another agent with an API key searches what its user may read, and nothing else."""

from typing import Any

from .clients.library import Library, readers
from .clients.people import Person
from .clients.rest import Rest

HERS, LENT, HIS = (
    "The cellar of Ada holds cider",
    "The attic of Ada holds lanterns",
    "The shed of Bob holds ladders",
)


async def speak(rest: Rest, method: str, parameters: dict[str, Any], **headers: str) -> Any:
    """Send a request of the protocol; return its result."""
    body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": parameters}
    accept = {"Accept": "application/json, text/event-stream", **headers}
    answer = await rest.post("/mcp", body, headers=accept)
    assert answer.status == 200, answer
    assert (answer.json["jsonrpc"], answer.json["id"]) == ("2.0", 7)
    return answer.json["result"]


async def use(rest: Rest, tool: str, **arguments: Any) -> Any:
    """Call a tool; return what it says."""
    return await speak(rest, "tools/call", {"name": tool, "arguments": arguments})


class TestAgent:
    async def test_finds_the_passages_that_its_user_may_read_and_no_others(
        self, ada: Person, bob: Person
    ) -> None:
        hers, his = Library(ada.rest), Library(bob.rest)
        texts = {
            name: f"{text}, {ada.id} and {bob.id}."
            for name, text in zip("abc", (HERS, LENT, HIS), strict=True)
        }
        private, lent = await hers.base("Private"), await hers.base("Lent", readers(bob.id))
        own = await his.base("Own")
        secret = await hers.read("a.txt", texts["a"].encode(), knowledge_id=private)
        shared = await hers.read("b.txt", texts["b"].encode(), knowledge_id=lent)
        await his.read("c.txt", texts["c"].encode(), knowledge_id=own)
        agent = bob.rest.with_token(await bob.api_key())

        opened = await speak(agent, "initialize", {"protocolVersion": "2025-06-18", "capabilities": {}})
        assert opened["protocolVersion"] == "2025-06-18"
        noted = await agent.post("/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"})
        assert (noted.status, noted.body) == (202, b"")
        tools = (await speak(agent, "tools/list", {}))["tools"]
        assert {tool["name"] for tool in tools} == {"search_knowledge", "list_knowledge", "read_file"}

        bases = (await use(agent, "list_knowledge"))["structuredContent"]["knowledge"]
        assert {base["id"] for base in bases} == {lent, own}
        found = await use(agent, "search_knowledge", query="What is in the attic?", knowledge_ids=[lent])
        [passage] = found["structuredContent"]["passages"]
        assert (passage["text"], passage["file_id"], passage["name"]) == (texts["b"], shared, "b.txt")
        assert "b.txt" in found["content"][0]["text"]
        everywhere = await use(agent, "search_knowledge", query="What do cellar, attic and shed hold?", k=50)
        assert {one["text"] for one in everywhere["structuredContent"]["passages"]} == {
            texts["b"],
            texts["c"],
        }
        for named in ([private], [private, lent], [f"file-{secret}"], [secret]):
            answer = await use(agent, "search_knowledge", query="What is in the cellar?", knowledge_ids=named)
            assert "cider" not in str(answer), named
        assert (await use(agent, "read_file", file_id=shared))["structuredContent"]["text"] == texts["b"]
        refused = await use(agent, "read_file", file_id=secret)
        assert refused["isError"] is True
        assert "cider" not in str(refused)

    async def test_without_a_credential_is_refused(self, ada: Person) -> None:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        for token in ("", "sk-worthless", "rubbish"):
            assert (await ada.rest.with_token(token).post("/mcp", body)).status == 401

    async def test_a_session_is_of_use_to_its_own_user_only(self, ada: Person, bob: Person) -> None:
        body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}
        session = (await ada.rest.post("/mcp", body)).headers["Mcp-Session-Id"]
        listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
        headers = {"Mcp-Session-Id": session}
        assert (await ada.rest.post("/mcp", listing, headers=headers)).status == 200
        assert (await bob.rest.post("/mcp", listing, headers=headers)).status == 404
