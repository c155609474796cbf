"""Serves owui.chat.v1.GenerationService."""

from typing import Any

import msgspec
import owui.chat.v1.generation_service_pb2 as pb
from owui.chat.v1.generation_service_pb2_grpc import GenerationServiceServicer
from owui_chassis.call import current_principal
from owui_chassis.errors import Forbidden, Invalid, NotFound

from owui_chat.domain import prompts
from owui_chat.ports import LiveValues
from owui_chat.usecases.generate import Generations

# Kind of generation: its built-in prompt, the setting of its prompt, the setting that allows it.
_KINDS = {
    "title": (prompts.TITLE, "title_generation_prompt_template", "enable_title_generation"),
    "tags": (prompts.TAGS, "tags_generation_prompt_template", "enable_tags_generation"),
    "follow_up": (prompts.FOLLOW_UP, "follow_up_generation_prompt_template", "enable_follow_up_generation"),
    "image_prompt": (prompts.IMAGE, "image_prompt_generation_prompt_template", ""),
    "queries": (prompts.QUERIES, "query_generation_prompt_template", "enable_search_query_generation"),
    "auto": (prompts.AUTOCOMPLETE, "", "enable_autocomplete_generation"),
    "emoji": (prompts.EMOJI, "", ""),
    "moa": (prompts.MERGE, "", ""),
}
_OFF = {"title": "Title generation is disabled", "tags": "Tags generation is disabled"}
_OFF["follow_up"] = "Follow up generation is disabled"
_PUBLIC = {
    "TASK_MODEL": "task_model",
    "TASK_MODEL_EXTERNAL": "task_model_external",
    "ENABLE_TITLE_GENERATION": "enable_title_generation",
    "TITLE_GENERATION_PROMPT_TEMPLATE": "title_generation_prompt_template",
    "IMAGE_PROMPT_GENERATION_PROMPT_TEMPLATE": "image_prompt_generation_prompt_template",
    "ENABLE_AUTOCOMPLETE_GENERATION": "enable_autocomplete_generation",
    "AUTOCOMPLETE_GENERATION_INPUT_MAX_LENGTH": "autocomplete_generation_input_max_length",
    "TAGS_GENERATION_PROMPT_TEMPLATE": "tags_generation_prompt_template",
    "FOLLOW_UP_GENERATION_PROMPT_TEMPLATE": "follow_up_generation_prompt_template",
    "ENABLE_FOLLOW_UP_GENERATION": "enable_follow_up_generation",
    "ENABLE_TAGS_GENERATION": "enable_tags_generation",
    "ENABLE_SEARCH_QUERY_GENERATION": "enable_search_query_generation",
    "ENABLE_RETRIEVAL_QUERY_GENERATION": "enable_retrieval_query_generation",
    "QUERY_GENERATION_PROMPT_TEMPLATE": "query_generation_prompt_template",
    "TOOLS_FUNCTION_CALLING_PROMPT_TEMPLATE": "tools_function_calling_prompt_template",
    "VOICE_MODE_PROMPT_TEMPLATE": "voice_mode_prompt_template",
}


class _Form(msgspec.Struct):
    model: str
    messages: list[dict[str, Any]] = []
    prompt: str | list[Any] = ""
    responses: list[str] = []


class GenerationServicer(GenerationServiceServicer):
    """Small texts by the task model."""

    def __init__(self, generations: Generations, live: LiveValues) -> None:
        self._generations = generations
        self._live = live

    async def Generate(self, request: pb.GenerateRequest, _: Any) -> pb.GenerateResponse:
        """Answer one generation."""
        if request.kind not in _KINDS:
            raise NotFound("There is no such generation", "unknown_generation")
        template, setting, switch = _KINDS[request.kind]
        if switch and not getattr(self._live, switch):
            if request.kind in _OFF:
                return pb.GenerateResponse(completion=msgspec.json.encode({"detail": _OFF[request.kind]}))
            raise Invalid(f"{request.kind} generation is disabled", "generation_off")
        form = _form(request.form)
        self._refuse_long(request.kind, form)
        template = (getattr(self._live, setting) if setting else "") or template
        values = {"PROMPT": form.prompt} if isinstance(form.prompt, str) and form.prompt else {}
        values["RESPONSES"] = "\n\n".join(form.responses)
        model = form.model if request.kind == "moa" else self._generations.model_for(form.model, local=True)
        completion = await self._generations.ask(model, template, form.messages, values)
        return pb.GenerateResponse(completion=completion)

    async def GetTaskConfig(self, _request: pb.GetTaskConfigRequest, _: Any) -> pb.GetTaskConfigResponse:
        """Return the configuration."""
        current_principal()
        return pb.GetTaskConfigResponse(config=self._config())

    async def UpdateTaskConfig(
        self, request: pb.UpdateTaskConfigRequest, _: Any
    ) -> pb.UpdateTaskConfigResponse:
        """Change the configuration."""
        principal = current_principal()
        if not principal.is_admin:
            raise Forbidden("Only administrators change this", "admin_only")
        try:
            values = msgspec.json.decode(request.config, type=dict[str, Any])
        except msgspec.DecodeError:
            raise Invalid("The configuration must be an object", "invalid_json") from None
        changes = {_PUBLIC[name]: _value(value) for name, value in values.items() if name in _PUBLIC}
        if changes:
            await self._live.set(by=principal.user_id, **changes)
        return pb.UpdateTaskConfigResponse(config=self._config())

    def _config(self) -> bytes:
        return msgspec.json.encode(
            {name: getattr(self._live, attribute) for name, attribute in _PUBLIC.items()}
        )

    def _refuse_long(self, kind: str, form: _Form) -> None:
        limit = self._live.autocomplete_generation_input_max_length
        if kind == "auto" and 0 < limit < len(form.prompt):
            raise Invalid(f"Texts of more than {limit} characters are not completed", "prompt_too_long")


def _form(body: bytes) -> _Form:
    try:
        return msgspec.json.decode(body, type=_Form)
    except msgspec.DecodeError as error:
        raise Invalid(f"The request cannot be read: {error}", "invalid_form") from None


def _value(value: Any) -> Any:
    return "" if value is None else value
