"""Models of sentence-transformers, as embedders and as rerankers, on each device that is there.

Needs the extra `torch`, and no network: the models are made here. It runs without the packages that only
other tests need (with PYTHONPATH=libs/chassis:services/rag), so that it can be tried where a GPU is.
"""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from owui_chassis.errors import Unavailable
from owui_rag.adapters.embedding.remote import Manner
from owui_rag.adapters.embedding.sentence_transformers import SentenceTransformersEmbedder
from owui_rag.adapters.reranking.cross_encoder import CrossEncoderReranker

pytest.importorskip("sentence_transformers", reason="needs the extra `torch`")
torch: Any = pytest.importorskip("torch")
transformers: Any = pytest.importorskip("transformers")

WORDS = [
    "ships",
    "sail",
    "the",
    "sea",
    "bread",
    "is",
    "baked",
    "from",
    "flour",
    "a",
    "wing",
    "lifts",
    "query",
]
TEXTS = ["ships sail the sea", "bread is baked from flour", "a wing lifts", "bread", ""]
# Whoever has a GPU sees the same on it; CI has none.
DEVICES = [
    "cpu",
    pytest.param(
        "cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
    ),
]


def write_model(folder: Path, kind: str) -> str:
    """Write a small BERT, whose weights are the same each time, and return its folder."""
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    configuration = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=1,
        # Larger than usual, that what is not alike does not look so.
        initializer_range=0.5,
    )
    torch.manual_seed(5)
    getattr(transformers, kind)(configuration).eval().save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def embedding_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_model(tmp_path_factory.mktemp("models") / "embedding", "BertModel")


@pytest.fixture(scope="module")
def reranking_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_model(tmp_path_factory.mktemp("models") / "reranking", "BertForSequenceClassification")


def embedder_on(device: str, model: str, manner: Manner | None = None) -> SentenceTransformersEmbedder:
    return SentenceTransformersEmbedder(model, device, trust_remote_code=False, manner=manner or Manner())


def embedded(model: str, texts: list[str], device: str = "cpu") -> np.ndarray:
    return asyncio.run(embedder_on(device, model).embed_passages(texts))


def scored(model: str, query: str, texts: list[str], device: str = "cpu") -> list[float]:
    return asyncio.run(CrossEncoderReranker(model, device, trust_remote_code=False).scores(query, texts))


class TestEmbedding:
    @pytest.mark.parametrize("device", DEVICES)
    def test_gives_rows_of_length_one_in_the_order_of_the_texts(
        self, embedding_model: str, device: str
    ) -> None:
        rows = embedded(embedding_model, TEXTS, device)
        assert rows.shape == (len(TEXTS), 32)
        assert rows.dtype == np.float32
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
        alone = [embedded(embedding_model, [text], device)[0] for text in TEXTS]
        assert np.allclose(rows, alone, atol=1e-3)
        assert abs(rows[0] @ rows[1]) < 0.99

    @pytest.mark.parametrize("device", DEVICES)
    def test_is_what_the_model_itself_computes(self, embedding_model: str, device: str) -> None:
        tokenizer = transformers.AutoTokenizer.from_pretrained(embedding_model)
        model = transformers.AutoModel.from_pretrained(embedding_model)
        with torch.no_grad():
            states = model(**tokenizer(TEXTS[0], return_tensors="pt")).last_hidden_state[0]
        mean = states.mean(dim=0).numpy()
        found = embedded(embedding_model, TEXTS, device)[0]
        assert float(found @ (mean / np.linalg.norm(mean))) > 0.999

    @pytest.mark.parametrize("device", DEVICES)
    def test_works_on_the_device_of_the_settings(self, embedding_model: str, device: str) -> None:
        embedder = embedder_on(device, embedding_model)
        before = torch.cuda.memory_allocated() if device == "cuda" else 0
        assert asyncio.run(embedder.dimensions()) == 32
        assert embedder._loaded().device.type == device
        if device == "cuda":
            assert torch.cuda.memory_allocated() > before

    def test_puts_the_prefixes_before_questions_and_passages(self, embedding_model: str) -> None:
        embedder = embedder_on("cpu", embedding_model, Manner(query_prefix="query "))

        async def both() -> tuple[Any, Any]:
            return await embedder.embed_queries(["bread"]), await embedder.embed_passages(["bread"])

        asked, kept = asyncio.run(both())
        assert np.allclose(asked, embedded(embedding_model, ["query bread"]), atol=1e-5)
        assert np.allclose(kept, embedded(embedding_model, ["bread"]), atol=1e-5)
        assert embedder.name != embedder_on("cpu", embedding_model).name

    def test_lets_the_event_loop_turn_while_it_computes(self, embedding_model: str) -> None:
        async def turns() -> int:
            work = asyncio.create_task(embedder_on("cpu", embedding_model).embed_passages(TEXTS * 200))
            count = 0
            while not work.done():
                await asyncio.sleep(0)
                count += 1
            await work
            return count

        assert asyncio.run(turns()) > 20

    def test_of_nothing_is_nothing(self, embedding_model: str) -> None:
        assert embedded(embedding_model, []).shape[0] == 0

    def test_a_model_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="cannot be loaded"):
            embedded(str(tmp_path / "none"), ["bread"])


class TestReranking:
    @pytest.mark.parametrize("device", DEVICES)
    def test_orders_as_the_model_itself_does(self, reranking_model: str, device: str) -> None:
        query, texts = "bread from flour", TEXTS[:4]
        tokenizer = transformers.AutoTokenizer.from_pretrained(reranking_model)
        model = transformers.AutoModelForSequenceClassification.from_pretrained(reranking_model)
        with torch.no_grad():
            logits = [
                float(model(**tokenizer(query, text, return_tensors="pt")).logits[0, 0]) for text in texts
            ]
        found = scored(reranking_model, query, texts, device)
        assert np.allclose(found, 1 / (1 + np.exp(-np.array(logits))), atol=2e-3)
        assert len(set(np.argsort(found).tolist())) == 4
        assert np.argsort(found).tolist() == np.argsort(logits).tolist()

    @pytest.mark.parametrize("device", DEVICES)
    def test_works_on_the_device_of_the_settings(self, reranking_model: str, device: str) -> None:
        reranker = CrossEncoderReranker(reranking_model, device, trust_remote_code=False)
        asyncio.run(reranker.scores("bread", TEXTS))
        weights = next(iter(reranker._loaded().model.parameters()))
        assert weights.device.type == device

    def test_a_model_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="cannot be loaded"):
            scored(str(tmp_path / "none"), "bread", ["flour"])
