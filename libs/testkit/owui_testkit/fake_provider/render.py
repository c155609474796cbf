"""The bytes of an answer in the forms of OpenAI (server-sent events, JSON) and Ollama (JSON lines, JSON)."""

import json
from typing import Any, Protocol

from owui_testkit.fake_provider.reply import Reply

CREATED = 1_700_000_000
STAMP = "2024-01-01T00:00:00Z"


def dump(value: object) -> bytes:
    """Return compact JSON, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Form(Protocol):
    """How one protocol writes an answer."""

    content_type: str

    def piece(self, text: str, *, reasoning: bool = False) -> bytes:
        """One token."""

    def ending(self, reply: Reply) -> bytes:
        """What follows the last token."""

    def whole(self, reply: Reply) -> bytes:
        """The answer to a request that asked for no stream."""


class OpenAIForm:
    """Chat completions, and the older text completions with `chat=False`."""

    content_type = "text/event-stream"

    def __init__(self, model: str, *, chat: bool = True, include_usage: bool = False) -> None:
        """Answer in the name of `model`."""
        self.chat = chat
        self.include_usage = include_usage
        kind = "chat.completion.chunk" if chat else "text_completion"
        self.head: dict[str, Any] = {
            "id": "chatcmpl-fake",
            "object": kind,
            "created": CREATED,
            "model": model,
        }

    def piece(self, text: str, *, reasoning: bool = False) -> bytes:
        """Return one event with a delta."""
        delta = {"reasoning_content": text} if reasoning else {"content": text}
        content = {"delta": delta} if self.chat else {"text": text}
        return self._event({**self.head, "choices": [{"index": 0, **content, "finish_reason": None}]})

    def ending(self, reply: Reply) -> bytes:
        """Return the events with the finish reason and, when asked for, the usage."""
        content: dict[str, Any] = {"delta": {}} if self.chat else {"text": ""}
        last = self._event({**self.head, "choices": [{"index": 0, **content, "finish_reason": "stop"}]})
        if reply.usage and self.include_usage:
            last += self._event({**self.head, "choices": [], "usage": usage(reply)})
        return last + b"data: [DONE]\n\n"

    def whole(self, reply: Reply) -> bytes:
        """Return the completion as one object."""
        message: dict[str, Any] = {"role": "assistant", "content": reply.text}
        if reply.reasoning:
            message["reasoning_content"] = "".join(reply.reasoning)
        content: dict[str, Any] = {"message": message} if self.chat else {"text": reply.text}
        choices = [{"index": 0, **content, "finish_reason": "stop"}]
        kind = "chat.completion" if self.chat else "text_completion"
        return dump({**self.head, "object": kind, "choices": choices, "usage": usage(reply)})

    @staticmethod
    def _event(value: object) -> bytes:
        return b"data: " + dump(value) + b"\n\n"


class OllamaForm:
    """`/api/chat`, and `/api/generate` with `chat=False`."""

    content_type = "application/x-ndjson"

    def __init__(self, model: str, *, chat: bool = True) -> None:
        """Answer in the name of `model`."""
        self.chat = chat
        self.head = {"model": model, "created_at": STAMP}

    def piece(self, text: str, *, reasoning: bool = False) -> bytes:
        """Return one line."""
        return dump({**self.head, **self._content(text, reasoning=reasoning), "done": False}) + b"\n"

    def ending(self, reply: Reply) -> bytes:
        """Return the last line with its counts."""
        return dump({**self.head, **self._content(""), **counts(reply)}) + b"\n"

    def whole(self, reply: Reply) -> bytes:
        """Return the answer as one object."""
        return dump({**self.head, **self._content(reply.text), **counts(reply)})

    def _content(self, text: str, *, reasoning: bool = False) -> dict[str, Any]:
        if not self.chat:
            return {"thinking": text, "response": ""} if reasoning else {"response": text}
        message = {"role": "assistant", "content": "" if reasoning else text}
        return {"message": {**message, "thinking": text} if reasoning else message}


def usage(reply: Reply) -> dict[str, int]:
    """Return OpenAI's token counts."""
    prompt, completion = reply.usage or (1, sum(isinstance(step, str) for step in reply.steps))
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def counts(reply: Reply) -> dict[str, Any]:
    """Return what Ollama adds at the end."""
    numbers = usage(reply)
    return {
        "done": True,
        "done_reason": "stop",
        "total_duration": 1_000_000,
        "prompt_eval_count": numbers["prompt_tokens"],
        "eval_count": numbers["completion_tokens"],
    }
