"""What the rows of a model and the parameters of a request do to its body."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

# Fields of the public interface that mean something to the platform and nothing to a provider.
_OURS = (
    "metadata",
    "chat_id",
    "session_id",
    "id",
    "parent_id",
    "parent_message",
    "message_id",
    "user_message",
    "background_tasks",
    "features",
    "variables",
    "files",
    "tool_ids",
    "tool_servers",
    "filter_ids",
    "model_item",
    "params",
)
_OUR_PARAMS = frozenset(
    {
        "stream_response",
        "stream_delta_chunk_size",
        "function_calling",
        "reasoning_tags",
        "system",
        "custom_params",
    }
)
_PASSED_ON = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "min_p",
        "max_tokens",
        "max_completion_tokens",
        "frequency_penalty",
        "presence_penalty",
        "repeat_penalty",
        "reasoning_effort",
        "seed",
        "stop",
        "logit_bias",
        "response_format",
        "verbosity",
        "logprobs",
        "top_logprobs",
        "n",
        "service_tier",
    }
)
_REASONING_MODELS = ("o1", "o3", "o4", "gpt-5")
_VARIABLE = re.compile(r"\{\{[A-Za-z_]+\}\}")


def strip_ours(body: dict[str, Any]) -> dict[str, Any]:
    """Remove what must not leave the platform; return the variables and parameters that were in it."""
    taken = {name: body.pop(name) for name in _OURS if name in body}
    return {name: value for name in ("variables", "params") if isinstance(value := taken.get(name), dict)}


def flatten_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request's `params` as fields of the body; custom ones may be JSON in text."""
    flat = {name: value for name, value in params.items() if name not in _OUR_PARAMS and value is not None}
    flat.update(custom_params(params))
    return flat


def custom_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return `custom_params` with values that are JSON in text parsed."""
    custom = params.get("custom_params")
    if not isinstance(custom, Mapping):
        return {}
    return {str(name): _parsed(value) for name, value in custom.items()}


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def row_params(params: Mapping[str, Any], also: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return the parameters of a model's row as fields of the body; they win over those of the request.

    `also` names parameters that only some providers know.
    """
    wanted = _PASSED_ON | also
    fields = {name: value for name, value in params.items() if name in wanted and value is not None}
    if isinstance(stop := fields.get("stop"), list):
        fields["stop"] = [_unescaped(text) for text in stop if isinstance(text, str)]
    if isinstance(bias := fields.get("logit_bias"), str):
        fields["logit_bias"] = _logit_bias(bias)
    fields.update(custom_params(params))
    return fields


def _unescaped(text: str) -> str:
    # People type \n into the form and mean a line break.
    return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")


def _logit_bias(text: str) -> dict[str, int]:
    pairs = (part.partition(":") for part in text.split(",") if ":" in part)
    biases = {}
    for token, _, bias in pairs:
        try:
            biases[token.strip()] = max(-100, min(100, int(bias)))
        except ValueError:
            continue
    return biases


def with_system_prompt(messages: list[Any], prompt: str) -> list[Any]:
    """Put a prompt before what the request's own system message says."""
    first = messages[0] if messages else None
    if isinstance(first, dict) and first.get("role") in {"system", "developer"}:
        content = first.get("content")
        if isinstance(content, list):
            joined: Any = [{"type": "text", "text": prompt}, *content]
        else:
            joined = f"{prompt}\n{content}" if content else prompt
        return [{**first, "content": joined}, *messages[1:]]
    return [{"role": "system", "content": prompt}, *messages]


def fill_variables(
    prompt: str, variables: Mapping[str, Any], user_name: str, user_email: str, now: datetime
) -> str:
    """Replace {{NAME}} by what the request says it is, else by what is known here."""
    known = {
        "{{USER_NAME}}": user_name,
        "{{USER_EMAIL}}": user_email,
        "{{CURRENT_DATE}}": now.strftime("%Y-%m-%d"),
        "{{CURRENT_TIME}}": now.strftime("%H:%M:%S"),
        "{{CURRENT_DATETIME}}": now.strftime("%Y-%m-%d %H:%M:%S"),
        "{{CURRENT_WEEKDAY}}": now.strftime("%A"),
    }

    def value(match: re.Match[str]) -> str:
        name = match.group()
        return str(variables.get(name, known.get(name, name)))

    return _VARIABLE.sub(value, prompt)


def suit_openai(body: dict[str, Any], model: str) -> None:
    """Change what some OpenAI-compatible servers refuse."""
    if not body.get("stream"):
        body.pop("stream_options", None)
    if model.rpartition("/")[2].lower().startswith(_REASONING_MODELS) and "max_tokens" in body:
        body.setdefault("max_completion_tokens", body.pop("max_tokens"))
        body.pop("max_tokens", None)
