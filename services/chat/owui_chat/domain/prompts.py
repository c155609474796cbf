"""The prompts with which the task model is asked for small texts, and the placeholders in them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from owui_chat.domain.completion_request import text_of

TITLE = """\
Write a title for the conversation below.
The title has three to six words, names the subject, is written in the language of the conversation, and has \
no quotation marks and no full stop at its end.
Answer with JSON only: {"title": "the title"}

Conversation:
{{MESSAGES:END:2}}
"""
TAGS = """\
Name one to three broad subjects of the conversation below, each in one or two words of its language.
Write "general" if nothing fits.
Answer with JSON only: {"tags": ["subject", "subject"]}

Conversation:
{{MESSAGES:END:6}}
"""
FOLLOW_UP = """\
Suggest three short questions that the user may want to ask next in the conversation below, from the \
user's point of view and in the user's language. Do not repeat what has been answered.
Answer with JSON only: {"follow_ups": ["question", "question", "question"]}

Conversation:
{{MESSAGES:END:6}}
"""
QUERIES = """\
Today is {{CURRENT_DATE}}. Write one to three short search queries that would find what the last message of \
the conversation below asks for. Write none if nothing has to be looked up.
Answer with JSON only: {"queries": ["query"]}

Conversation:
{{MESSAGES:END:6}}
"""
IMAGE = """\
Describe in one paragraph the picture that the conversation below asks for, with subject, setting, light \
and style.
Answer with JSON only: {"prompt": "the description"}

Conversation:
{{MESSAGES:END:6}}
"""
AUTOCOMPLETE = """\
Continue the text below where it ends, with a few words and in its language. Do not repeat it.
Answer with JSON only: {"text": "the continuation"}

Text:
{{PROMPT}}
"""
EMOJI = "Answer with the one emoji that fits the following text best, and with nothing else.\n\n{{PROMPT}}\n"
MERGE = """\
Several models have answered the question below. Write one answer that keeps what is right and \
leaves out what is wrong or said twice. Do not mention the models.

Question:
{{PROMPT}}

Answers:
{{RESPONSES}}
"""

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_]+)(?::([A-Za-z]+))?(?::(\d+))?\s*\}\}")
_ALL_MESSAGES = 50
_MESSAGE_LENGTH = 4000
_MIDDLE_LENGTH = 2000


def fill(template: str, messages: Sequence[Mapping[str, Any]], values: Mapping[str, str]) -> str:
    """Replace {{MESSAGES:END:n}}, {{prompt}} and the like; what is no placeholder of ours stays."""
    spoken = [message for message in messages if message.get("role") in ("user", "assistant")]
    question = next((text_of(m.get("content")) for m in reversed(spoken) if m.get("role") == "user"), "")
    known = {"PROMPT": question, **_dates(), **values}

    def replace(match: re.Match[str]) -> str:
        name, how, count = match[1].upper(), (match[2] or "").upper(), int(match[3] or 0)
        if name == "MESSAGES":
            return _lines(_selected(spoken, how, count))
        if name in known:
            return _cut(known[name], how, count)
        return match[0]

    return _PLACEHOLDER.sub(replace, template)


def _selected(messages: list[Mapping[str, Any]], how: str, count: int) -> list[Mapping[str, Any]]:
    if how == "START":
        return messages[:count]
    if how == "END":
        return messages[-count:] if count else []
    if how == "MIDDLETRUNCATE" and len(messages) > count > 0:
        return messages[: count - count // 2] + messages[len(messages) - count // 2 :]
    return messages[-_ALL_MESSAGES:]


def _lines(messages: Sequence[Mapping[str, Any]]) -> str:
    texts = [(str(message["role"]).upper(), text_of(message.get("content"))) for message in messages]
    return "\n".join(f"{role}: {_cut(text, 'MIDDLE', _MESSAGE_LENGTH)}" for role, text in texts)


def _cut(text: str, how: str, count: int) -> str:
    if how == "START":
        return text[:count]
    if how == "END":
        return text[-count:] if count else ""
    limit = count or _MIDDLE_LENGTH if how.startswith("MIDDLE") else 0
    if limit and len(text) > limit:
        half = limit // 2
        return f"{text[:half]}…{text[len(text) - half :]}"
    return text


def _dates() -> dict[str, str]:
    now = datetime.now().astimezone()
    return {
        "CURRENT_DATE": now.strftime("%Y-%m-%d"),
        "CURRENT_TIME": now.strftime("%H:%M"),
        "CURRENT_DATETIME": now.strftime("%Y-%m-%d %H:%M"),
        "CURRENT_WEEKDAY": now.strftime("%A"),
    }
