"""Asks the task model for titles, tags and follow-up questions."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from owui_chassis.call import current_call, serving
from owui_chassis.errors import ServiceError
from owui_chassis.identity import Identities, Principal

from owui_chat.domain import prompts
from owui_chat.domain.chunks import parse_chunk
from owui_chat.domain.conversation import UNTITLED
from owui_chat.domain.small_texts import parse_list, parse_title
from owui_chat.ports import Models, TaskStream
from owui_chat.usecases.run_completion import RunningCompletion

log = logging.getLogger(__name__)
_KINDS = ("follow_up_generation", "title_generation", "tags_generation")
_SECONDS = 60.0
# People wait for what queries find.
_QUERY_SECONDS = 15.0
MOST_QUERIES = 3
# Room for models that think before they answer; a title itself needs twenty.
_TOKENS = 1000


class GenerationSettings(Protocol):
    """What an administrator may set about generations."""

    task_model: str
    task_model_external: str
    enable_title_generation: bool
    enable_tags_generation: bool
    enable_follow_up_generation: bool
    title_generation_prompt_template: str
    tags_generation_prompt_template: str
    follow_up_generation_prompt_template: str
    enable_retrieval_query_generation: bool
    enable_search_query_generation: bool
    query_generation_prompt_template: str


class ChatNames(Protocol):
    """Where titles and tags of chats are kept."""

    async def set_title(self, user_id: str, chat_id: str, title: str) -> None:
        """Name a chat."""

    async def add_tags(self, user_id: str, chat_id: str, names: list[str]) -> None:
        """Put tags on a chat."""

    async def set_follow_ups(self, user_id: str, chat_id: str, message_id: str, questions: list[str]) -> None:
        """Store the questions that are suggested after a message."""


class Generations:
    """The small texts around conversations."""

    def __init__(
        self,
        models: Models,
        names: ChatNames,
        settings: Callable[[], GenerationSettings],
        identities: Identities,
    ) -> None:
        self._models = models
        self._names = names
        self._settings = settings
        self._identities = identities

    def model_for(self, model: str, *, local: bool) -> str:
        """Return the task model that stands in for a model, or the model itself."""
        settings = self._settings()
        return (settings.task_model if local else settings.task_model_external) or model

    async def ask(
        self,
        model: str,
        template: str,
        messages: Sequence[Mapping[str, Any]],
        values: Mapping[str, str],
        seconds: float = _SECONDS,
    ) -> bytes:
        """Return the completion that the model gives to a filled template; raise ServiceError when it
        gives none in time."""
        prompt = prompts.fill(template, messages, values)
        body = {
            "model": model,
            "messages": [{"role": "user", "content": prompt}],
            "stream": False,
            "max_tokens": _TOKENS,
        }
        return await self._models.complete(msgspec.json.encode(body), seconds)

    async def queries(
        self, model: str, messages: Sequence[Mapping[str, Any]], *, local: bool, web: bool
    ) -> list[str]:
        """Return what to search for to answer a conversation; nothing when the task model does not say it.

        `web` for a search of the web; administrators switch queries for it and for documents on separately.
        """
        settings = self._settings()
        wanted = (
            settings.enable_search_query_generation if web else settings.enable_retrieval_query_generation
        )
        if not wanted:
            return []
        template = settings.query_generation_prompt_template or prompts.QUERIES
        task_model = self.model_for(model, local=local)
        try:
            completion = await self.ask(task_model, template, messages, {}, _QUERY_SECONDS)
        except ServiceError as error:
            log.info("no queries were written: %s", error)
            return []
        return parse_list(completion_text(completion), "queries")[:MOST_QUERIES]

    async def after_answer(
        self, principal: Principal, running: RunningCompletion, events: TaskStream
    ) -> None:
        """Generate what the client asked for with its question; each failure is only that generation's."""
        wanted = running.request.background_tasks
        if not any(map(wanted.get, _KINDS)):
            return
        settings = self._settings()
        # The identity that came with the request may have expired while the model wrote.
        with serving(_renewed(principal, self._identities)):
            if wanted.get("follow_up_generation") and settings.enable_follow_up_generation:
                await self._follow_ups(running, events)
            if wanted.get("title_generation"):
                await self._title(running, events)
            if wanted.get("tags_generation") and settings.enable_tags_generation:
                await self._tags(running, events)

    async def _title(self, running: RunningCompletion, events: TaskStream) -> None:
        answer = ""
        if self._settings().enable_title_generation:
            template = self._settings().title_generation_prompt_template or prompts.TITLE
            answer = await self._answer(running, template)
        title = parse_title(answer, running.request.question) or UNTITLED
        task = running.task
        if not task.is_temporary:
            await self._names.set_title(task.user_id, task.chat_id, title)
        events.emit("chat:title", msgspec.json.encode(title))

    async def _tags(self, running: RunningCompletion, events: TaskStream) -> None:
        template = self._settings().tags_generation_prompt_template or prompts.TAGS
        tags = [
            tag for tag in parse_list(await self._answer(running, template), "tags") if tag.lower() != "none"
        ]
        task = running.task
        if tags and not task.is_temporary:
            await self._names.add_tags(task.user_id, task.chat_id, tags)
            events.emit("chat:tags", msgspec.json.encode(tags))

    async def _follow_ups(self, running: RunningCompletion, events: TaskStream) -> None:
        template = self._settings().follow_up_generation_prompt_template or prompts.FOLLOW_UP
        questions = parse_list(await self._answer(running, template), "follow_ups")
        if not questions:
            return
        events.emit("chat:message:follow_ups", msgspec.json.encode({"follow_ups": questions}))
        task = running.task
        if not task.is_temporary:
            await self._names.set_follow_ups(task.user_id, task.chat_id, task.message_id, questions)

    async def _answer(self, running: RunningCompletion, template: str) -> str:
        """Return the text the task model answers about a finished completion; empty when it does not
        answer."""
        messages = [*running.request.messages, {"role": "assistant", "content": running.answer.plain}]
        local = running.head is not None and running.head.connection_type == "local"
        try:
            completion = await self.ask(
                self.model_for(running.request.model, local=local), template, messages, {}
            )
        except ServiceError as error:
            log.info("a small text was not generated: %s", error)
            return ""
        return completion_text(completion)


def completion_text(completion: bytes) -> str:
    """Return the text of a completion that was not streamed."""
    chunk = parse_chunk(completion)
    if chunk is None or not chunk.choices:
        return ""
    message = chunk.choices[0].message
    return (message.content or "") if message is not None else ""


def _renewed(principal: Principal, identities: Identities) -> Any:
    call = current_call()
    return type(call)(principal, identities.sign(principal), call.trace, call.client_address, call.user_agent)
