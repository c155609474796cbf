"""An account of the installation, and what its owner does: chats, keys, sockets, answers."""

import time
import uuid
from dataclasses import dataclass
from typing import Any

from .rest import Rest
from .sockets import SocketClient

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Conversation:
    """A stored chat with one question and an empty answer."""

    chat_id: str
    question_id: str
    answer_id: str


@dataclass
class Person:
    """Somebody who is signed in."""

    id: str
    name: str
    email: str
    role: str
    password: str
    rest: Rest

    @property
    def token(self) -> str:
        """The token of the session."""
        return self.rest.token

    def socket(self, base_url: str = "", *, deltas: bool = True) -> SocketClient:
        """A socket that is not connected yet; to another replica when its address is given."""
        return SocketClient(self.rest.http, base_url or self.rest.base_url, self.token, deltas=deltas)

    async def api_key(self, name: str = "test") -> str:
        """Make a key."""
        made: str = (await self.rest.send("/api/v1/auths/api_keys", {"name": name}))["api_key"]
        return made

    async def sign_in(self) -> Rest:
        """Open another session."""
        session = await self.rest.with_token("").send(
            "/api/v1/auths/signin", {"email": self.email, "password": self.password}
        )
        return self.rest.with_token(session["token"])

    async def converse(self, model: str = "fake-model", question: str = "Hello there") -> Conversation:
        """Store a chat with a question and an answer that is to be written."""
        question_id, answer_id = str(uuid.uuid4()), str(uuid.uuid4())
        now = int(time.time())
        messages = {
            question_id: {
                "id": question_id,
                "parentId": None,
                "childrenIds": [answer_id],
                "role": "user",
                "content": question,
                "timestamp": now,
            },
            answer_id: {
                "id": answer_id,
                "parentId": question_id,
                "childrenIds": [],
                "role": "assistant",
                "content": "",
                "model": model,
                "timestamp": now,
            },
        }
        chat = {
            "title": "New Chat",
            "models": [model],
            "history": {"currentId": answer_id, "messages": messages},
        }
        stored = await self.rest.send("/api/v1/chats/new", {"chat": chat})
        return Conversation(stored["id"], question_id, answer_id)

    async def ask(
        self, conversation: Conversation, session_id: str, model: str = "fake-model", **more: Any
    ) -> str:
        """Let a model write the answer of a conversation as a task; return the id of the task."""
        started = await self.rest.send(
            "/api/chat/completions", self.question(conversation, session_id, model, **more)
        )
        assert started["status"] is True, started
        task_id: str = started["task_id"]
        return task_id

    def question(
        self, conversation: Conversation, session_id: str, model: str = "fake-model", **more: Any
    ) -> dict[str, Any]:
        """The body of a completion that runs as a task."""
        return {
            "model": model,
            "stream": True,
            "messages": [{"role": "user", "content": "Hello there"}],
            "chat_id": conversation.chat_id,
            "id": conversation.answer_id,
            "session_id": session_id,
            **more,
        }

    async def message(self, conversation: Conversation) -> dict[str, Any]:
        """The answer as it is stored."""
        chat = await self.rest.fetch(f"/api/v1/chats/{conversation.chat_id}")
        found: dict[str, Any] = chat["chat"]["history"]["messages"][conversation.answer_id]
        return found
