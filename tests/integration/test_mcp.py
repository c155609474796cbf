"""Another agent with an API key searches what its user may read, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

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


@asynccontextmanager
async def official(rest: Rest, token: str) -> AsyncIterator[Client]:
    """The client of the protocol's authors, as anybody would set it up."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        create_mcp_http_client(headers=headers) as http,
        Client(streamable_http_client(f"{rest.base_url}/mcp", http_client=http)) as client,
    ):
        yield client


class TestOfficialClient:
    async def test_agrees_with_the_server_and_uses_its_tools(self, ada: Person) -> None:
        hers = Library(ada.rest)
        base, text = await hers.base("Cellar"), f"{HERS}, says {ada.id}."
        file = await hers.read("cellar.txt", text.encode(), knowledge_id=base)
        async with official(ada.rest, await ada.api_key()) as client:
            assert client.protocol_version in {"2025-11-25", "2025-06-18", "2025-03-26"}
            assert "search_knowledge" in (client.instructions or "")
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"search_knowledge", "list_knowledge", "read_file"}
            asked = {"query": "What does the cellar hold?", "knowledge_ids": [base]}
            found = await client.call_tool("search_knowledge", asked)
            assert found.structured_content is not None
            assert found.structured_content["passages"][0]["text"] == text
            whole = await client.call_tool("read_file", {"file_id": file})
            assert whole.structured_content is not None
            assert whole.structured_content["text"] == text
            missing = await client.call_tool("read_file", {"file_id": "none"})
            assert missing.is_error
            with pytest.raises(MCPError):
                await client.call_tool("no_such_tool", {})

    async def test_gets_nowhere_with_a_worthless_key(self, ada: Person) -> None:
        with pytest.raises(Exception) as refusal:  # noqa: PT011 - the library wraps it in groups of its own
            async with official(ada.rest, "sk-worthless"):
                pass
        assert isinstance(_leaf(refusal.value), MCPError)


def _leaf(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
