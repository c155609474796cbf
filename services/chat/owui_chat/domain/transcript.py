"""A conversation as a text that another conversation can rest on."""

import re
from typing import Any

import msgspec

from owui_chat.domain.completion_request import text_of

# Reasoning and the calls of tools are folded away in stored answers.
_FOLDED = re.compile(r"<details type=\"[^\"]*\".*?</details>\n?", re.DOTALL)


class _Message(msgspec.Struct):
    role: str = ""
    content: Any = None


class _Blob(msgspec.Struct):
    messages: list[_Message] = []


class _Chat(msgspec.Struct):
    title: str = ""
    chat: _Blob = msgspec.field(default_factory=_Blob)


def transcript(chat: bytes) -> tuple[str, str]:
    """Return title and text of a chat as it is shown, given its JSON; a line names who says what follows."""
    found = msgspec.json.decode(chat, type=_Chat)
    spoken = [
        (message.role.upper(), _FOLDED.sub("", text_of(message.content)).strip())
        for message in found.chat.messages
    ]
    return found.title, "\n\n".join(f"{role}:\n{text}" for role, text in spoken if text)
