"""The bytes of the stub's answers, made once so that sending a token is one write."""

from __future__ import annotations

import json
from functools import cache

from bench.numbered_text import numbered_text, token
from bench.provider.stub_models import LISTED

STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"cache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n"
)
CREATED = 1_700_000_000


def json_answer(value: object, status: str = "200 OK") -> bytes:
    """A whole HTTP answer with a JSON body."""
    return raw_answer(json.dumps(value, separators=(",", ":")).encode(), status)


def raw_answer(body: bytes, status: str = "200 OK") -> bytes:
    """A whole HTTP answer with a body that is JSON already."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def transfer_chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def _event(model: str, choice: dict[str, object] | None, usage: dict[str, int] | None = None) -> bytes:
    chunk: dict[str, object] = {
        "id": "chatcmpl-7f3c9a51e2d84b06",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": model,
        "service_tier": "default",
        "system_fingerprint": "fp_44709d6fcb",
        "choices": [{"index": 0, "logprobs": None, **choice}] if choice else [],
    }
    if usage:
        chunk["usage"] = usage
    return b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"


def _usage(count: int) -> dict[str, int]:
    return {"prompt_tokens": 8, "completion_tokens": count, "total_tokens": 8 + count}


@cache
def role_chunk(model: str) -> bytes:
    """The first event of a stream, which names the role."""
    return transfer_chunk(
        _event(model, {"delta": {"role": "assistant", "content": ""}, "finish_reason": None})
    )


@cache
def token_chunks(model: str, count: int) -> list[bytes]:
    """The event of each token."""
    return [
        transfer_chunk(_event(model, {"delta": {"content": token(number)}, "finish_reason": None}))
        for number in range(count)
    ]


@cache
def last_chunks(model: str, count: int) -> bytes:
    """Finish event, usage event, end marker and the end of the body."""
    events = _event(model, {"delta": {}, "finish_reason": "stop"}) + _event(model, None, _usage(count))
    return transfer_chunk(events) + transfer_chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"


@cache
def plain_completion(model: str, count: int) -> bytes:
    """The answer to a completion that does not stream."""
    message = {"role": "assistant", "content": numbered_text(count).text}
    return json_answer(
        {
            "id": "chatcmpl-7f3c9a51e2d84b06",
            "object": "chat.completion",
            "created": CREATED,
            "model": model,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": _usage(count),
        }
    )


@cache
def model_list() -> bytes:
    """The answer to `GET /v1/models`."""
    models = [{"id": name, "object": "model", "created": CREATED, "owned_by": "stub"} for name in LISTED]
    return json_answer({"object": "list", "data": models})


def error(status: str, message: str) -> bytes:
    """An error in the provider's form."""
    return json_answer({"error": {"message": message, "type": "invalid_request_error"}}, status)
