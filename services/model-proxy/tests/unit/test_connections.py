"""Connections as the settings describe them."""

from typing import Any

import pytest
from owui_model_proxy.domain.addresses import host_of, is_safe_path, problem_of
from owui_model_proxy.domain.connections import (
    Connection,
    demo_connection,
    ollama_connections,
    openai_connections,
    storage_names,
    with_demo,
)
from owui_model_proxy.domain.provider_lists import ListError, read_list


def one(config: Any = None, key: str = "", url: str = "http://h/v1/", enabled: bool = True) -> Connection:
    return openai_connections(enabled, [url], [key], {"0": config} if config is not None else {})[0]


class TestOpenAIConnections:
    def test_pair_addresses_and_keys_and_leave_out_empty_addresses(self):
        made = openai_connections(True, ["http://a", "", "http://c"], ["ka"], {})
        assert [(each.index, each.url, each.key) for each in made] == [
            (0, "http://a", "ka"),
            (2, "http://c", ""),
        ]

    def test_read_a_configuration_by_index_or_by_address(self):
        made = openai_connections(
            True, ["http://a", "http://b"], [], {"http://a": {"prefix_id": "x"}, "1": {"prefix_id": "y"}}
        )
        assert [each.prefix for each in made] == ["x", "y"]

    @pytest.mark.parametrize(
        "config", [7, [], None, {"headers": 7, "model_ids": 7, "tags": 7, "prefix_id": None}]
    )
    def test_take_odd_configurations_as_none(self, config):
        assert one(config).usable
        assert one(config).model_ids == ()

    @pytest.mark.parametrize(
        "config",
        [
            {"enable": False},
            {"auth_type": "session"},
            {"azure": True},
            {"headers": {"A\nB": "x"}},
            {"headers": {"X": "a\r\nEvil: 1"}},
            {"headers": {"Host": "x"}},
        ],
    )
    def test_are_not_used_when_they_are_off_or_cannot_work(self, config):
        assert not one(config).usable

    def test_are_not_used_with_a_key_that_would_break_the_request(self):
        assert not one(key="sk\r\nEvil: 1").usable

    def test_are_not_used_when_all_are_switched_off(self):
        assert not one(enabled=False).usable

    @pytest.mark.parametrize(
        ("key", "config", "usable"),
        [("", {}, False), ("sk", {}, True), ("", {"headers": {"Authorization": "x"}}, True)],
    )
    def test_openai_s_own_needs_a_key(self, key, config, usable):
        assert one(config, key, "https://api.openai.com/v1").usable is usable

    def test_never_show_keys(self):
        shown = repr(one({"headers": {"X-Secret": "hid"}}, "sk-precious"))
        assert "sk-precious" not in shown
        assert "hid" not in shown

    def test_send_the_key_unless_told_otherwise(self):
        assert one({}, "k").request_headers() == {"Authorization": "Bearer k"}
        assert one({"auth_type": "none"}, "k").request_headers() == {}
        assert one({"headers": {"Authorization": "Own"}}, "k").request_headers() == {"Authorization": "Own"}


class TestOllamaConnections:
    def test_are_local_and_have_their_key_in_the_configuration(self):
        (made,) = ollama_connections(
            True, ["http://h:11434"], {"0": {"key": "k", "tags": ["a", {"name": "b"}, 7]}}
        )
        assert (made.connection_type, made.key, made.tags) == ("local", "k", ("a", "b"))


class TestDemo:
    demo = demo_connection("http://127.0.0.1:1/v1", "", "tiny", "Tiny")

    def test_is_there_only_while_nothing_else_is(self):
        assert with_demo([one({"enable": False})], self.demo)[-1].is_demo
        assert with_demo([], self.demo) == (self.demo,)
        assert self.demo not in with_demo([one()], self.demo)
        assert with_demo([], None) == ()

    def test_is_none_without_address_or_identifier(self):
        assert demo_connection("", "", "tiny", "Tiny") is None
        assert demo_connection("http://h", "", "", "Tiny") is None


class TestStorageNames:
    def test_differ_for_two_keys_of_one_address_and_hold_no_key(self):
        names = storage_names(openai_connections(True, ["http://a", "http://a"], ["sk-1", "sk-2"], {}))
        assert list(names) == ["openai http://a", "openai http://a #2"]


class TestAddresses:
    @pytest.mark.parametrize("url", ["http://h", "https://h:8443/v1", "http://[::1]:11434", " http://h "])
    def test_that_can_be_used_have_no_problem(self, url):
        assert problem_of(url) == ""

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "h",
            "ftp://h",
            "http://",
            "http://u:p@h",
            "http://h?x=1",
            "http://h#x",
            "http://h:x",
            "http://[::1",
        ],
    )
    def test_that_cannot_be_used_have_a_sentence(self, url):
        assert problem_of(url).endswith(".")

    def test_are_named_without_secrets(self):
        assert host_of("http://user:pw@h:8080/x?key=1") == "h:8080"
        assert host_of("http://[") == ""

    @pytest.mark.parametrize("path", ["models", "a/b.c", "files/a%20b", ""])
    def test_paths_below_are_safe(self, path):
        assert is_safe_path(path)

    @pytest.mark.parametrize(
        "path", ["..", "a/../b", "%2e%2e", "%252e%252e/a", "/a", "a\\..", "a\x00", "a?b", "."]
    )
    def test_paths_that_leave_are_not(self, path):
        assert not is_safe_path(path)


class TestLists:
    def test_openai_s_own_list_is_cut_to_models_for_conversations(self):
        body = (
            b'{"data":[{"id":"gpt-5"},{"id":"text-embedding-3"},{"id":"whisper-1"},{"id":"gpt-4o-mini-tts"}]}'
        )
        models = read_list(one(key="k", url="https://api.openai.com/v1"), body)
        assert [model.upstream_id for model in models] == ["gpt-5"]
        assert len(read_list(one(), body)) == 4

    def test_bare_lists_and_odd_entries_are_read(self):
        models = read_list(one(), b'[{"id":"a","name":"A","created":"x"},{"name":"b"},7,{"id":null}]')
        assert [(model.upstream_id, model.name, model.created) for model in models] == [
            ("a", "A", 0),
            ("b", "b", 0),
        ]

    def test_ollama_s_are_filtered_by_the_configured_identifiers(self):
        (connection,) = ollama_connections(True, ["http://h"], {"0": {"model_ids": ["b"]}})
        models = read_list(connection, b'{"models":[{"model":"a"},{"model":"b","modified_at":"nonsense"}]}')
        assert [(model.upstream_id, model.created) for model in models] == [("b", 0)]

    @pytest.mark.parametrize("body", [b"", b"<html>", b"7", b'{"data":{}}', b'{"models":[]}'])
    def test_other_answers_are_no_lists(self, body):
        with pytest.raises(ListError):
            read_list(one(), body)
