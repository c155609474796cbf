"""Each search engine in the form its vendor documents, and what happens when it answers something else."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from owui_chassis.errors import Exhausted, Invalid, Unavailable
from owui_rag.adapters.web.engines.sougou import signed_headers
from owui_rag.adapters.web.search import ENGINES, WebSearch, engine_of
from owui_rag.adapters.web.vendors import VendorHttp
from owui_rag.domain.web_pages import WebResult
from owui_rag.settings_of.web import WebSettings

from .engine_cases import BY_NAME, CASES, FOUND, KEY, QUERY, Case, entries

GARBAGE = ["", "{", "null", "7", '"text"', "<html>", '{"error": ["x"]}', "[" * 100_000, "\x00\xff"]


@pytest.fixture
async def http(everywhere: Any) -> AsyncIterator[VendorHttp]:
    """Requests that all end at the one server."""
    async with VendorHttp(WebSettings(), everywhere, tls=False) as opened:
        yield opened


def search_with(case: Case, http: VendorHttp, **values: Any) -> WebSearch:
    return WebSearch(WebSettings(web_search_engine=case.engine, **{**case.settings, **values}), http)


async def outcome(search: WebSearch) -> list[WebResult] | Unavailable:
    """Return what comes of a search: results, or the error."""
    try:
        return await search.search(QUERY, 2)
    except Unavailable as error:
        return error


def answering(site: Any, case: Case, status: int = 200, body: str | None = None) -> None:
    """Let the engine answer."""
    text = case.answer if isinstance(case.answer, str) else json.dumps(case.answer)

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=text if body is None else body, headers={"Retry-After": "9"})

    site.answers[case.place.partition(" ")[2].replace(":8090", "")] = answer


class TestEngines:
    def test_every_engine_has_a_case(self) -> None:
        assert {case.engine for case in CASES} == set(ENGINES)

    @pytest.mark.parametrize("case", BY_NAME)
    async def test_it_is_asked_as_documented_and_understood(
        self, http: VendorHttp, secure: Any, case: Case
    ) -> None:
        answering(secure, case)
        assert await search_with(case, http).search(QUERY, case.count) == FOUND
        (request,) = secure.requests
        assert f"{request.method} {request.host}{request.path}" == case.place
        for name, value in case.query.items():
            assert request.query[name] == value
        for name, value in case.headers.items():
            assert request.headers[name] == value
        if case.engine == "duckduckgo":
            assert parse_qs(secure.bodies[0].decode())["q"] == [QUERY]
        elif case.body is not None:
            assert json.loads(secure.bodies[0]) == case.body
            assert request.headers["Content-Type"] == "application/json"

    @pytest.mark.parametrize("case", BY_NAME)
    async def test_nothing_found_is_no_error(self, http: VendorHttp, secure: Any, case: Case) -> None:
        nothing = '<div class="no-results">' if case.engine == "duckduckgo" else "{}"
        answering(secure, case, body="[]" if case.engine == "external" else nothing)
        assert await search_with(case, http).search(QUERY, 2) == []

    @pytest.mark.parametrize("case", BY_NAME)
    @pytest.mark.parametrize("body", GARBAGE)
    async def test_garbage_is_an_error_that_names_the_engine(
        self, http: VendorHttp, secure: Any, case: Case, body: str
    ) -> None:
        answering(secure, case, body=body)
        vendor = engine_of(case.engine).VENDOR.name
        got = await outcome(search_with(case, http))
        if isinstance(got, Unavailable):
            assert vendor in got.message
            assert got.reason == "web_garbage"
        else:
            assert got == []
            assert body == '{"error": ["x"]}'

    @pytest.mark.parametrize("case", BY_NAME)
    @pytest.mark.parametrize("wrong", [7, "text", [], [None, 7, "x", [], {}, {"url": 7}], {"x": "y"}, None])
    async def test_wrong_types_inside_are_no_crash(
        self, http: VendorHttp, secure: Any, case: Case, wrong: Any
    ) -> None:
        if isinstance(case.answer, str):
            return
        for broken in broken_ones(case.answer, wrong):
            answering(secure, case, body=json.dumps(broken))
            got = await outcome(search_with(case, http))
            if isinstance(got, Unavailable):
                assert got.reason in {"web_garbage", "web_key_refused"}
            else:
                assert all(isinstance(entry, WebResult) for entry in got)

    @pytest.mark.parametrize("case", BY_NAME)
    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            (401, "web_key_refused"),
            (403, "web_key_refused"),
            (402, "web_no_credit"),
            (429, "web_rate_limited"),
            (500, "web_unavailable"),
            (503, "web_unavailable"),
            (400, "web_refused"),
            (302, "web_refused"),
        ],
    )
    async def test_a_status_becomes_an_error_with_a_remedy(
        self, http: VendorHttp, secure: Any, case: Case, status: int, reason: str
    ) -> None:
        answering(secure, case, status, body=f"your key {KEY} is wrong")
        with pytest.raises(Exhausted if status in {402, 429} else Unavailable) as raised:
            await search_with(case, http).search(QUERY, 2)
        vendor = engine_of(case.engine).VENDOR
        assert vendor.name in raised.value.message
        assert raised.value.reason == reason
        assert KEY not in raised.value.message + repr(raised.value)
        if status == 401:
            assert vendor.hint or all(name.upper() in raised.value.message for name in vendor.settings)
        assert raised.value.retry_after == (9.0 if status == 429 else None)

    @pytest.mark.parametrize("case", BY_NAME)
    @pytest.mark.parametrize("status", [200, 401, 500])
    async def test_no_key_is_logged(
        self, http: VendorHttp, secure: Any, case: Case, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        answering(secure, case, status)
        await asyncio.gather(search_with(case, http).search_all([QUERY], 2), return_exceptions=True)
        assert KEY not in caplog.text

    @pytest.mark.parametrize("case", BY_NAME)
    async def test_an_engine_that_is_away_is_named_and_the_key_is_not(
        self, everywhere: Any, case: Case
    ) -> None:
        everywhere.everything = None
        async with VendorHttp(WebSettings(), everywhere, tls=False) as http:
            with pytest.raises(Unavailable, match="cannot be reached") as raised:
                await search_with(case, http).search(QUERY, 2)
        assert KEY not in raised.value.message
        assert raised.value.__cause__ is None

    @pytest.mark.parametrize("case", BY_NAME)
    async def test_what_is_not_configured_is_said_before_anything_is_asked(
        self, http: VendorHttp, secure: Any, case: Case
    ) -> None:
        for attribute in engine_of(case.engine).VENDOR.settings:
            with pytest.raises(Invalid, match=attribute.upper()):
                await search_with(case, http, **{attribute: ""}).search(QUERY, 2)
        assert secure.requests == []


def broken_ones(answer: Any, wrong: Any) -> list[Any]:
    """Return the answer with each of its parts in turn replaced by something wrong."""
    made = [wrong]
    if isinstance(answer, dict):
        for key, value in answer.items():
            made += [{**answer, key: broken} for broken in broken_ones(value, wrong)]
    elif isinstance(answer, list) and answer:
        made += [[broken, *answer[1:]] for broken in broken_ones(answer[0], wrong)]
    return made


class TestPeculiarities:
    async def test_google_is_asked_page_by_page(self, http: VendorHttp, secure: Any) -> None:
        async def page(request: web.Request) -> web.Response:
            start = int(request.query["start"])
            numbers = range(start, min(start + int(request.query["num"]), 26))
            return web.json_response(
                {"items": [{"title": "t", "link": f"https://x.example/{n}"} for n in numbers]}
            )

        secure.answers["/customsearch/v1"] = page
        case = next(case for case in CASES if case.engine == "google_pse")
        found = await search_with(case, http).search(QUERY, 25)
        assert [entry.url for entry in found] == [f"https://x.example/{n}" for n in range(1, 26)]
        assert [request.query["num"] for request in secure.requests] == ["10", "10", "5"]

    async def test_duckduckgo_may_take_us_for_a_robot(self, http: VendorHttp, secure: Any) -> None:
        case = next(case for case in CASES if case.engine == "duckduckgo")
        answering(
            secure, case, 202, '<div class="anomaly-modal__title">Unfortunately, bots use it too.</div>'
        )
        with pytest.raises(Exhausted, match="DuckDuckGo"):
            await search_with(case, http).search(QUERY, 2)

    async def test_serpstack_refuses_inside_a_success(self, http: VendorHttp, secure: Any) -> None:
        case = next(case for case in CASES if case.engine == "serpstack")
        answering(
            secure, case, body='{"success": false, "error": {"code": 101, "type": "invalid_access_key"}}'
        )
        with pytest.raises(Unavailable, match="SERPSTACK_API_KEY"):
            await search_with(case, http).search(QUERY, 2)

    async def test_sogou_refuses_inside_a_success(self, http: VendorHttp, secure: Any) -> None:
        case = next(case for case in CASES if case.engine == "sougou")
        answering(secure, case, body='{"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}}}')
        with pytest.raises(Unavailable, match="SOUGOU_API_SK"):
            await search_with(case, http).search(QUERY, 2)

    async def test_a_request_to_sogou_is_signed(self, http: VendorHttp, secure: Any) -> None:
        case = next(case for case in CASES if case.engine == "sougou")
        answering(secure, case)
        await search_with(case, http).search(QUERY, 2)
        signed = secure.requests[0].headers["Authorization"]
        assert signed.startswith("TC3-HMAC-SHA256 Credential=AKID/")
        assert "/tms/tc3_request, SignedHeaders=content-type;host, Signature=" in signed
        assert secure.requests[0].headers.getall("Host") == ["tms.tencentcloudapi.com"]

    def test_a_signature_depends_on_all_it_covers(self) -> None:
        now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        signed = {
            signed_headers(identifier, secret, body, at)["Authorization"].rpartition("=")[2]
            for identifier, secret, body, at in (
                ("a", "b", b"c", now),
                ("a", "x", b"c", now),
                ("a", "b", b"x", now),
                ("a", "b", b"c", now.replace(second=6)),
                ("a", "b", b"c", now.replace(day=3)),
            )
        }
        assert len(signed) == 5
        assert all(len(signature) == 64 for signature in signed)

    async def test_yacy_answers_a_challenge(self, http: VendorHttp, secure: Any) -> None:
        case = next(case for case in CASES if case.engine == "yacy")

        async def challenge(request: web.Request) -> web.Response:
            if 'username="admin"' in request.headers.get("Authorization", ""):
                assert KEY not in request.headers["Authorization"]
                return web.json_response(case.answer)
            realm = 'Digest realm="YaCy", nonce="abc", qop="auth", algorithm=MD5'
            return web.Response(status=401, headers={"WWW-Authenticate": realm})

        secure.answers["/yacysearch.json"] = challenge
        search = search_with(case, http, yacy_username="admin", yacy_password=KEY)
        assert await search.search(QUERY, 2) == FOUND

    async def test_an_older_firecrawl_answers_with_a_list(self, http: VendorHttp, secure: Any) -> None:
        case = next(case for case in CASES if case.engine == "firecrawl")
        answering(secure, case, body=json.dumps({"success": True, "data": entries(snippet="description")}))
        assert await search_with(case, http).search(QUERY, 2) == FOUND

    async def test_perplexity_may_name_only_addresses(self, http: VendorHttp, secure: Any) -> None:
        case = next(case for case in CASES if case.engine == "perplexity")
        answering(secure, case, body='{"citations": ["https://one.example/a", 7]}')
        url = "https://one.example/a"
        assert await search_with(case, http).search(QUERY, 2) == [WebResult(url, url, "")]

    async def test_an_address_that_is_none_is_a_setting_to_correct(self, http: VendorHttp) -> None:
        case = next(case for case in CASES if case.engine == "external")
        for address in ("search.example", "ftp://search.example/", "http://", "http://[::1"):
            with pytest.raises(Invalid, match="not a URL"):
                await search_with(case, http, external_web_search_url=address).search(QUERY, 2)
