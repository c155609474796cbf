"""Path templates: which route a path means, whatever the order in which routes were declared."""

import random

import pytest
from owui_gateway.transcoding.fields import ContractError
from owui_gateway.transcoding.paths import RouteTable, Template, segments_of


def table(*paths: str) -> RouteTable:
    routes: RouteTable = RouteTable()
    for path in paths:
        assert routes.add("GET", Template.parse(path, "test"), path) is None
    return routes


class TestPrecedence:
    PATHS = (
        "/chats/{id}",
        "/chats/all",
        "/chats/all/tags",
        "/chats/{id}/tags",
        "/chats/{id}/{part}",
        "/chats/{path=**}",
        "/chats/",
        "/chats",
        "/files/{path=**}/content",
    )

    @pytest.mark.parametrize("seed", range(6))
    @pytest.mark.parametrize(
        ("path", "template", "captures"),
        [
            ("/chats/all", "/chats/all", ()),
            ("/chats/al", "/chats/{id}", ("al",)),
            ("/chats/all/tags", "/chats/all/tags", ()),
            ("/chats/7/tags", "/chats/{id}/tags", ("7",)),
            ("/chats/all/x", "/chats/{id}/{part}", ("all", "x")),
            ("/chats/7/a/b", "/chats/{path=**}", ("7/a/b",)),
            ("/chats/", "/chats/", ()),
            ("/chats", "/chats", ()),
            ("/files/a/b/content", "/files/{path=**}/content", ("a/b",)),
            ("/files/content/content", "/files/{path=**}/content", ("content",)),
        ],
    )
    def test_the_most_literal_route_wins_in_any_order(self, path, template, captures, seed):
        paths = list(self.PATHS)
        random.Random(seed).shuffle(paths)
        assert table(*paths).find("GET", segments_of(path)) == (template, captures)

    def test_a_literal_of_another_verb_does_not_hide_the_parameter(self):
        routes = table("/chats/{id}")
        routes.add("POST", Template.parse("/chats/new", "test"), "new")
        assert routes.find("GET", ["chats", "new"]) == ("/chats/{id}", ("new",))
        assert routes.find("POST", ["chats", "new"]) == ("new", ())
        assert routes.verbs(["chats", "new"]) == {"GET", "POST"}
        assert routes.find("DELETE", ["chats", "new"]) is None

    def test_a_parameter_is_never_empty_but_many_segments_may_be(self):
        assert table("/chats/{id}").find("GET", segments_of("/chats/")) is None
        assert table("/openai/{path=**}").find("GET", segments_of("/openai/")) == ("/openai/{path=**}", ("",))
        assert table("/openai/{path=**}").find("GET", segments_of("/openai")) is None

    def test_the_same_verb_and_shape_is_reported(self):
        assert (
            table("/chats/{id}").add("GET", Template.parse("/chats/{chat_id}", "test"), "x") == "/chats/{id}"
        )


class TestDecoding:
    @pytest.mark.parametrize(
        ("path", "captured"),
        [
            ("/chats/a%2Fb", "a/b"),
            ("/chats/%E2%9C%93", "✓"),
            ("/chats/a+b%20c", "a+b c"),
            ("/chats/%252F", "%2F"),
            ("/chats/100%", "100%"),
            ("/chats/%F0%9F%98%80", "😀"),
        ],
    )
    def test_segments_are_decoded_after_they_are_split(self, path, captured):
        assert table("/chats/{id}").find("GET", segments_of(path)) == ("/chats/{id}", (captured,))

    def test_encoded_letters_still_name_the_literal(self):
        assert table("/chats/all").find("GET", segments_of("/ch%61ts/all")) == ("/chats/all", ())


class TestTemplates:
    @pytest.mark.parametrize(
        "path",
        ["chats", "/chats/{id", "/chats/{id=x/*}", "/a/{id}/{id}", "/a/x{id}", "/{a=**}/{b=**}", "/a/*"],
    )
    def test_what_is_not_supported_is_refused_at_start(self, path):
        with pytest.raises(ContractError, match=r"service\.Method"):
            Template.parse(path, "service.Method")

    def test_openapi_names_the_fields_only(self):
        assert Template.parse("/a/{id}/{rest=**}", "test").openapi == "/a/{id}/{rest}"
