"""What a folder gives to the answers of its chats: a system prompt and things to rest on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from owui_chat.domain.attachments import Attachment, joined, parse_kept
from owui_chat.domain.completion_request import Asked, CompletionRequest, filled_in, with_messages


class _Data(msgspec.Struct):
    system_prompt: Any = None
    files: Any = None


@dataclass(frozen=True, slots=True)
class FolderContext:
    """What of a folder's data is read here."""

    system_prompt: str
    attachments: Sequence[Attachment]

    def __bool__(self) -> bool:
        return bool(self.system_prompt or self.attachments)


def folder_context(data: str | None) -> FolderContext:
    """Understand the data of a folder; what cannot be understood is left out."""
    if data is None:
        return FolderContext("", ())
    found = msgspec.json.decode(data, type=_Data)
    prompt = found.system_prompt if isinstance(found.system_prompt, str) else ""
    return FolderContext(prompt.strip(), parse_kept(found.files))


def resting_on(asked: Asked, kept: Sequence[Attachment]) -> Asked:
    """Return a question that rests on what a folder keeps, too; what of that has gone is no error."""
    new = {one.name for one in asked.attachments} - asked.earlier
    return replace(
        asked,
        attachments=joined(asked.attachments, kept),
        earlier=asked.earlier | ({one.name for one in kept} - new),
    )


def in_folder(request: CompletionRequest, context: FolderContext) -> CompletionRequest:
    """Return a request of a chat that is in a folder: the prompt of the folder before that of the chat."""
    asked, body = resting_on(request.asked, context.attachments), request.body
    if context.system_prompt:
        messages = _prefixed(request.messages, filled_in(context.system_prompt, request.variables))
        asked, body = replace(asked, messages=messages), with_messages(body, messages)
    return replace(request, asked=asked, body=body)


def _prefixed(messages: list[dict[str, Any]], prompt: str) -> list[dict[str, Any]]:
    first = messages[0]
    if first.get("role") != "system":
        return [{"role": "system", "content": prompt}, *messages]
    content = first.get("content")
    if isinstance(content, list):
        return [{**first, "content": [{"type": "text", "text": prompt}, *content]}, *messages[1:]]
    return [{**first, "content": f"{prompt}\n{content}" if content else prompt}, *messages[1:]]
