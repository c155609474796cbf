"""The built-in model beside recorded vectors of sentence-transformers, and its life in memory."""

import asyncio
import importlib.util
import json
import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from owui_rag.adapters.embedding.builtin import BuiltInEmbedder, tokenizer

HERE = Path(__file__).parent
SENTENCES: list[str] = json.loads((HERE / "reference_sentences.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def embedder() -> BuiltInEmbedder:
    return BuiltInEmbedder()


class TestAgreement:
    async def test_is_within_one_hundredth_of_sentence_transformers(self, embedder: BuiltInEmbedder) -> None:
        recorded = np.load(HERE / "reference_vectors.npy").astype(np.float32)
        recorded /= np.linalg.norm(recorded, axis=1, keepdims=True)
        cosines = (await embedder.embed_passages(SENTENCES) * recorded).sum(axis=1)
        worst = int(cosines.argmin())
        assert cosines[worst] >= 0.99, SENTENCES[worst]
        assert cosines.mean() >= 0.997

    @pytest.mark.skipif(
        importlib.util.find_spec("sentence_transformers") is None or not os.environ.get("TEST_MINILM_MODEL"),
        reason="needs the extra `torch` and TEST_MINILM_MODEL, the folder of all-MiniLM-L6-v2",
    )
    async def test_agrees_with_the_model_run_by_torch(self, embedder: BuiltInEmbedder) -> None:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(os.environ["TEST_MINILM_MODEL"], device="cpu")
        live = await asyncio.to_thread(model.encode, SENTENCES, normalize_embeddings=True)
        cosines = (await embedder.embed_passages(SENTENCES) * live).sum(axis=1)
        assert cosines.min() >= 0.99


class TestVectors:
    async def test_have_length_one_and_the_order_of_the_texts(self, embedder: BuiltInEmbedder) -> None:
        rows = await embedder.embed_passages(SENTENCES)
        assert rows.shape == (len(SENTENCES), await embedder.dimensions())
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
        assert np.array_equal(rows[7], (await embedder.embed_queries([SENTENCES[7]]))[0])

    async def test_do_not_depend_on_their_neighbours(self, embedder: BuiltInEmbedder) -> None:
        alone = await embedder.embed_passages(SENTENCES[:1])
        among = await embedder.embed_passages([*SENTENCES[30:40], SENTENCES[0], "x" * 5000])
        assert np.array_equal(alone[0], among[10])

    async def test_of_long_texts_are_those_of_their_first_256_tokens(self, embedder: BuiltInEmbedder) -> None:
        beginning = "word " * 254
        assert len(tokenizer().encode(beginning).ids) == 256
        rows = await embedder.embed_passages([beginning, beginning + "and something else " * 500])
        assert np.array_equal(rows[0], rows[1])

    async def test_of_nothing_are_none_and_of_an_empty_text_exist(self, embedder: BuiltInEmbedder) -> None:
        assert (await embedder.embed_passages([])).shape == (0, 384)
        assert np.isfinite(await embedder.embed_passages([""])).all()


class TestMemory:
    async def test_loads_with_the_first_text_and_leaves_after_idle_time(self) -> None:
        gone = asyncio.Event()

        class Watched(BuiltInEmbedder):
            def release(self) -> None:
                super().release()
                gone.set()

        embedder = Watched(idle=timedelta(milliseconds=20))
        assert not embedder.loaded
        first = await embedder.embed_queries(["hello"])
        async with asyncio.timeout(10):
            await gone.wait()
        assert not embedder.loaded
        assert np.array_equal(first, await embedder.embed_queries(["hello"]))

    async def test_the_event_loop_turns_while_it_computes(self) -> None:
        embedder = BuiltInEmbedder()
        work = asyncio.create_task(embedder.embed_passages(SENTENCES[-6:]))
        turns = 0
        while not work.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns > 20
