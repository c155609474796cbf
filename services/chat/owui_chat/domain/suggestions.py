"""What the empty chat page offers when nobody has set anything else."""

from typing import Any

DEFAULT_SUGGESTIONS: tuple[dict[str, Any], ...] = (
    {
        "title": ["Explain it simply", "how a vaccine works"],
        "content": "Explain how a vaccine works to a curious child. Use one everyday comparison.",
    },
    {
        "title": ["Plan a weekend", "in a city I do not know"],
        "content": "Plan a relaxed weekend in a city I have never been to. Ask me three questions first.",
    },
    {
        "title": ["Write a message", "declining an invitation kindly"],
        "content": "Write a short, warm message that declines a birthday invitation without an excuse.",
    },
    {
        "title": ["Review this code", "and tell me what would break"],
        "content": "I will paste a function. Tell me which inputs would break it, worst first.",
    },
    {
        "title": ["Cook with leftovers", "in under half an hour"],
        "content": "I have rice, two eggs, an onion and frozen peas. What can I cook in half an hour?",
    },
    {
        "title": ["Learn a word a day", "with its story"],
        "content": "Teach me one unusual English word: what it means, where it comes from, and two examples.",
    },
)
