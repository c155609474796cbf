"""Chat requests in OpenAI's form become requests to Ollama's /api/chat."""

from typing import Any

import orjson

# Ollama's model options by their names there, and what OpenAI calls them.
OPTIONS = frozenset(
    {
        "num_keep",
        "seed",
        "num_predict",
        "top_k",
        "top_p",
        "min_p",
        "tfs_z",
        "typical_p",
        "repeat_last_n",
        "temperature",
        "repeat_penalty",
        "presence_penalty",
        "frequency_penalty",
        "mirostat",
        "mirostat_tau",
        "mirostat_eta",
        "penalize_newline",
        "stop",
        "num_ctx",
        "num_batch",
        "num_gpu",
        "main_gpu",
        "use_mmap",
        "use_mlock",
        "num_thread",
    }
)
BESIDE_OPTIONS = frozenset({"keep_alive", "format", "think"})
_ROOT = ("keep_alive", "format", "think", "tools")
_EFFORTS = {"none": False, "minimal": "low", "low": "low", "medium": "medium", "high": "high"}


class ConversionError(Exception):
    """The request cannot be said in Ollama's form; the message says why in a sentence."""


def to_ollama_chat(body: dict[str, Any]) -> dict[str, Any]:
    """Return the request for /api/chat; raise ConversionError for what Ollama cannot take."""
    converted: dict[str, Any] = {
        "model": body["model"],
        "messages": [_message(message) for message in body.get("messages") or []],
        "stream": bool(body.get("stream", False)),
    }
    given = body.get("options")
    options = {name: body[name] for name in OPTIONS if body.get(name) is not None}
    if isinstance(given, dict):
        options.update(_nested_options(given, converted))
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    if limit is not None:
        options.setdefault("num_predict", limit)
    if isinstance(stop := options.get("stop"), str):
        options["stop"] = [stop]
    if options:
        converted["options"] = options
    for name in _ROOT:
        if body.get(name) is not None:
            converted[name] = body[name]
    _apply_format(body, converted)
    effort = body.get("reasoning_effort")
    if "think" not in converted and isinstance(effort, str) and effort in _EFFORTS:
        converted["think"] = _EFFORTS[effort]
    return converted


def _nested_options(given: dict[str, Any], converted: dict[str, Any]) -> dict[str, Any]:
    options = {name: value for name, value in given.items() if value is not None}
    if "max_tokens" in options:
        options["num_predict"] = options.pop("max_tokens")
    for name in BESIDE_OPTIONS:
        # People set these beside the options; Ollama reads them outside.
        if name in options:
            converted[name] = options.pop(name)
    return options


def _apply_format(body: dict[str, Any], converted: dict[str, Any]) -> None:
    wanted = body.get("response_format")
    if not isinstance(wanted, dict) or "format" in converted:
        return
    if wanted.get("type") == "json_object":
        converted["format"] = "json"
    schema = wanted.get("json_schema")
    if wanted.get("type") == "json_schema" and isinstance(schema, dict) and "schema" in schema:
        converted["format"] = schema["schema"]


def _message(message: Any) -> dict[str, Any]:
    if not isinstance(message, dict):
        raise ConversionError("Each message has to be an object.")
    converted: dict[str, Any] = {
        "role": "system" if message.get("role") == "developer" else message.get("role")
    }
    content = message.get("content")
    if isinstance(content, list):
        text, images = _parts(content)
        converted["content"] = text
        if images:
            converted["images"] = images
    else:
        converted["content"] = content or ""
    if isinstance(calls := message.get("tool_calls"), list):
        converted["tool_calls"] = [_tool_call(call) for call in calls]
    for name in ("tool_call_id", "name", "thinking"):
        if isinstance(message.get(name), str):
            converted["tool_name" if name == "name" else name] = message[name]
    return converted


def _parts(content: list[Any]) -> tuple[str, list[str]]:
    texts, images = [], []
    for part in content:
        if not isinstance(part, dict):
            raise ConversionError("Each part of a message has to be an object.")
        if part.get("type") == "text":
            texts.append(str(part.get("text") or ""))
        elif part.get("type") == "image_url":
            images.append(_image(part.get("image_url")))
    return "".join(texts), images


def _image(value: Any) -> str:
    url = value.get("url") if isinstance(value, dict) else value
    head, separator, data = str(url).partition(",")
    if not head.startswith("data:") or not separator or not head.endswith(";base64"):
        # Fetching an address on behalf of a message would let a user reach the operator's network.
        raise ConversionError(
            "Images for this model have to be in the message (a base64 data URL), not a link."
        )
    return data


def _tool_call(call: Any) -> dict[str, Any]:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict):
        raise ConversionError("Each tool call has to name a function.")
    arguments = function.get("arguments")
    if isinstance(arguments, str):
        try:
            arguments = orjson.loads(arguments or "{}")
        except orjson.JSONDecodeError:
            raise ConversionError("The arguments of a tool call are not JSON.") from None
    converted: dict[str, Any] = {"function": {"name": function.get("name"), "arguments": arguments or {}}}
    if isinstance(call_id := call.get("id"), str):
        converted["id"] = call_id
    return converted
