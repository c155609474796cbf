"""Contracts that cannot be served are refused at start, by name; the installed ones can be."""

import pytest
from fastapi import FastAPI
from owui_gateway.transcoding.bindings import bindings_of
from owui_gateway.transcoding.descriptors import load_contracts
from owui_gateway.transcoding.fields import ContractError
from owui_gateway.transcoding.routes import TranscodedRoutes, register

HEAD = """syntax = "proto3";
package owui.{package}.v1;
import "google/api/annotations.proto";
import "google/protobuf/struct.proto";
import "owui/options/v1/options.proto";
message Inner {{ string text = 1; }}
message Request {{ string id = 1; Inner inner = 2; repeated string names = 3; {extra} }}
message Response {{ string id = 1; }}
service BadService {{ {rpc} }}
"""
ACCESS = "option (owui.options.v1.access) = {role: ROLE_USER};"


def rpc(http: str, access: str = ACCESS, answer: str = "Response") -> str:
    return f"rpc Do(Request) returns ({answer}) {{ option (google.api.http) = {{{http}}}; {access} }}"


class TestRefused:
    @pytest.mark.parametrize(
        ("extra", "method", "sentence"),
        [
            ("", rpc('post: "/a" body: "*"', access=""), "Do has a REST route but no role"),
            ("", rpc('post: "/a" body: "*"', answer="stream Response"), "Do streams"),
            ("", rpc('get: "/a/{missing}"'), "needs a field missing"),
            ("", rpc('get: "/a/{inner}" body: "names"'), "needs a field inner"),
            ("", rpc('get: "/a/{names}" body: "inner"'), "needs a field names"),
            ("", rpc('post: "/a" body: "nothing"'), "unknown field nothing"),
            ("", rpc('post: "/a" body: "*" response_body: "nothing"'), "unknown field nothing"),
            ("", rpc('get: "/a"'), "Request.inner cannot travel in a query"),
            ("", rpc('body: "*"'), "without a path"),
            (
                "google.protobuf.Struct s = 9;",
                rpc('post: "/a" body: "*"'),
                "Request.s is a google.protobuf.Struct",
            ),
            (
                "string s = 9 [(owui.options.v1.json) = true];",
                rpc('post: "/a" body: "*"'),
                "not of type bytes",
            ),
            (
                'message Deep { bytes a = 1; string b = 2 [(owui.options.v1.wire_name) = "a"]; } Deep d = 9;',
                rpc('post: "/a" body: "*"'),
                "Deep.b has the same name",
            ),
            ('string s = 9 [(owui.options.v1.wire_name) = "id"];', rpc('post: "/a" body: "*"'), "same name"),
        ],
    )
    def test_the_method_or_field_is_named(self, load, request, extra, method, sentence):
        package = f"bad_{abs(hash(request.node.name))}"
        contracts = load(HEAD.format(package=package, extra=extra, rpc=method))
        with pytest.raises(ContractError, match=sentence):
            bindings_of(contracts.services)

    def test_two_methods_with_one_path_are_both_named(self, load):
        other = rpc('get: "/same/{id}" body: "inner"') + rpc('get: "/same/{id}" body: "*"').replace(
            "Do", "Other"
        )
        contracts = load(HEAD.format(package="bad_twice", extra="", rpc=other))

        async def never(*_: object) -> None:
            raise AssertionError

        with pytest.raises(ContractError, match=r"BadService\.Other.*BadService\.Do"):
            register(FastAPI(), contracts.services, never, never)


class TestInstalled:
    def test_all_installed_contracts_can_be_served(self):
        contracts = load_contracts()
        assert {service.full_name.split(".")[0] for service in contracts.services} <= {"owui"}
        routes = TranscodedRoutes()
        bindings_of(contracts.services)
        assert routes.matches({"type": "websocket"})[0].value == 0


class TestComments:
    def test_comments_are_found_by_full_name(self, contracts):
        prefix = "owui.playground.v1."
        assert (
            contracts.comment(prefix + "PlaygroundService") == "Keeps documents and repeats what it is told."
        )
        assert contracts.comment(prefix + "PlaygroundService.EchoTree") == "Repeats a tree."
        assert contracts.comment(prefix + "Document.chat") == "What the document holds."
        assert contracts.comment(prefix + "Colour") == "Colours of things."
        assert contracts.comment(prefix + "COLOUR_RED") == "Like blood."
        assert contracts.comment(prefix + "Document.id") == ""
