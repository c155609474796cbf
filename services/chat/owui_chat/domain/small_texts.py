"""Understand what a task model answers, however loosely it keeps to the form it was asked for."""

import json
import re
from typing import Any

_TITLE_LENGTH = 80
_TITLE_WORDS = 12
_FALLBACK_WORDS = 6
_LIST_LENGTH = 5
_ITEM_LENGTH = 200
_JSON = re.compile(r"\{.*?\}", re.DOTALL)
_REASONING = re.compile(
    r"<(think|thinking|reason|reasoning|thought)>.*?(</\1>|\Z)", re.DOTALL | re.IGNORECASE
)
_LABEL = re.compile(r"^\W*(?:the\s+)?(?:chat\s+)?title(?:\s+is)?\W*:\s*", re.IGNORECASE)
_ORNAMENTS = " \t\"'`*_#“”„«»‘’"


def parse_title(answer: str, question: str) -> str:
    """Return the title of an answer, or one made of the question's first words when the answer is none."""
    found = _member(answer, "title")
    title = found if isinstance(found, str) else _plain_title(answer)
    title = _printable(title).strip(_ORNAMENTS + ".")
    if not title or len(title) > _TITLE_LENGTH or len(title.split()) > _TITLE_WORDS or set(title) & set("{}"):
        return title_of_question(question)
    return title


def title_of_question(question: str) -> str:
    """Return the first words of a question as a title; empty when it has none."""
    words = " ".join(question.split()).strip(_ORNAMENTS).split()
    title = " ".join(words[:_FALLBACK_WORDS])[:_TITLE_LENGTH].rstrip(".,;:")
    return f"{title}…" if len(words) > _FALLBACK_WORDS else title


def parse_list(answer: str, name: str) -> list[str]:
    """Return the strings of a list that an answer holds under a name; none when it holds no such list."""
    found = _member(answer, name)
    if not isinstance(found, list):
        return []
    texts = [_printable(item)[:_ITEM_LENGTH] for item in found if isinstance(item, str)]
    return list(dict.fromkeys(text for text in texts if text))[:_LIST_LENGTH]


def _printable(text: str) -> str:
    """Return the text on one line, without control characters."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def _plain_title(answer: str) -> str:
    """Return the first line of an answer that is no JSON, without what models like to put around it."""
    text = _REASONING.sub("", answer).replace("```json", "").replace("```", "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    # "Here is a title:" is not one; what follows it is.
    titles = [line for line in lines if not line.endswith(":")]
    return _LABEL.sub("", titles[0]) if titles else ""


def _member(answer: str, name: str) -> Any:
    """Return a member of the last JSON object in the text that has it."""
    text = _REASONING.sub("", answer)
    for candidate in reversed([text, *_JSON.findall(text)]):
        try:
            value = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and name in value:
            return value[name]
    return None
