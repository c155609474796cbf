"""The OpenAPI document tells of all routes; the page that shows it needs nothing from elsewhere."""

import re

import httpx2
import pytest
from fastapi import FastAPI
from openapi_spec_validator import OpenAPIV31SpecValidator
from owui_gateway.transcoding.descriptors import load_contracts
from owui_gateway.transcoding.docs import add_docs
from owui_gateway.transcoding.openapi import extend_openapi
from owui_gateway.transcoding.routes import register


def application(contracts) -> FastAPI:
    app = FastAPI(title="Test", docs_url=None, redoc_url=None)

    @app.get("/hand/{name}", tags=["hand"])
    async def written(name: str, page: int = 1) -> dict[str, int]:
        return {name: page}

    async def never(*_: object) -> None:
        raise AssertionError

    extend_openapi(app, register(app, contracts.services, never, never), contracts)
    add_docs(app)
    return app


@pytest.fixture
def document(contracts):
    return application(contracts).openapi()


class TestDocument:
    def test_is_valid_openapi(self, document):
        assert document["openapi"].startswith("3.1")
        assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []

    def test_of_the_installed_contracts_is_valid_openapi(self):
        assert list(OpenAPIV31SpecValidator(application(load_contracts()).openapi()).iter_errors()) == []

    def test_has_routes_of_both_kinds(self, document):
        assert "get" in document["paths"]["/hand/{name}"]
        assert set(document["paths"]["/api/v1/documents/{id}"]) == {"get", "delete"}
        assert "/api/v1/files/{path}/content" in document["paths"]

    def test_tells_comments_parameters_and_access(self, document):
        operation = document["paths"]["/api/v1/documents/{id}"]["get"]
        assert operation["summary"] == "Returns one document."
        assert operation["description"] == "The second paragraph is the description."
        assert operation["security"] == [{"bearer": []}]
        assert operation["x-access"] == {"role": "user", "permission": "documents.read"}
        parameters = {each["name"]: each for each in operation["parameters"]}
        assert parameters["id"]["required"]
        assert parameters["page"]["description"] == "How many to skip."
        assert parameters["orderBy"]["in"] == "query"
        assert parameters["tag"]["schema"] == {"type": "array", "items": {"type": "string"}}
        assert "401" in operation["responses"]
        assert document["paths"]["/api/complete"]["post"]["security"] == []

    def test_tells_what_is_required_and_what_may_be_null(self, document):
        body = document["paths"]["/api/v1/documents/"]["post"]["requestBody"]
        assert body["required"]
        assert body["content"]["application/json"]["schema"]["required"] == ["title", "chat"]
        answer = document["components"]["schemas"]["Document"]
        assert "chat" not in answer["required"]
        assert {"id", "meta", "inner"} <= set(answer["required"])
        assert {"type": "null"} in answer["properties"]["inner"]["anyOf"]
        assert "required" not in document["components"]["schemas"]["TreeInput"]

    def test_is_made_once(self, contracts):
        app = application(contracts)
        assert app.openapi() is app.openapi()


class TestReader:
    async def test_loads_nothing_from_elsewhere_under_a_strict_policy(self, contracts):
        transport = httpx2.ASGITransport(application(contracts))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            page = await client.get("/docs")
            policy = page.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=", page.text)
            references = re.findall(r"(?:src|href)=\"([^\"]+)\"", page.text)
            assert {"docs/docs.js", "docs/docs.css", "openapi.json"} == set(references)
            for reference in references:
                answer = await client.get(f"/{reference}")
                assert answer.status_code == 200
                assert "//" not in reference
            assert (await client.get("/openapi.json")).json()["info"]["title"] == "Test"
