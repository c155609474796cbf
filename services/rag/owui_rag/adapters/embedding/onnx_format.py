"""The few messages of the ONNX format that the built-in model needs, without the 86 MB of its package.

Field numbers are those of onnx.proto (https://github.com/onnx/onnx); only what is named here is understood.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_TYPES: dict[int, np.dtype[Any]] = {
    1: np.dtype("<f4"),
    2: np.dtype("u1"),
    3: np.dtype("i1"),
    6: np.dtype("<i4"),
    7: np.dtype("<i8"),
}
_CODES = {kind: code for code, kind in _TYPES.items()}
_IR_VERSION, _OPSET = 10, 18
VENDOR = "com.microsoft"  # operators that onnxruntime adds to the standard


def fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Give (number, value) of a message's fields; raise ValueError for what is no message."""
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _read_varint(data, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            size, at = _read_varint(data, at)
        elif kind in {_FIXED64, _FIXED32}:
            size = 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"no such wire type: {kind}")
        yield key >> 3, data[at : at + size]
        at += size


def _read_varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def read_weights(model: bytes) -> dict[str, Array]:
    """Return the constants of a model by name, as views of `model`, without types that are not used here."""
    graph = next(value for number, value in fields(memoryview(model)) if number == 7)
    weights = {}
    for number, value in fields(_message(graph)):
        if number == 5:
            name, array = _read_tensor(_message(value))
            if array is not None:
                weights[name] = array
    return weights


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number stands where a message is expected")  # noqa: TRY004 - the file is wrong
    return value


def _read_tensor(data: memoryview) -> tuple[str, Array | None]:
    shape: list[int] = []
    name, kind, raw = "", 1, memoryview(b"")
    for number, value in fields(data):
        if number == 1:
            # Dimensions may be packed into one field or repeated.
            shape.extend([value] if isinstance(value, int) else _packed(value))
        elif number == 2 and isinstance(value, int):
            kind = value
        elif number == 8:
            name = bytes(_message(value)).decode()
        elif number == 9:
            raw = _message(value)
    return name, np.frombuffer(raw, _TYPES[kind]).reshape(shape) if kind in _TYPES else None


def _packed(data: memoryview) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _read_varint(data, at)
        yield value


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _VARINT) + _varint(value)


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


@dataclass
class Graph:
    """A model being written."""

    parts: list[bytes] = field(default_factory=list)

    def constant(self, name: str, value: Array) -> str:
        """Add a constant; return its name."""
        array = np.ascontiguousarray(value)
        shape = b"".join(_number(1, size) for size in array.shape)
        kind = _number(2, _CODES[array.dtype])
        self.parts.append(_bytes(5, shape + kind + _bytes(8, name.encode()) + _bytes(9, array.tobytes())))
        return name

    def node(
        self,
        operator: str,
        inputs: Sequence[str],
        output: str | Sequence[str],
        domain: str = "",
        **attributes: float,
    ) -> str:
        """Add an operator; return its (first) output. An empty input stands for one that is left out."""
        outputs = [output] if isinstance(output, str) else list(output)
        message = b"".join(_bytes(1, name.encode()) for name in inputs)
        message += b"".join(_bytes(2, name.encode()) for name in outputs)
        message += _bytes(4, operator.encode()) + b"".join(_attributes(attributes))
        self.parts.append(_bytes(1, message + _bytes(7, domain.encode())))
        return outputs[0]

    def model(self, inputs: Mapping[str, Any], outputs: Mapping[str, Any], rank: int) -> bytes:
        """Return the model; inputs and outputs are named with their types, their sizes are open."""
        graph = b"".join(self.parts) + _bytes(2, b"model")
        graph += b"".join(_bytes(11, _value(name, kind, 2)) for name, kind in inputs.items())
        graph += b"".join(_bytes(12, _value(name, kind, rank)) for name, kind in outputs.items())
        opsets = _bytes(8, _bytes(1, b"") + _number(2, _OPSET))
        opsets += _bytes(8, _bytes(1, VENDOR.encode()) + _number(2, 1))
        return _number(1, _IR_VERSION) + opsets + _bytes(7, graph)


def _attributes(attributes: Mapping[str, float]) -> Iterator[bytes]:
    for name, value in attributes.items():
        if isinstance(value, int):
            text = _number(3, value) + _number(20, 2)
        else:
            text = _varint(2 << 3 | _FIXED32) + np.float32(value).tobytes() + _number(20, 1)
        yield _bytes(5, _bytes(1, name.encode()) + text)


def _value(name: str, kind: Any, rank: int) -> bytes:
    shape = b"".join(_bytes(1, _bytes(2, f"{name}_{axis}".encode())) for axis in range(rank))
    tensor = _number(1, _CODES[np.dtype(kind)]) + _bytes(2, shape)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, tensor))
