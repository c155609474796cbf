"""Requests as clients send them, down to the message that a service gets, and the answer back."""

import json

import pytest
from fastapi import FastAPI
from google.api.httpbody_pb2 import HttpBody
from owui_chassis.errors import NotFound
from owui_gateway.transcoding.fields import ContractError
from owui_gateway.transcoding.ports import Access
from owui_gateway.transcoding.routes import register

JSON = {"content-type": "application/json"}


def problem(response, index=0):
    assert response.status_code == 422, response.text
    found = response.json()["detail"][index]
    assert set(found) == {"type", "loc", "msg", "input"}
    return found["loc"], found["type"]


class TestRequest:
    async def test_path_and_query_fill_the_message(self, playground):
        path = "/api/v1/documents/a%2Fb?page=3&archived=on&tag=x&tag=y&colour=COLOUR_RED&score=1.5&orderBy=z"
        await playground.client.get(path + "&filter=%7B%22a%22%3A+1%7D&unknown=1")
        request = playground.request
        assert (request.id, request.page, request.archived, request.order_by) == ("a/b", 3, True, "z")
        assert (list(request.tag), request.colour, request.score) == (["x", "y"], 1, 1.5)
        assert request.filter == b'{"a": 1}'

    async def test_what_the_query_does_not_say_stays_absent(self, playground):
        await playground.client.get("/api/v1/documents/1")
        assert [field.name for field, _ in playground.request.ListFields()] == ["id"]

    async def test_of_several_values_the_last_counts(self, playground):
        await playground.client.get("/api/v1/documents/1?page=1&page=2")
        assert playground.request.page == 2

    @pytest.mark.parametrize("text", ["true", "1", "on", "Yes", "T"])
    async def test_booleans_of_a_query_are_those_of_fastapi(self, playground, text):
        await playground.client.get(f"/api/v1/documents/1?archived={text}")
        assert playground.request.archived is True

    async def test_the_body_is_the_message_without_what_the_path_gives(self, playground):
        body = {"title": "T", "chat": {"b": 1, "a": [1.0]}, "folder_id": None, "unknown": 1}
        response = await playground.client.post("/api/v1/documents/", json=body)
        assert response.status_code == 201
        assert playground.request.title == "T"
        assert json.loads(playground.request.chat) == body["chat"]
        assert not playground.request.HasField("folder_id")

    async def test_the_body_fills_one_field_and_the_query_the_others(self, playground):
        await playground.client.post(
            "/api/v1/documents/7/update?notify=true", json={"small": 4, "maybe_text": ""}
        )
        request = playground.request
        assert (request.id, request.notify, request.form.small) == ("7", True, 4)
        assert request.form.HasField("maybe_text")

    async def test_a_list_may_be_the_whole_body(self, playground):
        await playground.client.put("/api/v1/documents/7/tags", json=["a", "b"])
        assert list(playground.request.tags) == ["a", "b"]

    async def test_a_raw_body_arrives_to_the_byte(self, playground):
        raw = b'{ "messages": [{"content": "\\u00e9\xc3\xa9", "n": 1.0}] , "n": 12345678901234567890123 }'
        await playground.client.post("/api/complete", content=raw, headers=JSON)
        assert playground.request.body == raw

    async def test_the_caller_travels_to_the_call_and_the_access_to_the_doorkeeper(self, playground):
        await playground.client.get("/api/v1/documents/1")
        assert playground.calls[-1][2] == "somebody"
        assert playground.accesses == [Access("user", "documents.read")]

    async def test_additional_bindings_reach_the_same_method(self, playground):
        await playground.client.get("/api/v1/documents/9/again")
        assert (playground.calls[-1][0], playground.request.id) == ("GetDocument", "9")


class TestMalformed:
    @pytest.mark.parametrize(
        ("query", "location", "kind"),
        [
            ("page=x", ["query", "page"], "int_parsing"),
            ("page=", ["query", "page"], "int_parsing"),
            ("page=1_0", ["query", "page"], "int_parsing"),
            ("page=9223372036854775808", ["query", "page"], "less_than_equal"),
            ("archived=maybe", ["query", "archived"], "bool_parsing"),
            ("score=nan", ["query", "score"], "float_parsing"),
            ("score=1e999", ["query", "score"], "finite_number"),
            ("colour=GREEN", ["query", "colour"], "enum"),
            ("colour=7", ["query", "colour"], "enum"),
            ("orderBy=%FF", ["query", "orderBy"], "unicode_invalid"),
            ("orderBy=%ED%A0%80", ["query", "orderBy"], "unicode_invalid"),
            ("orderBy=%00", ["query", "orderBy"], "string_nul"),
            ("filter=%7B", ["query", "filter"], "json_invalid"),
        ],
    )
    async def test_a_query_parameter_is_named(self, playground, query, location, kind):
        assert problem(await playground.client.get(f"/api/v1/documents/1?{query}")) == (location, kind)
        assert playground.calls == []

    async def test_bytes_in_the_path_that_are_no_utf8_are_refused(self, playground):
        assert problem(await playground.client.get("/api/v1/documents/%FF")) == (
            ["path", "id"],
            "unicode_invalid",
        )

    async def test_a_required_parameter_is_missed_by_name(self, playground):
        assert problem(await playground.client.get("/api/v1/documents/search")) == (
            ["query", "text"],
            "missing",
        )

    @pytest.mark.parametrize(
        ("body", "location", "kind"),
        [
            ({"name": 1}, ["body", "name"], "string_type"),
            ({"name": "a\x00"}, ["body", "name"], "string_nul"),
            ({"child": []}, ["body", "child"], "dict_type"),
            ({"children": {}}, ["body", "children"], "list_type"),
            ({"children": [{}, 1]}, ["body", "children", 1], "dict_type"),
            ({"children": [None]}, ["body", "children", 0], "dict_type"),
            ({"by_name": {"k": {"counts": [1, None]}}}, ["body", "by_name", "k", "counts", 1], "int_type"),
            ({"labels": {"k": 1}}, ["body", "labels", "k"], "string_type"),
            ({"numbers": {"x": 1}}, ["body", "numbers", "x"], "int_parsing"),
            ({"switches": {"maybe": 1}}, ["body", "switches", "maybe"], "bool_parsing"),
            ({"flags": [1]}, ["body", "flags", 0], "bool_type"),
            ({"flags": ["true"]}, ["body", "flags", 0], "bool_type"),
            ({"counts": [True]}, ["body", "counts", 0], "int_type"),
            ({"counts": [1.5]}, ["body", "counts", 0], "int_from_float"),
            ({"counts": ["1.5"]}, ["body", "counts", 0], "int_parsing"),
            ({"counts": [2**63]}, ["body", "counts", 0], "less_than_equal"),
            ({"counts": [-(2**63) - 1]}, ["body", "counts", 0], "int_parsing_size"),
            ({"counts": [1e18]}, ["body", "counts", 0], "int_parsing_size"),
            ({"colours": ["PINK"]}, ["body", "colours", 0], "enum"),
            (
                {"scalars": {"small_positive": -1}},
                ["body", "scalars", "small_positive"],
                "greater_than_equal",
            ),
            ({"scalars": {"small": 2**31}}, ["body", "scalars", "small"], "less_than_equal"),
            (
                {"scalars": {"large_positive": 2**64}},
                ["body", "scalars", "large_positive"],
                "int_parsing_size",
            ),
            ({"scalars": {"single": 1e39}}, ["body", "scalars", "single"], "finite_number"),
            ({"scalars": {"precise": "x"}}, ["body", "scalars", "precise"], "float_parsing"),
            ({"scalars": {"precise": []}}, ["body", "scalars", "precise"], "float_type"),
            ({"scalars": {"blob": "*"}}, ["body", "scalars", "blob"], "bytes_invalid_encoding"),
            ({"scalars": {"childrenIds": [1]}}, ["body", "scalars", "childrenIds", 0], "string_type"),
            ([], ["body"], "dict_type"),
            ("text", ["body"], "dict_type"),
        ],
    )
    async def test_a_member_is_named(self, playground, body, location, kind):
        response = await playground.client.post("/api/v1/tree", json=body)
        assert problem(response) == (location, kind)
        assert playground.calls == []

    async def test_every_wrong_member_is_named(self, playground):
        response = await playground.client.post("/api/v1/tree", json={"name": 1, "child": {"name": 2}})
        assert [each["loc"] for each in response.json()["detail"]] == [
            ["body", "name"],
            ["body", "child", "name"],
        ]

    async def test_missing_members_are_named(self, playground):
        response = await playground.client.post("/api/v1/documents/", json={})
        assert [problem(response, index) for index in (0, 1)] == [
            (["body", "title"], "missing"),
            (["body", "chat"], "missing"),
        ]
        assert problem(await playground.client.post("/api/v1/documents/"))[0] == ["body", "title"]

    async def test_null_is_no_value_for_a_required_member(self, playground):
        response = await playground.client.post("/api/v1/documents/", json={"title": None, "chat": {}})
        assert problem(response) == (["body", "title"], "null_forbidden")

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"{", "json_invalid"),
            (b'{"name": "a",}', "json_invalid"),
            (b'{"name": NaN}', "json_invalid"),
            (b'{"name": "\\ud800"}', "json_invalid"),
            (b'{"name": "\xff"}', "unicode_invalid"),
            (b'\xef\xbb\xbf{"name": "a"}', "json_invalid"),
            (b"[" * 500 + b"]" * 500, "json_too_deep"),
        ],
    )
    @pytest.mark.parametrize("path", ["/api/v1/tree", "/api/complete"])
    async def test_text_that_is_no_json_is_refused(self, playground, body, kind, path):
        location, found = problem(await playground.client.post(path, content=body, headers=JSON))
        assert (location[0], found) == ("body", kind)
        assert playground.calls == []

    @pytest.mark.parametrize("number", [b"1e400", b"9" * 400, b"-" + b"9" * 5000])
    @pytest.mark.parametrize("path", ["/api/v1/tree", "/api/complete"])
    async def test_numbers_beyond_a_double_are_refused(self, playground, number, path):
        response = await playground.client.post(path, content=b'{"counts": [' + number + b"]}", headers=JSON)
        assert problem(response) == (["body", 12], "json_invalid")

    @pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
    async def test_a_body_must_say_that_it_is_json(self, playground, content_type):
        headers = {"content-type": content_type} if content_type else {}
        response = await playground.client.post("/api/v1/tree", content=b"{}", headers=headers)
        assert problem(response) == (["body"], "content_type")

    async def test_json_with_a_suffix_or_charset_is_json(self, playground):
        for content_type in ("application/json; charset=utf-8", "application/scim+json"):
            headers = {"content-type": content_type}
            assert (await playground.client.post("/api/v1/tree", content=b"{}", headers=headers)).is_success

    async def test_a_long_wrong_value_is_not_repeated_in_full(self, playground):
        response = await playground.client.post("/api/v1/tree", json={"counts": ["x" * 100_000]})
        assert len(response.content) < 1000


class TestAnswer:
    async def test_absent_empty_and_present_are_written_as_the_contract_says(self, playground, message):
        playground.answers["EchoTree"] = message("EchoTreeResponse")(
            tree={
                "scalars": {
                    "maybe_text": "",
                    "maybe_small": 0,
                    "large": 2**63 - 1,
                    "colour": 2,
                    "blob": b"\xff",
                }
            }
        )
        tree = (await playground.client.post("/api/v1/tree", json={})).json()
        assert (tree["child"], tree["children"], tree["by_name"], tree["word"]) == (None, [], {}, None)
        scalars = tree["scalars"]
        assert (scalars["maybe_text"], scalars["maybe_small"], scalars["maybe_large"]) == ("", 0, None)
        assert (scalars["large"], scalars["colour"], scalars["blob"]) == (2**63 - 1, "COLOUR_BLUE", "/w==")
        assert scalars["childrenIds"] == []

    async def test_numbers_that_json_lacks_become_null(self, playground, message):
        scalars = {"precise": float("nan"), "single": float("inf"), "maybe_precise": float("-inf")}
        playground.answers["EchoTree"] = message("EchoTreeResponse")(tree={"scalars": scalars})
        written = (await playground.client.post("/api/v1/tree", json={})).json()["scalars"]
        assert (written["precise"], written["single"], written["maybe_precise"]) == (None, None, None)

    async def test_raw_json_is_spliced_in_or_left_out(self, playground, message):
        playground.answers["CreateDocument"] = message("CreateDocumentResponse")(document={"id": "1"})
        body = {"title": "T", "chat": {}}
        document = (await playground.client.post("/api/v1/documents/", json=body)).json()
        assert "chat" not in document
        assert document["meta"] is None
        playground.answers["CreateDocument"].document.chat = b'{"a":1.0}'
        assert b'"chat":{"a":1.0}' in (await playground.client.post("/api/v1/documents/", json=body)).content

    async def test_a_list_a_boolean_or_raw_json_may_be_the_whole_answer(self, playground, message):
        client = playground.client
        assert (await client.get("/api/v1/documents/search?text=x")).content == b"[]"
        assert (await client.delete("/api/v1/documents/1")).content == b"false"
        assert (await client.post("/api/complete", json={})).content == b"null"
        playground.answers["Complete"] = message("CompleteResponse")(body=b'{"x": 1}')
        assert (await client.post("/api/complete", json={})).content == b'{"x": 1}'

    async def test_bytes_pass_with_their_content_type(self, playground):
        playground.answers["DownloadDocument"] = HttpBody(content_type="image/png", data=b"\x89PNG")
        response = await playground.client.get("/api/v1/files/a/b/content")
        assert (response.content, response.headers["content-type"]) == (b"\x89PNG", "image/png")
        assert playground.request.path == "a/b"

    async def test_a_content_type_cannot_smuggle_a_header_in(self, playground):
        playground.answers["DownloadDocument"] = HttpBody(
            content_type="text/html\r\nSet-Cookie: a=b", data=b"x"
        )
        response = await playground.client.get("/api/v1/files/a/content")
        assert response.headers["content-type"] == "application/octet-stream"
        assert "set-cookie" not in response.headers

    async def test_errors_pass_up_with_the_statuses_of_the_method(self, playground):
        playground.answers["GetDocument"] = NotFound("gone")
        with pytest.raises(NotFound):
            await playground.client.get("/api/v1/documents/1")
        assert playground.scopes[-1]["owui.http_status"] == {"not_found": 401}
        assert playground.scopes[-1]["owui.route"] == "/api/v1/documents/{id}"


class TestDisconnect:
    async def test_a_client_that_leaves_in_mid_body_is_not_answered_and_nothing_is_called(self, playground):
        events = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
        sent = []

        async def receive():
            return events.pop(0)

        async def send(event):
            sent.append(event)

        scope = {"type": "http", "method": "POST", "path": "/api/v1/tree", "headers": [], "query_string": b""}
        await playground.app({**scope, "asgi": {"version": "3.0"}}, receive, send)
        assert sent == []
        assert playground.calls == []


class TestRouting:
    async def test_slashes_are_exact_and_nothing_redirects(self, playground):
        assert (await playground.client.get("/api/v1/documents/1/")).status_code == 404
        assert (await playground.client.post("/api/v1/documents", json={})).status_code == 404
        assert (await playground.client.post("/api/v1/tree/", json={})).status_code == 404

    async def test_another_verb_is_not_allowed(self, playground):
        response = await playground.client.post("/api/v1/documents/search", json={})
        assert (response.status_code, response.headers["allow"]) == (405, "DELETE, GET")

    async def test_a_later_catch_all_gets_what_no_route_wants(self, playground):
        @playground.app.get("/{path:path}")
        async def page(path: str) -> str:
            return path

        assert (await playground.client.get("/api/v1/tree")).json() == "api/v1/tree"
        assert (await playground.client.get("/api/v1/documents/search?text=x")).content == b"[]"

    async def test_headers_are_added_to_the_answers_of_one_method(self, playground, message):
        playground.answers["ReplaceTags"] = message("ReplaceTagsResponse")(tags=["a"])
        answer = await playground.client.put("/api/v1/documents/1/tags", json=["a"])
        assert answer.headers["set-cookie"] == "tags=1; HttpOnly"
        assert "set-cookie" not in (await playground.client.get("/api/v1/documents/1")).headers

    def test_headers_for_a_method_without_a_route_are_reported(self, contracts):
        async def never(*_: object) -> None:
            raise AssertionError

        with pytest.raises(ContractError, match=r"owui\.playground\.v1\.Nobody"):
            register(
                FastAPI(), contracts.services, never, never, {"owui.playground.v1.Nobody": lambda *_: []}
            )
