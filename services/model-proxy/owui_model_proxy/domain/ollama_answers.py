"""Answers of Ollama's /api/chat become answers in OpenAI's form."""

import time
import uuid
from typing import Any

import orjson

from owui_model_proxy.domain import sse

MAXIMUM_LINE = 4 * 1024 * 1024


class AnswerError(Exception):
    """The answer is not what Ollama sends, or Ollama reports a failure; the message is a sentence.

    `events` holds what was converted before it.
    """

    def __init__(self, message: str, events: bytes = b"") -> None:
        super().__init__(message)
        self.events = events


class OllamaStream:
    """Turns the lines of a streamed answer into events, however the bytes are cut."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._rest = b""
        self._tools = 0
        self.done = False

    def feed(self, data: bytes) -> bytes:
        """Return the events for the lines that are complete now; raise AnswerError at the first bad one."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > MAXIMUM_LINE:
            raise AnswerError("The model server sent a line that is too long.")
        return self._events(lines)

    def finish(self) -> bytes:
        """Return the last events; raise AnswerError when the answer is not complete."""
        lines, self._rest = [self._rest], b""
        events = self._events(lines)
        if not self.done:
            raise AnswerError("The model server ended its answer in the middle.", events)
        return events

    def _events(self, lines: list[bytes]) -> bytes:
        events = bytearray()
        for line in lines:
            if line.strip() and not self.done:
                try:
                    events += self._event(_read(line))
                except AnswerError as error:
                    raise AnswerError(str(error), bytes(events)) from None
        return bytes(events)

    def _event(self, part: dict[str, Any]) -> bytes:
        raw = part.get("message")
        message = raw if isinstance(raw, dict) else {}
        delta: dict[str, Any] = {"role": "assistant"}
        if content := message.get("content"):
            delta["content"] = content
        if thinking := message.get("thinking"):
            delta["reasoning_content"] = thinking
        if calls := message.get("tool_calls"):
            delta["tool_calls"] = to_openai_tool_calls(calls, self._tools)
            self._tools += len(delta["tool_calls"])
        chunk: dict[str, Any] = {
            "id": f"{self._model}-{uuid.uuid4()}",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": self._model,
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}],
        }
        if not part.get("done"):
            return sse.event(chunk)
        self.done = True
        chunk["choices"][0]["finish_reason"] = _finish_reason(part, bool(self._tools))
        chunk["usage"] = usage_of(part)
        return sse.event(chunk) + sse.DONE


def to_openai_completion(model: str, body: bytes) -> bytes:
    """Return a plain answer in OpenAI's form; raise AnswerError when it is not one of Ollama's."""
    part = _read(body)
    raw = part.get("message")
    if not isinstance(raw, dict):
        raise AnswerError("The model server's answer holds no message.")
    message: dict[str, Any] = {"role": "assistant", "content": raw.get("content") or ""}
    if thinking := raw.get("thinking"):
        message["reasoning_content"] = thinking
    if calls := raw.get("tool_calls"):
        message["tool_calls"] = to_openai_tool_calls(calls, 0)
    finish_reason = _finish_reason(part, "tool_calls" in message)
    return orjson.dumps(
        {
            "id": f"{model}-{uuid.uuid4()}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": model,
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
            "usage": usage_of(part),
        }
    )


def to_openai_tool_calls(calls: Any, first_index: int) -> list[dict[str, Any]]:
    """Return tool calls in OpenAI's form, numbered from `first_index`."""
    converted: list[dict[str, Any]] = []
    for call in calls if isinstance(calls, list) else []:
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            arguments = function.get("arguments", {})
            text = arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()
            converted.append(
                {
                    "index": first_index + len(converted),
                    "id": call.get("id") or f"call_{uuid.uuid4()}",
                    "type": "function",
                    "function": {"name": function.get("name", ""), "arguments": text},
                }
            )
    return converted


def usage_of(part: dict[str, Any]) -> dict[str, Any]:
    """Return the usage of a finished answer: OpenAI's counts and Ollama's own figures (nanoseconds)."""
    prompt, answer = _count(part, "prompt_eval_count"), _count(part, "eval_count")
    total = _count(part, "total_duration")
    seconds = total // 1_000_000_000
    return {
        "response_token/s": _rate(answer, _count(part, "eval_duration")),
        "prompt_token/s": _rate(prompt, _count(part, "prompt_eval_duration")),
        "total_duration": total,
        "load_duration": _count(part, "load_duration"),
        "prompt_eval_count": prompt,
        "prompt_tokens": prompt,
        "prompt_eval_duration": _count(part, "prompt_eval_duration"),
        "eval_count": answer,
        "completion_tokens": answer,
        "eval_duration": _count(part, "eval_duration"),
        "approximate_total": f"{seconds // 3600}h{seconds % 3600 // 60}m{seconds % 60}s",
        "total_tokens": prompt + answer,
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _read(line: bytes) -> dict[str, Any]:
    try:
        part = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise AnswerError("The model server sent something that is not JSON.") from None
    if not isinstance(part, dict):
        raise AnswerError("The model server sent something that is no answer.")
    if error := part.get("error"):
        raise AnswerError(error if isinstance(error, str) else orjson.dumps(error).decode())
    return part


def _finish_reason(part: dict[str, Any], has_tools: bool) -> str:
    if has_tools:
        return "tool_calls"
    return "length" if part.get("done_reason") == "length" else "stop"


def _count(part: dict[str, Any], name: str) -> int:
    value = part.get(name)
    return value if isinstance(value, int) else 0


def _rate(tokens: int, nanoseconds: int) -> float | str:
    return round(tokens / (nanoseconds / 1_000_000_000), 2) if nanoseconds else "N/A"
