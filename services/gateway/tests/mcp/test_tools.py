"""What agents get from the tools, and what they do not."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from owui_chassis.errors import Unavailable


class TestList:
    async def test_tools_describe_themselves(self, agent: Any) -> None:
        tools = {tool["name"]: tool for tool in (await agent.ask("tools/list"))["tools"]}
        assert set(tools) == {"search_knowledge", "list_knowledge", "read_file"}
        for tool in tools.values():
            assert tool["description"]
            assert tool["annotations"]["readOnlyHint"] is True
            for schema in (tool["inputSchema"], tool["outputSchema"]):
                Draft202012Validator.check_schema(schema)
                assert schema["type"] == "object"
        assert tools["search_knowledge"]["inputSchema"]["required"] == ["query"]
        assert set(tools["read_file"]["inputSchema"]["properties"]) == {"file_id", "start", "length"}

    @pytest.mark.parametrize(
        ("tool", "arguments"),
        [("search_knowledge", {"query": "q"}), ("list_knowledge", {}), ("read_file", {"file_id": "f1"})],
    )
    async def test_results_fit_their_schema(self, agent: Any, tool: str, arguments: Any) -> None:
        tools = {entry["name"]: entry for entry in (await agent.ask("tools/list"))["tools"]}
        result = await agent.call(tool, **arguments)
        Draft202012Validator(tools[tool]["outputSchema"]).validate(result["structuredContent"])


class TestSearchKnowledge:
    async def test_all_readable_bases_are_searched_in_the_name_of_the_caller(self, agent: Any) -> None:
        result = await agent.call("search_knowledge", query="Do whales sing?")
        ((caller, request),) = agent.rag.retrieved
        assert caller == "ada"
        assert list(request.queries) == ["Do whales sing?"]
        assert list(request.knowledge_ids) == ["a1", "a2"]
        assert not request.HasField("k")
        assert result["isError"] is False
        text = result["content"][0]["text"]
        assert text.startswith(
            "[1] whales.pdf; page 3; Sea > Whales; file f1, characters 10-22\nWhales sing.\n\n[2] notes.txt"
        )
        first, second = result["structuredContent"]["passages"]
        assert first == {
            "file_id": "f1", "name": "whales.pdf", "knowledge_id": "a1", "page": 3, "start": 10, "end": 22,
            "headings": ["Sea", "Whales"], "text": "Whales sing.", "score": 0.75, "source": "https://x.example/",
        }  # fmt: skip
        assert second["page"] is None
        assert result["structuredContent"]["shortened"] is True

    async def test_named_bases_are_passed_on_with_the_number(self, agent: Any) -> None:
        await agent.call("search_knowledge", query="q", knowledge_ids=["b9"], k=4)
        ((_, request),) = agent.rag.retrieved
        assert list(request.knowledge_ids) == ["b9"]
        assert request.k == 4
        assert agent.rag.pages == []

    async def test_who_may_read_nothing_finds_nothing(self, agent: Any) -> None:
        for more in ({}, {"knowledge_ids": []}):
            result = await agent.call("search_knowledge", "sk-bob", query="q", **more)
            assert result["structuredContent"]["passages"] == []
        assert agent.rag.retrieved == []

    async def test_bases_beyond_the_first_page_are_searched(self, agent: Any) -> None:
        agent.rag.bases["ada"] = [f"b{n}" for n in range(65)]
        await agent.call("search_knowledge", query="q")
        assert len(agent.rag.retrieved[0][1].knowledge_ids) == 65
        assert agent.rag.pages == [1, 2, 3]

    async def test_the_number_of_bases_is_bounded(self, agent: Any) -> None:
        agent.rag.bases["ada"] = [f"b{n}" for n in range(1000)]
        result = await agent.call("list_knowledge")
        assert len(result["structuredContent"]["knowledge"]) == 300
        assert result["structuredContent"]["total"] == 1000
        assert len(agent.rag.pages) == 10


class TestListKnowledge:
    async def test_each_caller_sees_his_own(self, agent: Any) -> None:
        result = await agent.call("list_knowledge")
        assert result["content"][0]["text"].splitlines()[0] == "a1: Base a1 – About it"
        assert [base["id"] for base in result["structuredContent"]["knowledge"]] == ["a1", "a2"]
        nobody = await agent.call("list_knowledge", "sk-bob")
        assert nobody["structuredContent"] == {"knowledge": [], "total": 0}


class TestReadFile:
    @pytest.mark.parametrize(
        ("arguments", "text", "span"),
        [
            ({}, "0123456789äöü🐋", (0, 14)),
            ({"start": 9, "length": 3}, "9äö", (9, 12)),
            ({"start": 13, "length": 100}, "🐋", (13, 14)),
            ({"start": 99}, "", (14, 14)),
        ],
    )
    async def test_positions_count_characters(
        self, agent: Any, arguments: Any, text: str, span: tuple[int, int]
    ) -> None:
        data = (await agent.call("read_file", file_id="f1", **arguments))["structuredContent"]
        assert (data["text"], data["start"], data["end"], data["total"]) == (text, *span, 14)

    async def test_a_file_of_others_does_not_exist(self, agent: Any) -> None:
        result = await agent.call("read_file", "sk-bob", file_id="f1")
        assert result == {"content": [{"type": "text", "text": "There is no such file."}], "isError": True}


class TestErrors:
    @pytest.mark.parametrize(
        ("tool", "arguments"),
        [
            ("search_knowledge", {}),
            ("search_knowledge", {"query": ""}),
            ("search_knowledge", {"query": 7}),
            ("search_knowledge", {"query": "q", "k": 0}),
            ("search_knowledge", {"query": "q", "k": 51}),
            ("search_knowledge", {"query": "q", "knowledge_ids": "a1"}),
            ("search_knowledge", {"query": "q", "surprise": 1}),
            ("list_knowledge", {"page": 2}),
            ("read_file", {"file_id": "f1", "start": -1}),
            ("read_file", {"file_id": "f1", "length": 100_001}),
        ],
    )
    async def test_wrong_arguments_are_told_to_the_agent(self, agent: Any, tool: str, arguments: Any) -> None:
        result = await agent.call(tool, **arguments)
        assert result["isError"] is True
        assert "arguments do not fit" in result["content"][0]["text"]
        assert agent.rag.retrieved == []

    @pytest.mark.parametrize("arguments", [7, "x", [1]])
    async def test_arguments_of_another_kind_are_told_too(self, agent: Any, arguments: Any) -> None:
        result = await agent.ask("tools/call", name="list_knowledge", arguments=arguments)
        assert result["isError"] is True

    @pytest.mark.parametrize("name", ["drop_table", "", None, 7])
    async def test_an_unknown_tool_is_an_error_of_the_protocol(self, agent: Any, name: Any) -> None:
        assert (await agent.ask("tools/call", name=name))["code"] == -32602

    @pytest.mark.parametrize("tool", ["search_knowledge", "list_knowledge"])
    async def test_a_service_that_is_away_is_told(self, agent: Any, tool: str) -> None:
        agent.rag.failure = Unavailable("The index is being built.")
        result = await agent.call(tool, **({"query": "q"} if tool == "search_knowledge" else {}))
        assert result["isError"] is True
        assert result["content"][0]["text"] == "The index is being built."

    async def test_a_bug_shows_nothing_of_itself(self, agent: Any) -> None:
        agent.rag.failure = ZeroDivisionError("a detail that is nobody's business")
        result = await agent.call("list_knowledge")
        assert "nobody's business" not in str(result)
