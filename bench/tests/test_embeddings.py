"""The stub's vectors: as long as the model's name says, near for like texts, the same in both encodings."""

import base64

import numpy as np
import orjson

from bench.provider.connection import Embedded
from bench.provider.embeddings import dimensions_of, embed, embedding_answer

TEXTS = [
    "owls hunt voles during winter nights",
    "winter nights when owls hunt",
    "compilers allocate registers",
]


class TestVectors:
    def test_have_the_length_of_the_model(self) -> None:
        assert dimensions_of("stub-embedding-1536") == 1536
        assert dimensions_of("whatever") == 384
        assert embed(TEXTS, 1536).shape == (3, 1536)

    def test_are_of_length_one_and_near_for_texts_that_share_words(self) -> None:
        rows = embed([*TEXTS, ""], 384)
        assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
        assert rows[0] @ rows[1] > 0.5 > rows[0] @ rows[2]

    def test_are_the_same_as_numbers_and_in_base64(self) -> None:
        asked = {"model": "stub-embedding-384", "input": TEXTS}
        numbers = orjson.loads(embedding_answer(asked))["data"]
        coded = orjson.loads(embedding_answer({**asked, "encoding_format": "base64"}))["data"]
        for one, other in zip(numbers, coded, strict=True):
            read = np.frombuffer(base64.b64decode(other["embedding"]), "<f4")
            assert np.array_equal(np.asarray(one["embedding"], np.float32), read)


class TestEmbedded:
    def test_counts_texts_once_and_inputs_always(self) -> None:
        embedded = Embedded()
        embedded.add(TEXTS)
        embedded.add(TEXTS[:1])
        assert (len(embedded.texts), embedded.inputs) == (3, 4)
