"""Who reads documents and how they are cut, by the settings."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from owui_rag.adapters.embedding.builtin import VOCABULARY, tokenizer
from owui_rag.adapters.extraction.choose import Divided, extractor_of, limits_of, splitting_of
from owui_rag.adapters.extraction.local import LocalExtractor
from owui_rag.domain.documents import Document, Unreadable
from owui_rag.domain.splitting.split import split
from owui_rag.settings import RagSettings

from . import documents

LONG = "The quick brown fox jumps over the lazy dog near the river bank. " * 50


def settings(**environment: str) -> RagSettings:
    return RagSettings.read({"WEBUI_SECRET_KEY": "0123456789abcdef", **environment})


class Remembering:
    """Port Extractor that remembers the names it was asked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        self.names.append(name)
        return Document("text")


class TestExtractorOf:
    async def test_this_machine_reads_by_default_and_for_unknown_engines(self) -> None:
        async with aiohttp.ClientSession() as http:
            assert isinstance(extractor_of(settings(), http), LocalExtractor)
            unknown = settings(CONTENT_EXTRACTION_ENGINE="something else")
            assert isinstance(extractor_of(unknown, http), LocalExtractor)

    @pytest.mark.parametrize("name", ["tika", "docling", "mineru"])
    async def test_engines_with_a_usual_address_need_nothing_else(self, name: str) -> None:
        async with aiohttp.ClientSession() as http:
            assert isinstance(extractor_of(settings(CONTENT_EXTRACTION_ENGINE=name), http), Divided)

    @pytest.mark.parametrize("name", ["external", "mistral_ocr", "document_intelligence", "datalab_marker"])
    async def test_the_others_say_what_they_lack(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(documents.pdf([["x"]]))
        (tmp_path / "b").write_bytes(b"some text")
        async with aiohttp.ClientSession() as http:
            extractor = extractor_of(settings(CONTENT_EXTRACTION_ENGINE=name), http)
            with pytest.raises(Unreadable, match=f"{name} is not set up: [A-Z_, ]+ is missing"):
                await extractor.extract(tmp_path / "a", "a.pdf", "")
            # Nobody needs an engine for this.
            assert (await extractor.extract(tmp_path / "b", "b.txt", "")).text == "some text"

    async def test_an_engine_gets_only_the_kinds_it_reads(self, tmp_path: Path) -> None:
        engine, local = Remembering(), Remembering()
        divided = Divided(engine, frozenset({"pdf"}), local)
        for name, content in [
            ("a.pdf", documents.pdf([["x"]])),
            ("a.docx", documents.docx("")),
            ("a.txt", b"x"),
        ]:
            (tmp_path / name).write_bytes(content)
            await divided.extract(tmp_path / name, name, "")
        assert (engine.names, local.names) == (["a.pdf"], ["a.docx", "a.txt"])

    def test_limits_are_those_of_the_settings(self) -> None:
        limits = limits_of(settings(RAG_EXTRACTION_SECONDS="7", RAG_EXTRACTION_MAX_CELLS="9"))
        assert (limits.seconds, limits.cells) == (7.0, 9)


class TestSplittingOf:
    def test_characters_are_the_default(self) -> None:
        assert splitting_of(settings()).canonical.startswith("character:1000:100:")

    def test_tokens_are_those_of_the_built_in_model(self) -> None:
        how = splitting_of(settings(RAG_TEXT_SPLITTER="token", CHUNK_SIZE="64", CHUNK_OVERLAP="0"))
        assert how.canonical.startswith("token/minilm:64:0:")
        pieces = split(Document(LONG), how)
        for piece in pieces:
            # [CLS] and [SEP] are the model's own.
            assert len(tokenizer().encode(LONG[piece.start : piece.end]).ids) - 2 == piece.tokens <= 64

    def test_a_tokenizer_of_ones_own_is_known_by_its_content(self, tmp_path: Path) -> None:
        words = {"[UNK]": 0, "the": 1}
        description: dict[str, Any] = {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
            "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
            "model": {"type": "WordLevel", "vocab": words, "unk_token": "[UNK]"},
        }  # fmt: skip
        path = tmp_path / "tokenizer.json"
        path.write_text(json.dumps(description))
        environment = {"RAG_TEXT_SPLITTER": "token", "CHUNK_SIZE": "30", "RAG_TOKENIZER": str(path)}
        how = splitting_of(settings(**environment))
        assert how.canonical.startswith("token/file-")
        assert max(piece.tokens for piece in split(Document(LONG), how)) <= 30

    def test_a_wrong_path_is_named(self) -> None:
        with pytest.raises(ValueError, match=r"is no tokenizer\.json"):
            splitting_of(settings(RAG_TEXT_SPLITTER="token", RAG_TOKENIZER=str(VOCABULARY)))
