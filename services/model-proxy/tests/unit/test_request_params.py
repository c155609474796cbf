"""What rows and parameters do to the body of a request."""

from datetime import UTC, datetime

import orjson
import pytest
from owui_model_proxy.domain.request_params import (
    fill_variables,
    flatten_params,
    row_params,
    strip_ours,
    suit_openai,
    with_system_prompt,
)

NOW = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)


class TestStripOurs:
    def test_removes_our_fields_and_tells_what_is_still_needed(self):
        body = {"model": "m", "chat_id": "c", "params": {"a": 1}, "variables": 7, "user": "kept"}
        assert strip_ours(body) == {"params": {"a": 1}}
        assert body == {"model": "m", "user": "kept"}


class TestFlattenParams:
    def test_leaves_out_ours_and_null_and_parses_custom_ones(self):
        params = {
            "temperature": 0,
            "top_p": None,
            "function_calling": "native",
            "stream_response": True,
            "system": "x",
            "stream_delta_chunk_size": 5,
            "reasoning_tags": [],
            "custom_params": {"a": "[1]", "b": "x", "c": 2},
        }
        assert flatten_params(params) == {"temperature": 0, "a": [1], "b": "x", "c": 2}


class TestRowParams:
    def test_takes_what_providers_know(self):
        params = {
            "temperature": 1,
            "num_ctx": 5,
            "unknown": 1,
            "seed": None,
            "custom_params": {"unknown": "2"},
        }
        assert row_params(params) == {"temperature": 1, "unknown": 2}
        assert row_params(params, frozenset({"num_ctx"})) == {"temperature": 1, "num_ctx": 5, "unknown": 2}

    def test_reads_line_breaks_and_biases_as_people_type_them(self):
        fields = row_params({"stop": ["\\n", "ü", 7], "logit_bias": "5:200, 6:-7, x"})
        assert fields == {"stop": ["\n", "ü"], "logit_bias": {"5": 100, "6": -7}}


class TestSystemPrompt:
    @pytest.mark.parametrize(
        ("messages", "first"),
        [
            ([], {"role": "system", "content": "P"}),
            ([{"role": "user", "content": "u"}], {"role": "system", "content": "P"}),
            ([{"role": "system", "content": "own"}], {"role": "system", "content": "P\nown"}),
            ([{"role": "developer", "content": ""}], {"role": "developer", "content": "P"}),
            (
                [{"role": "system", "content": [{"type": "text", "text": "own"}]}],
                {
                    "role": "system",
                    "content": [{"type": "text", "text": "P"}, {"type": "text", "text": "own"}],
                },
            ),
            ([7], {"role": "system", "content": "P"}),
        ],
    )
    def test_stands_before_the_request_s_own(self, messages, first):
        before = orjson.dumps(messages)
        assert with_system_prompt(messages, "P")[0] == first
        assert orjson.dumps(messages) == before

    def test_has_its_variables_filled_in(self):
        prompt = "{{USER_NAME}} {{CURRENT_DATE}} {{CURRENT_WEEKDAY}} {{OWN}} {{UNKNOWN}} {{ x }}"
        filled = fill_variables(prompt, {"{{OWN}}": "{{USER_NAME}}"}, "Ada", "a@b", NOW)
        assert filled == "Ada 2026-11-23 Monday {{USER_NAME}} {{UNKNOWN}} {{ x }}"


class TestSuitOpenAI:
    def test_asks_reasoning_models_for_completion_tokens(self):
        body = {"max_tokens": 5, "stream": True, "stream_options": {}}
        suit_openai(body, "openai/o3-mini")
        assert body == {"max_completion_tokens": 5, "stream": True, "stream_options": {}}
        both = {"max_tokens": 5, "max_completion_tokens": 6}
        suit_openai(both, "gpt-5")
        assert both == {"max_completion_tokens": 6}

    def test_leaves_other_models_alone_and_drops_stream_options_of_plain_requests(self):
        body = {"max_tokens": 5, "stream_options": {"include_usage": True}}
        suit_openai(body, "gpt-4o")
        assert body == {"max_tokens": 5}
