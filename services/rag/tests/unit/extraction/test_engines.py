"""Engines over HTTP: what they are sent, what their answers mean, and how they fail."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from owui_rag.adapters.extraction.choose import extractor_of
from owui_rag.domain.documents import Document, Unreadable
from owui_rag.settings import RagSettings

from . import documents
from .engine import Engine

CONTENT = documents.pdf([["Hello"]])


@pytest_asyncio.fixture
async def engine() -> AsyncIterator[Engine]:
    async with Engine() as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(CONTENT)
    return path


async def extract(file: Path, name: str = "a file.pdf", **values: Any) -> Document:
    settings = RagSettings(secret_key="0123456789abcdef", **values)
    async with aiohttp.ClientSession() as http:
        return await extractor_of(settings, http).extract(file, name, "application/pdf")


async def refusal(file: Path, **values: Any) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        await extract(file, **values)
    assert refused.value.message
    return refused.value


def tika(engine: Engine, **values: Any) -> dict[str, Any]:
    return {"content_extraction_engine": "tika", "tika_server_url": engine.url, **values}


class TestTika:
    async def test_gets_the_bytes_and_gives_text(self, engine: Engine, file: Path) -> None:
        engine.on("PUT /tika/text", {"X-TIKA:content": "\n\nthe text\n", "dc:title": "Title"})
        document = await extract(file, **tika(engine, pdf_extract_images=True))
        assert document.text == "the text"
        assert document.title == "Title"
        (asked,) = engine.asked
        assert asked.body == CONTENT
        assert asked.headers["Content-Type"] == "application/pdf"
        assert asked.headers["X-Tika-PDFextractInlineImages"] == "true"

    async def test_plain_text_is_read_here(self, engine: Engine, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("plain")
        assert (await extract(path, "a.txt", **tika(engine))).text == "plain"
        assert engine.asked == []


class TestDocling:
    async def test_gives_markdown_with_pages(self, engine: Engine, file: Path) -> None:
        text = "# One\n\n<!-- page break -->\n\nTwo"
        engine.on("POST /v1/convert/file", {"document": {"md_content": text}, "status": "success"})
        document = await extract(
            file, content_extraction_engine="docling", docling_server_url=f"{engine.url}/",
            docling_api_key="key", docling_params={"do_ocr": False, "ocr_lang": ["de", "en"]},
        )  # fmt: skip
        assert document.text == "# One\n\nTwo"
        assert document.pages == (0, 7)
        assert document.is_markdown
        (asked,) = engine.asked
        assert asked.form["files"] == CONTENT
        assert asked.form["to_formats"] == "md"
        assert asked.form["do_ocr"] == "false"
        assert asked.headers["X-Api-Key"] == "key"

    async def test_says_what_went_wrong(self, engine: Engine, file: Path) -> None:
        engine.on("POST /v1/convert/file", {"status": "failure", "errors": [{"error_message": "no pages"}]})
        refused = await refusal(file, content_extraction_engine="docling", docling_server_url=engine.url)
        assert refused.reason == "engine_refused"
        assert "no pages" in refused.message


class TestDocumentIntelligence:
    def values(self, engine: Engine) -> dict[str, Any]:
        return {
            "content_extraction_engine": "document_intelligence",
            "document_intelligence_endpoint": engine.url,
            "document_intelligence_key": "key",
        }

    def start(self, engine: Engine, location: str = "") -> None:
        answer = web.Response(
            status=202, headers={"Operation-Location": location or f"{engine.url}/operations/1"}
        )
        engine.on("POST /documentintelligence/documentModels/prebuilt-layout:analyze", answer)

    async def test_is_asked_until_it_is_done(self, engine: Engine, file: Path) -> None:
        self.start(engine)
        pages = [{"spans": [{"offset": 0, "length": 6}]}, {"spans": [{"offset": 6, "length": 6}]}]
        result = {"status": "succeeded", "analyzeResult": {"content": "Eins😀\nZwei", "pages": pages}}
        engine.on("GET /operations/1", {"status": "running"}, result)
        document = await extract(file, **self.values(engine))
        assert document.text == "Eins😀\n\nZwei"
        assert document.pages == (0, 7)
        first, *_ = engine.asked
        assert first.body == CONTENT
        assert first.query["outputContentFormat"] == "markdown"
        assert first.query["stringIndexType"] == "unicodeCodePoint"
        assert all(asked.headers["Ocp-Apim-Subscription-Key"] == "key" for asked in engine.asked)

    async def test_a_failed_analysis_says_why(self, engine: Engine, file: Path) -> None:
        self.start(engine)
        engine.on("GET /operations/1", {"status": "failed", "error": {"message": "corrupt"}})
        assert "corrupt" in (await refusal(file, **self.values(engine))).message

    async def test_the_key_goes_to_no_other_server(self, engine: Engine, file: Path) -> None:
        async with Engine() as stranger:
            self.start(engine, f"{stranger.url}/operations/1")
            assert (await refusal(file, **self.values(engine))).reason == "engine_refused"
            assert stranger.asked == []


class TestMistral:
    def values(self, engine: Engine) -> dict[str, Any]:
        return {
            "content_extraction_engine": "mistral_ocr",
            "mistral_ocr_api_base_url": f"{engine.url}/v1",
            "mistral_ocr_api_key": "key",
        }

    async def test_uploads_reads_and_removes(self, engine: Engine, file: Path) -> None:
        engine.on("POST /v1/files", {"id": "f-1"})
        engine.on("GET /v1/files/f-1/url", {"url": "https://signed.example/f-1"})
        engine.on(
            "POST /v1/ocr", {"pages": [{"index": 0, "markdown": "# One"}, {"index": 1, "markdown": "Two"}]}
        )
        engine.on("DELETE /v1/files/f-1", {"deleted": True})
        document = await extract(file, **self.values(engine))
        assert document.text == "# One\n\nTwo"
        assert document.pages == (0, 7)
        upload, _, recognized, removal = engine.asked
        assert upload.form == {"purpose": "ocr", "file": CONTENT}
        assert json.loads(recognized.body)["document"]["document_url"] == "https://signed.example/f-1"
        assert removal.method == "DELETE"
        assert all(asked.headers["Authorization"] == "Bearer key" for asked in engine.asked)

    async def test_removes_the_file_also_when_it_was_not_read(self, engine: Engine, file: Path) -> None:
        engine.on("POST /v1/files", {"id": "f-1"})
        engine.on("GET /v1/files/f-1/url", {"url": "https://signed.example/f-1"})
        engine.on("POST /v1/ocr", 422)
        engine.on("DELETE /v1/files/f-1", 500)
        refused = await refusal(file, **self.values(engine))
        assert "status 422" in refused.message
        assert engine.asked[-1].method == "DELETE"


class TestMinerU:
    async def test_a_server_of_ones_own(self, engine: Engine, file: Path) -> None:
        engine.on(
            "POST /file_parse", {"backend": "pipeline", "results": {"a file": {"md_content": "# Text"}}}
        )
        params = {"enable_ocr": True, "language": "en", "enable_table": False}
        document = await extract(
            file, content_extraction_engine="mineru", mineru_api_url=engine.url, mineru_params=params
        )
        assert document.text == "# Text"
        (asked,) = engine.asked
        assert asked.form["files"] == CONTENT
        assert asked.form["parse_method"] == "ocr"
        assert asked.form["lang_list"] == "en"
        assert asked.form["table_enable"] == "false"

    def cloud(self, engine: Engine) -> dict[str, Any]:
        engine.on("POST /api/v4/file-urls/batch", {
            "code": 0, "msg": "ok",
            "data": {"batch_id": "b-1", "file_urls": [f"{engine.url}/upload/1?sig=x"]},
        })  # fmt: skip
        engine.on("PUT /upload/1", web.Response())
        return {
            "content_extraction_engine": "mineru", "mineru_api_mode": "cloud", "mineru_api_key": "key",
            "mineru_api_url": f"{engine.url}/api/v4",
        }  # fmt: skip

    def result(self, **result: Any) -> dict[str, Any]:
        return {"code": 0, "data": {"batch_id": "b-1", "extract_result": [{"file_name": "a", **result}]}}

    async def test_the_cloud(self, engine: Engine, file: Path) -> None:
        values = self.cloud(engine)
        done = self.result(state="done", full_zip_url=f"{engine.url}/result.zip")
        engine.on("GET /api/v4/extract-results/batch/b-1", done)
        packed = documents.archive({"layout.json": "{}", "full.md": "# Text"})
        engine.on("GET /result.zip", web.Response(body=packed))
        assert (await extract(file, **values)).text == "# Text"
        upload = engine.asked[1]
        assert upload.body == CONTENT
        assert "Authorization" not in upload.headers
        assert "Content-Type" not in upload.headers

    async def test_the_clouds_failures(self, engine: Engine, file: Path) -> None:
        values = self.cloud(engine)
        engine.on(
            "GET /api/v4/extract-results/batch/b-1", self.result(state="failed", err_msg="too many pages")
        )
        assert "too many pages" in (await refusal(file, **values)).message
        engine.on("POST /api/v4/file-urls/batch", {"success": False, "msgCode": "A0202", "msg": "bad token"})
        assert "bad token" in (await refusal(file, **values)).message

    async def test_the_clouds_garbage(self, engine: Engine, file: Path) -> None:
        values = self.cloud(engine)
        done = self.result(state="done", full_zip_url=f"{engine.url}/result.zip")
        engine.on("GET /api/v4/extract-results/batch/b-1", done)
        engine.on("GET /result.zip", web.Response(body=b"no archive"))
        assert (await refusal(file, **values)).reason == "engine_refused"


class TestMarker:
    def values(self, engine: Engine) -> dict[str, Any]:
        return {
            "content_extraction_engine": "datalab_marker",
            "datalab_marker_api_base_url": f"{engine.url}/api/v1/marker",
            "datalab_marker_api_key": "key",
        }

    def submit(self, engine: Engine) -> None:
        engine.on("POST /api/v1/marker", {
            "success": True, "request_id": "r", "request_check_url": f"{engine.url}/api/v1/marker/r",
        })  # fmt: skip

    async def test_gives_markdown_with_pages(self, engine: Engine, file: Path) -> None:
        self.submit(engine)
        rule = "-" * 48
        text = f"\n\n{{0}}{rule}\n\n# One\n\n{{1}}{rule}\n\nTwo"
        engine.on("GET /api/v1/marker/r", {"status": "complete", "success": True, "markdown": text})
        document = await extract(file, datalab_marker_force_ocr=True, **self.values(engine))
        assert document.text == "# One\n\nTwo"
        assert document.pages == (0, 7)
        asked = engine.asked[0]
        assert asked.form["file"] == CONTENT
        assert asked.form["force_ocr"] == "true"
        assert asked.form["paginate"] == "true"
        assert asked.headers["X-Api-Key"] == "key"

    async def test_says_what_went_wrong(self, engine: Engine, file: Path) -> None:
        self.submit(engine)
        engine.on("GET /api/v1/marker/r", {"status": "complete", "success": False, "error": "no credit"})
        assert "no credit" in (await refusal(file, **self.values(engine))).message
        engine.on("POST /api/v1/marker", {"success": False, "error": "bad file"})
        assert "bad file" in (await refusal(file, **self.values(engine))).message


class TestExternal:
    def values(self, engine: Engine) -> dict[str, Any]:
        return {
            "content_extraction_engine": "external",
            "external_document_loader_url": engine.url,
            "external_document_loader_api_key": "key",
        }

    async def test_gets_the_bytes_with_name_and_key(self, engine: Engine, file: Path) -> None:
        engine.on("PUT /process", {"page_content": "text", "metadata": {"title": "Title"}})
        document = await extract(file, **self.values(engine))
        assert (document.text, document.title) == ("text", "Title")
        (asked,) = engine.asked
        assert asked.body == CONTENT
        assert asked.headers["X-Filename"] == "a%20file.pdf"
        assert asked.headers["Authorization"] == "Bearer key"

    async def test_a_list_is_pages(self, engine: Engine, file: Path) -> None:
        engine.on("PUT /process", [{"page_content": "one"}, {"page_content": "two"}])
        assert (await extract(file, **self.values(engine))).pages == (0, 5)

    async def test_reads_plain_text_too(self, engine: Engine, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("plain")
        engine.on("PUT /process", {"page_content": "from the engine"})
        assert (await extract(path, "a.txt", **self.values(engine))).text == "from the engine"


class TestFailures:
    async def test_what_may_pass_is_tried_again(self, engine: Engine, file: Path) -> None:
        engine.on("PUT /tika/text", 503, {"X-TIKA:content": "text"})
        assert (await extract(file, **tika(engine))).text == "text"
        assert [asked.body for asked in engine.asked] == [CONTENT, CONTENT]

    async def test_an_engine_that_stays_away_may_be_back_later(self, engine: Engine, file: Path) -> None:
        engine.on("PUT /tika/text", 502)
        refused = await refusal(file, **tika(engine))
        assert (refused.reason, refused.passing) == ("engine_away", True)
        refused = await refusal(file, **tika(engine, tika_server_url="http://127.0.0.1:9"))
        assert (refused.reason, refused.passing) == ("engine_away", True)

    async def test_an_engine_that_never_answers_is_left(self, engine: Engine, file: Path) -> None:
        async def never(_: web.Request) -> web.Response:
            await asyncio.Event().wait()
            raise AssertionError

        engine.on("PUT /tika/text", never)
        refused = await refusal(file, **tika(engine, extraction_engine_seconds=0.3))
        assert (refused.reason, refused.passing) == ("engine_away", True)

    @pytest.mark.parametrize(
        "answer",
        [
            b"<html>",
            b"[1",
            b"null",
            b"5",
            b'{"X-TIKA:content": 5}',
            b"{}",
            b"[]",
            b"[" * 100_000,
            b"\xff\xfe",
        ],
    )
    async def test_garbage_is_no_document(self, engine: Engine, file: Path, answer: bytes) -> None:
        engine.on("PUT /tika/text", web.Response(body=answer))
        refused = await refusal(file, **tika(engine))
        assert (refused.reason, refused.passing) == ("engine_refused", False)

    @pytest.mark.parametrize(
        ("status", "reason"), [(401, "engine_refused"), (413, "too_large"), (302, "engine_refused")]
    )
    async def test_refusals_are_not_tried_again(
        self, engine: Engine, file: Path, status: int, reason: str
    ) -> None:
        engine.on("PUT /tika/text", web.Response(status=status, headers={"Location": "/elsewhere"}))
        assert (await refusal(file, **tika(engine))).reason == reason
        assert len(engine.asked) == 1

    async def test_a_document_without_text_says_so(self, engine: Engine, file: Path) -> None:
        engine.on("PUT /tika/text", {"X-TIKA:content": " \n "})
        assert (await refusal(file, **tika(engine))).reason == "empty"

    async def test_more_text_than_allowed_is_refused(self, engine: Engine, file: Path) -> None:
        engine.on("PUT /tika/text", {"X-TIKA:content": "x" * 2000})
        assert (await refusal(file, **tika(engine, extraction_max_characters=1000))).reason == "too_much_text"

    async def test_an_engine_that_is_not_set_up_names_what_is_missing(self, file: Path) -> None:
        refused = await refusal(file, content_extraction_engine="mistral_ocr")
        assert "MISTRAL_OCR_API_KEY" in refused.message

    async def test_an_address_that_is_none_is_no_crash(self, file: Path) -> None:
        refused = await refusal(file, content_extraction_engine="tika", tika_server_url="tika")
        assert refused.reason == "engine_refused"
